use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

/// The platform's encryption of secrets: it knows what each sealed value stands for.
#[derive(Debug, Default)]
pub(super) struct Vault(HashMap<String, String>);

impl Vault {
    /// Encrypts the values of all variables of type SECRET, as a write does. One without a value becomes an encrypted
    /// empty string: the trap. A sealed value that is not known cannot be taken.
    pub(super) fn seal(&mut self, spec: &mut Value) -> Result<(), String> {
        match spec {
            Value::Object(fields) => {
                if fields.get("type").and_then(Value::as_str) == Some("SECRET") {
                    let sealed = self.sealed(fields.get("value"))?;
                    fields.insert("value".to_owned(), Value::String(sealed));
                }
                fields.values_mut().try_for_each(|value| self.seal(value))
            }
            Value::Array(items) => items.iter_mut().try_for_each(|value| self.seal(value)),
            _ => Ok(()),
        }
    }

    fn sealed(&mut self, value: Option<&Value>) -> Result<String, String> {
        let value = value.and_then(Value::as_str).unwrap_or_default();
        if value.starts_with("EV[") {
            return if self.0.contains_key(value) {
                Ok(value.to_owned())
            } else {
                Err("an encrypted value cannot be decrypted".to_owned())
            };
        }
        let part = || Uuid::now_v7().simple().to_string();
        let sealed = format!("EV[1:{}:{}]", part(), part());
        self.0.insert(sealed.clone(), value.to_owned());
        Ok(sealed)
    }

    /// What a container gets for a value of the spec.
    pub(super) fn open(&self, value: &str) -> String {
        self.0.get(value).map_or(value, String::as_str).to_owned()
    }
}
