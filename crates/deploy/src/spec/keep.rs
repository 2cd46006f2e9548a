//! What the live app owns and a deployment hands back: secrets, the number of workers, its name, its domains.

use std::collections::BTreeMap;

use loadsure_digitalocean::{Guard, Spec};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use super::{Live, SpecError, WORKER};

/// Secrets that are set anew, by the names of their placeholders.
type Secrets = BTreeMap<String, SecretString>;

/// Kinds of components that have variables.
const KINDS: [&str; 5] = ["services", "workers", "jobs", "static_sites", "functions"];

/// Puts the live encrypted values, byte for byte, in place of secrets. A secret without one would reach its container as an
/// empty text while the spec looks right.
pub(super) fn secrets(spec: &mut Value, live: &Spec, anew: &Secrets) -> Result<(), SpecError> {
    let mut missing = Vec::new();
    seal(spec, live.value(), anew, |key| {
        missing.push(format!("{key} of the app"))
    });
    for kind in KINDS {
        let components = spec.get_mut(kind).and_then(Value::as_array_mut);
        for component in components.into_iter().flatten() {
            let name = text(component, "name").to_owned();
            let same = |other: &&Value| text(other, "name") == name;
            let theirs = live.value().get(kind).and_then(Value::as_array);
            let theirs = theirs.and_then(|all| all.iter().find(same));
            let theirs = theirs.unwrap_or(&Value::Null);
            seal(component, theirs, anew, |key| {
                missing.push(format!("{key} of {name}"))
            });
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(SpecError::Secrets(missing)),
    }
}

fn seal(owner: &mut Value, live: &Value, anew: &Secrets, mut missing: impl FnMut(&str)) {
    let variables = owner.get_mut("envs").and_then(Value::as_array_mut);
    for variable in variables.into_iter().flatten() {
        if text(variable, "type") != "SECRET" {
            continue;
        }
        let key = text(variable, "key").to_owned();
        match fresh(variable, anew).or_else(|| sealed(live, &key)) {
            Some(value) => variable["value"] = value.into(),
            None => missing(&key),
        }
    }
}

/// The plain value of a secret that is set anew. The platform encrypts it.
fn fresh(variable: &Value, anew: &Secrets) -> Option<String> {
    let name = text(variable, "value").strip_prefix("${var.secrets.")?;
    let secret = anew.get(name.strip_suffix('}')?)?.expose_secret();
    (!secret.trim().is_empty()).then(|| secret.to_owned())
}

fn sealed(live: &Value, key: &str) -> Option<String> {
    let mut variables = live.get("envs")?.as_array()?.iter();
    let variable =
        variables.find(|variable| text(variable, "key") == key && text(variable, "type") == "SECRET")?;
    let value = text(variable, "value");
    value.starts_with("EV[").then(|| value.to_owned())
}

/// S8: a deployment does not undo what the queue monitor did. Where the live app has no such worker yet, the number of the
/// template is the first one.
pub(super) fn workers(spec: &mut Value, serving: &Spec) -> Result<(), SpecError> {
    let count = match serving.instance_count(WORKER) {
        Ok(count) => count,
        Err(Guard::NoSuchWorker) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let workers = spec.get_mut("workers").and_then(Value::as_array_mut);
    for worker in workers.into_iter().flatten() {
        if text(worker, "name") == WORKER {
            worker["instance_count"] = count.into();
        }
    }
    Ok(())
}

/// The name is the app's for life. With two apps, both have the same template, and only one has the domains.
pub(super) fn identity(spec: &mut Value, live: &Live<'_>) {
    let Some(fields) = spec.as_object_mut() else {
        return;
    };
    let target = live.target.value();
    take(fields, target, "name");
    if live.keeps_domains {
        take(fields, target, "domains");
    }
}

fn take(fields: &mut Map<String, Value>, from: &Value, name: &str) {
    match from.get(name) {
        Some(value) => fields.insert(name.to_owned(), value.clone()),
        None => fields.remove(name),
    };
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
