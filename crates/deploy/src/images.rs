//! What is deployed: images by their digests, made from one commit.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use loadsure_digitalocean::Spec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Repositories of the images, and the names that a spec's placeholders have for them.
const COMPONENTS: [(&str, &str); 4] = [
    ("api", "api"),
    ("worker", "worker"),
    ("queue-monitor", "queue_monitor"),
    ("ctl", "ctl"),
];

/// Text that is not what it should be.
#[derive(Debug, thiserror::Error)]
#[error("must be {0}")]
pub struct Malformed(&'static str);

/// A commit: 40 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Commit(String);

/// The digest of an image: `sha256:` and 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// The images of one version, as the build wrote them down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Images {
    /// What they were made from.
    pub commit: Commit,
    /// Digests by the names of the placeholders: api, worker, `queue_monitor`, ctl.
    pub digests: BTreeMap<String, Digest>,
}

impl Images {
    /// Components that have no image, or images of no component.
    #[must_use]
    pub fn mismatches(&self) -> Vec<String> {
        let known = |name: &str| COMPONENTS.iter().any(|(_, placeholder)| *placeholder == name);
        let missing = COMPONENTS
            .iter()
            .map(|(_, name)| *name)
            .filter(|name| !self.digests.contains_key(*name));
        let surplus = self
            .digests
            .keys()
            .map(String::as_str)
            .filter(|name| !known(name));
        missing.chain(surplus).map(str::to_owned).collect()
    }

    /// Components of a spec whose image is not this version's, by their names. A component without a digest is one.
    #[must_use]
    pub fn strangers(&self, spec: &Spec) -> Vec<String> {
        let components = ["services", "workers", "jobs"]
            .into_iter()
            .filter_map(|kind| spec.value().get(kind)?.as_array())
            .flatten();
        components
            .filter(|component| !self.has(component))
            .map(|component| text(component, "/name").unwrap_or("?").to_owned())
            .collect()
    }

    fn has(&self, component: &Value) -> bool {
        let repository = text(component, "/image/repository");
        let named = COMPONENTS
            .iter()
            .find(|(repository_of, _)| Some(*repository_of) == repository);
        let own = named.and_then(|(_, name)| self.digests.get(*name));
        own.is_some_and(|own| text(component, "/image/digest") == Some(own.as_str()))
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

impl Commit {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Enough of it for people.
    #[must_use]
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl Digest {
    /// As a spec has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl TryFrom<String> for Commit {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        match is_hex(&text, 40) {
            true => Ok(Self(text)),
            false => Err(Malformed("the 40 hexadecimal digits of a commit")),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        let is_digest = text.strip_prefix("sha256:").is_some_and(|hex| is_hex(hex, 64));
        match is_digest {
            true => Ok(Self(text)),
            false => Err(Malformed("sha256: and 64 hexadecimal digits")),
        }
    }
}

impl FromStr for Commit {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        text.to_owned().try_into()
    }
}

impl From<Commit> for String {
    fn from(commit: Commit) -> Self {
        commit.0
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
