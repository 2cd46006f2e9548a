//! How the names of Terraform's provider correspond to those of the platform's API. Everything that is not named
//! here has the same name and shape in both; a test compares the rest with the provider's and the API's schemas.

/// What the API makes of a nested block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nested {
    /// An element of the list of this name.
    Many(&'static str),
    /// An object of the same name.
    Same,
    /// Not a part of the spec.
    Outside,
}

/// The place of a block in the API, by its own name.
pub(crate) fn nested(block: &str) -> Nested {
    match block {
        "service" => Nested::Many("services"),
        "worker" => Nested::Many("workers"),
        "job" => Nested::Many("jobs"),
        "static_site" => Nested::Many("static_sites"),
        "function" => Nested::Many("functions"),
        "database" => Nested::Many("databases"),
        "domain" => Nested::Many("domains"),
        "alert" => Nested::Many("alerts"),
        "env" => Nested::Many("envs"),
        "log_destination" => Nested::Many("log_destinations"),
        "rule" => Nested::Many("rules"),
        "routes" => Nested::Many("routes"),
        "allow_origins" => Nested::Many("allow_origins"),
        // Who is told by an alert is set by a call of its own, and not a part of the spec that the API returns.
        "destinations" => Nested::Outside,
        _ => Nested::Same,
    }
}

/// What becomes of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It has the same name.
    Same,
    /// It has another name.
    Renamed(&'static str),
    /// It is refused, because something else replaced it.
    Refused(&'static str),
}

/// What becomes of an attribute of a block.
pub(crate) fn attribute_fate(block: &str, attribute: &str) -> Fate {
    match (block, attribute) {
        ("domain", "name") => Fate::Renamed("domain"),
        ("spec", "domains") => Fate::Refused("use a domain block: domains is deprecated"),
        _ => Fate::Same,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    /// Blocks of the provider that the schema of the API does not have: none of them can be used unnoticed, since the
    /// rendered spec would not fulfil that schema.
    const ONLY_IN_TERRAFORM: [&str; 1] = ["spec.ingress.secure_header"];

    fn load(name: &str) -> Option<Value> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/digitalocean");
        let text = fs::read_to_string(folder.join(name)).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }

    /// The schema that a reference leads to.
    fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
            None => schema,
        }
    }

    /// Adds every place of the provider's block that has no counterpart of the right shape in the API.
    fn compare(block: &Value, name: &str, path: &str, root: &Value, api: &Value, missing: &mut Vec<String>) {
        let property = |key: &str| api["properties"].get(key).map(|schema| resolved(root, schema));
        for (key, _) in block["attributes"].as_object().into_iter().flatten() {
            let counterpart = match attribute_fate(name, key) {
                Fate::Same => property(key),
                Fate::Renamed(key) => property(key),
                Fate::Refused(_) => continue,
            };
            if counterpart.is_none() {
                missing.push(format!("{path}.{key}"));
            }
        }
        for (key, inner) in block["block_types"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            let counterpart = match nested(key) {
                Nested::Outside => continue,
                Nested::Same => property(key).filter(|schema| schema["type"] == "object"),
                Nested::Many(list) => property(list)
                    .filter(|schema| schema["type"] == "array")
                    .map(|schema| resolved(root, &schema["items"])),
            };
            match counterpart {
                Some(api) => compare(&inner["block"], key, &path, root, api, missing),
                None => missing.push(path),
            }
        }
    }

    /// Both schemas are kept beside the repository; where they are not, there is nothing to compare.
    #[test]
    fn every_part_of_the_provider_has_its_place_in_the_api() {
        let (Some(provider), Some(api)) = (load("provider-schema.json"), load("app-spec.schema.json")) else {
            eprintln!("skipped: the schemas are not there");
            return;
        };
        let block =
            &provider["resource_schemas"]["digitalocean_app"]["block"]["block_types"]["spec"]["block"];
        let mut missing = Vec::new();
        compare(block, "spec", "spec", &api, &api, &mut missing);
        assert_eq!(missing, ONLY_IN_TERRAFORM);
    }
}
