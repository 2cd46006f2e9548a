//! Values that are not known before they are created: texts that carry the address between two marks, so that they
//! pass through templates and objects as any text does.

use hcl::Value;

/// No text in a configuration has these.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';

/// The value at an address, which is not known yet.
pub(crate) fn unknown(address: &str) -> Value {
    Value::String(format!("{OPEN}{address}{CLOSE}"))
}

/// The address, if the value is nothing but one unknown.
pub(crate) fn address(value: &Value) -> Option<&str> {
    let inner = value.as_str()?.strip_prefix(OPEN)?.strip_suffix(CLOSE)?;
    (!inner.contains(OPEN)).then_some(inner)
}

/// The text with each address in it replaced.
///
/// # Errors
/// The first error of `replacement`.
pub(crate) fn replace<E>(
    text: &str,
    mut replacement: impl FnMut(&str) -> Result<String, E>,
) -> Result<String, E> {
    let mut parts = text.split(OPEN);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (address, rest) = part.split_once(CLOSE).unwrap_or((part, ""));
        replaced.push_str(&replacement(address)?);
        replaced.push_str(rest);
    }
    Ok(replaced)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_keeps_its_address_within_a_text() {
        let value = unknown("module.a.b.id");
        assert_eq!(address(&value), Some("module.a.b.id"));
        let text = format!("x-{}-y", value.as_str().unwrap());
        assert_eq!(address(&Value::from(text.clone())), None);
        let replaced = replace(&text, |address| Ok::<_, ()>(format!("<{address}>"))).unwrap();
        assert_eq!(replaced, "x-<module.a.b.id>-y");
    }
}
