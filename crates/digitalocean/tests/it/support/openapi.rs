//! The official description of the API, where the folder that holds it stands beside this repository.

use std::collections::HashMap;
use std::path::Path;

use jsonschema::{Draft, Validator};
use loadsure_testkit::digitalocean::Exchange;
use serde_json::{Value, json};

/// A description, with the validators made so far.
pub(crate) struct OpenApi {
    document: Value,
    validators: HashMap<String, Validator>,
}

impl OpenApi {
    /// Reads a description, or answers `None` where there is none.
    pub(crate) fn read(file: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = root.join("../../../shared/digitalocean").join(file);
        let text = std::fs::read_to_string(path).ok()?;
        let mut document: Value = serde_saphyr::from_str(&text).unwrap();
        allow_null(&mut document);
        Some(Self {
            document,
            validators: HashMap::new(),
        })
    }

    /// What is wrong with the request of an exchange.
    pub(crate) fn request_faults(&mut self, exchange: &Exchange) -> Vec<String> {
        let operation = self.operation(exchange);
        let schema = format!("{operation}/requestBody/content/application~1json/schema");
        match (&exchange.request, self.document.pointer(&schema).is_some()) {
            (None, false) => Vec::new(),
            (Some(body), true) => self.faults(&schema, body),
            (None, true) => vec!["the body is missing".to_owned()],
            (Some(_), false) => vec!["a body is not expected".to_owned()],
        }
    }

    /// What is wrong with the answer of an exchange.
    pub(crate) fn response_faults(&mut self, exchange: &Exchange) -> Vec<String> {
        let (Some(status), Some(body)) = (exchange.status, &exchange.response) else {
            return Vec::new();
        };
        let responses = format!("{}/responses", self.operation(exchange));
        let known = self.document.pointer(&format!("{responses}/{status}")).is_some();
        let status = if known {
            status.to_string()
        } else {
            "default".to_owned()
        };
        let response = self.resolve(&format!("{responses}/{status}"));
        let schema = format!("{response}/content/application~1json/schema");
        self.faults(&schema, body)
    }

    /// The pointer of an exchange's operation.
    fn operation(&self, exchange: &Exchange) -> String {
        let paths = self.document.get("paths").unwrap().as_object().unwrap();
        let mut fitting: Vec<&String> = paths.keys().filter(|path| fits(path, &exchange.path)).collect();
        // A path without parameters comes before one with: `/propose` is no app.
        fitting.sort_by_key(|path| path.matches('{').count());
        let path = fitting.first().unwrap().replace('~', "~0").replace('/', "~1");
        format!("/paths/{path}/{}", exchange.method.to_lowercase())
    }

    /// The pointer that a reference leads to, or the pointer itself.
    fn resolve(&self, pointer: &str) -> String {
        let found = self
            .document
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{pointer}"));
        match found.get("$ref").and_then(Value::as_str) {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => pointer.to_owned(),
        }
    }

    fn faults(&mut self, schema: &str, body: &Value) -> Vec<String> {
        if !self.validators.contains_key(schema) {
            let root = json!({
                "allOf": [self.document.pointer(schema).unwrap()],
                "components": self.document.get("components"),
            });
            let options = jsonschema::options()
                .with_draft(Draft::Draft7)
                .should_validate_formats(true);
            self.validators
                .insert(schema.to_owned(), options.build(&root).unwrap());
        }
        let errors = self.validators.get(schema).unwrap().iter_errors(body);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let fits = |(template, segment): (&&str, &&str)| template.starts_with('{') || template == segment;
    template.len() == path.len() && template.iter().zip(&path).all(fits)
}

/// OpenAPI 3.0 says `nullable: true` where JSON Schema names another type.
fn allow_null(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("nullable") == Some(&Value::Bool(true))
                && let Some(kind) = fields.get("type").cloned()
            {
                fields.insert("type".to_owned(), json!([kind, "null"]));
            }
            fields.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}
