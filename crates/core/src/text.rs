//! Text that callers give. Any of it may be personal, so none of it can be formatted by accident.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::invalid::{FieldCode, Invalid};

/// Text of 1 to `MAX` characters, trimmed, without control characters (line breaks and tabs excepted).
///
/// `Debug` is redacted and there is no `Display`; reading it is always visible as [`Text::expose`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// The text itself, for sending, storing and returning it to its owner.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new(FieldCode::Empty, "must not be empty"));
        }
        if text.chars().count() > MAX {
            return Err(Invalid::new(
                FieldCode::TooLong,
                format!("must have at most {MAX} characters"),
            ));
        }
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(Invalid::new(
                FieldCode::BadCharacters,
                "must not contain control characters",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<const MAX: usize> Serialize for Text<MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A short name or reference.
pub type Short = Text<200>;

/// A longer description or note.
pub type Long = Text<4000>;

/// An e-mail address. Only its shape is checked; whether it receives mail is for the sender to find out.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(Text<254>);

impl Email {
    /// The address itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text: Text<254> = text.parse()?;
        let well_formed = text.expose().split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && is_domain(domain) && !text.expose().contains(char::is_whitespace)
        });
        if well_formed {
            Ok(Self(text))
        } else {
            Err(Invalid::new(FieldCode::NotAnEmail, "must be an e-mail address"))
        }
    }
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() >= 2 && labels.iter().all(is_label)
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_bounded() {
        assert_eq!("  a b ".parse::<Text<3>>().unwrap().expose(), "a b");
        assert_eq!("   ".parse::<Text<3>>().unwrap_err().code, FieldCode::Empty);
        assert_eq!("abcd".parse::<Text<3>>().unwrap_err().code, FieldCode::TooLong);
        assert_eq!(
            "a\u{0}".parse::<Text<3>>().unwrap_err().code,
            FieldCode::BadCharacters
        );
    }

    #[test]
    fn text_never_formats_itself() {
        let email: Email = "jo@example.com".parse().unwrap();
        assert_eq!(
            format!("{email:?} {:?}", "Jo".parse::<Short>().unwrap()),
            "[redacted] [redacted]"
        );
    }

    #[test]
    fn an_email_needs_a_local_part_and_a_dotted_domain() {
        for good in ["a@b.co", "first.last+tag@sub.example.org", "ü@münchen.example"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in ["a", "@b.co", "a@b", "a@b..co", "a b@c.de", "a@-b.co", "a@b@c.de"] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }
}
