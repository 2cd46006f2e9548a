//! Compares two specs, place by place.

use std::fmt;

use hcl::Value;

use crate::path;

/// A place at which two descriptions disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The place, such as `workers[worker].envs[LOG_LEVEL].value`.
    pub path: String,
    /// What Terraform says, if anything. Never a secret.
    pub terraform: Option<String>,
    /// What the other side says, if anything. Never a secret.
    pub other: Option<String>,
}

impl Difference {
    pub(crate) fn new(
        path: &str,
        terraform: Option<&Value>,
        other: Option<&Value>,
        visibility: Visibility,
    ) -> Self {
        let show = |value: &Value| match visibility {
            Visibility::Shown => shown(value),
            Visibility::Secret => "(not shown)".to_owned(),
        };
        Self {
            path: path.to_owned(),
            terraform: terraform.map(show),
            other: other.map(show),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "missing".to_owned());
        let (terraform, other) = (side(&self.terraform), side(&self.other));
        write!(f, "{}\n  - {terraform}\n  + {other}", self.path)
    }
}

/// Whether values may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// They may.
    Shown,
    /// They belong to a variable of type SECRET.
    Secret,
}

impl Visibility {
    /// Of what is inside `value`, or its counterpart.
    pub(crate) fn within(self, value: &Value, counterpart: &Value) -> Self {
        let is_secret = |value: &Value| {
            let kind = value.as_object().and_then(|entries| entries.get("type"));
            kind.and_then(Value::as_str) == Some("SECRET")
        };
        if is_secret(value) || is_secret(counterpart) {
            Self::Secret
        } else {
            self
        }
    }
}

/// All places at which a file disagrees with Terraform, in the order of Terraform.
pub(crate) fn differences(terraform: &Value, other: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(terraform, other, "", Visibility::Shown, &mut found);
    found
}

fn compare(
    terraform: &Value,
    other: &Value,
    path: &str,
    visibility: Visibility,
    found: &mut Vec<Difference>,
) {
    let visibility = visibility.within(terraform, other);
    match (terraform, other) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in ours {
                let path = path::entry(path, key);
                match theirs.get(key) {
                    Some(their) => compare(value, their, &path, visibility, found),
                    None => found.push(Difference::new(&path, Some(value), None, visibility)),
                }
            }
            for (key, value) in theirs.iter().filter(|(key, _)| !ours.contains_key(*key)) {
                found.push(Difference::new(
                    &path::entry(path, key),
                    None,
                    Some(value),
                    visibility,
                ));
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            let (ours, theirs) = (path::named(ours), path::named(theirs));
            for (name, item) in &ours {
                let path = path::element(path, name);
                match theirs.get(name) {
                    Some(their) => compare(item, their, &path, visibility, found),
                    None => found.push(Difference::new(&path, Some(item), None, visibility)),
                }
            }
            for (name, item) in theirs.iter().filter(|(name, _)| !ours.contains_key(*name)) {
                let visibility = visibility.within(item, item);
                found.push(Difference::new(
                    &path::element(path, name),
                    None,
                    Some(item),
                    visibility,
                ));
            }
        }
        _ if terraform == other => {}
        _ => found.push(Difference::new(path, Some(terraform), Some(other), visibility)),
    }
}

/// A value on one line; of what has a name, the name only.
fn shown(value: &Value) -> String {
    match (value, path::name(value)) {
        (Value::Object(_), Some(name)) => format!("{name} is there"),
        _ => serde_json::to_string(value).unwrap_or_else(|error| error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_may_have_more_than_the_other() {
        let ours = hcl::value!({ a = 1, list = [{ name = "x", n = 1 }, { name = "y" }] });
        let theirs = hcl::value!({ b = true, list = [{ name = "z" }, { name = "x", n = 2 }] });
        let found = differences(&ours, &theirs);
        let paths: Vec<&str> = found.iter().map(|found| found.path.as_str()).collect();
        assert_eq!(paths, ["a", "list[x].n", "list[y]", "list[z]", "b"]);
        assert_eq!(found[1].to_string(), "list[x].n\n  - 1\n  + 2");
        assert_eq!(found[2].to_string(), "list[y]\n  - y is there\n  + missing");
    }

    /// P30: a secret that somebody wrote into a file does not end in a log.
    #[test]
    fn a_secret_is_never_shown() {
        let ours = hcl::value!({ envs = [{ key = "K", type = "SECRET", value = "a" }] });
        let theirs = hcl::value!({ envs = [{ key = "K", type = "GENERAL", value = "hunter2" }] });
        let shown: String = differences(&ours, &theirs)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            shown.contains("envs[K].value") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
