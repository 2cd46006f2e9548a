//! The documented forms and the code that reads them (P41).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use loadsure_core::cancellation::Order;
use loadsure_core::id::QuoteId;
use loadsure_core::invalid::{FieldCode, FieldError};
use loadsure_core::quote_request::{Context, QuoteRequest};
use loadsure_core::reference::ReferenceIds;
use loadsure_core::spelling::{CancellationReason, CarrierIdType, Mode, StopType, WeightUnit};
use serde_json::Value;
use time::macros::date;

use crate::schema::{document, named, resolve, sample, violations};

const FORMS: [&str; 2] = ["QuoteRequestFull", "QuoteRequestFlat"];

fn parse(body: &Value) -> Result<QuoteRequest, Vec<FieldError>> {
    let ids = ReferenceIds::default();
    QuoteRequest::parse(
        body,
        &Context::new(date!(2026 - 05 - 20), &ids, QuoteId::generate()),
    )
}

fn examples(document: &Value, form: &str) -> Vec<Value> {
    named(document, form)["examples"].as_array().unwrap().clone()
}

/// P41: whoever copies an example gets an answer.
#[test]
fn every_example_of_a_quote_request_is_accepted_and_fits_its_schema() {
    let document = document();
    for form in FORMS {
        for example in examples(&document, form) {
            assert_eq!(
                violations(&document, named(&document, form), &example),
                [""; 0],
                "{form}"
            );
            parse(&example).unwrap_or_else(|errors| panic!("{form}: {errors:?}"));
        }
    }
}

/// P41: the example of a cancellation is accepted too.
#[test]
fn the_example_of_a_cancellation_is_accepted() {
    let document = document();
    for example in examples(&document, "CancellationRequest") {
        Order::parse("c-1".parse().unwrap(), &example).unwrap();
    }
}

/// P40, P41: no field is documented that would be refused, at any depth, nor documented with another type.
#[test]
fn every_documented_field_is_read() {
    let document = document();
    for form in FORMS {
        let everything = sample(&document, named(&document, form));
        let errors = parse(&everything).err().unwrap_or_default();
        let wrong = [FieldCode::UnknownField, FieldCode::WrongType, FieldCode::NotOneOf];
        let refused: Vec<_> = errors
            .iter()
            .filter(|error| wrong.contains(&error.code))
            .collect();
        assert!(refused.is_empty(), "{form}: {refused:?}");
    }
}

/// P41: what is documented as required is refused when it is missing, and named.
#[test]
fn every_field_documented_as_required_is_required() {
    let document = document();
    for form in FORMS {
        let smallest = examples(&document, form).remove(0);
        let mut checked = 0;
        for (pointer, field) in required(&document, named(&document, form), &smallest, "") {
            let mut body = smallest.clone();
            let parent = body.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
            parent.remove(&field);
            let errors = parse(&body).expect_err(&field);
            let named =
                |error: &FieldError| error.code == FieldCode::Required && error.path.ends_with(&field);
            assert!(errors.iter().any(named), "{form}{pointer}/{field}: {errors:?}");
            checked += 1;
        }
        assert!(checked > 4, "{form}: only {checked} fields are required");
    }
}

/// The required fields of an example, each with the place of its object.
fn required(document: &Value, schema: &Value, value: &Value, at: &str) -> Vec<(String, String)> {
    let schema = resolve(document, schema);
    let mut found = Vec::new();
    if let Value::Object(members) = value {
        // Without its shipment a full form is a flat one.
        let names = schema["required"].as_array().into_iter().flatten();
        let names = names
            .map(|name| name.as_str().unwrap())
            .filter(|name| *name != "shipment");
        found.extend(names.map(|name| (at.to_owned(), name.to_owned())));
        for (name, member) in members {
            found.extend(required(
                document,
                &schema["properties"][name],
                member,
                &format!("{at}/{name}"),
            ));
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(required(
            document,
            &schema["items"],
            item,
            &format!("{at}/{index}"),
        ));
    }
    found
}

/// P40, P41: no field is read that is not documented. The readers of `loadsure-core` name their fields in one way.
#[test]
fn every_field_that_is_read_is_documented() {
    let document = document();
    let mut documented = BTreeSet::new();
    for schema in document["components"]["schemas"].as_object().unwrap().values() {
        documented.extend(
            schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone()),
        );
    }
    let mut sources = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/core/src"),
        &mut sources,
    );
    let read: BTreeSet<String> = sources.iter().flat_map(|source| fields_of(source)).collect();
    assert!(read.len() > 90, "only {} fields were found: {read:?}", read.len());
    let missing: Vec<_> = read.difference(&documented).collect();
    assert!(missing.is_empty(), "not documented: {missing:?}");
}

/// P41: the guide names every spelling that is accepted.
#[test]
fn the_guide_lists_every_spelling() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/API.md");
    let guide = fs::read_to_string(guide).unwrap();
    let tables = [
        WeightUnit::ACCEPTED,
        Mode::ACCEPTED,
        CarrierIdType::ACCEPTED,
        StopType::ACCEPTED,
    ];
    for spelling in tables.concat() {
        assert!(
            guide.contains(&format!("`{spelling}`")),
            "docs/API.md lacks {spelling}"
        );
    }
    let document = document();
    let reasons = &named(&document, "CancellationRequest")["properties"]["reason"];
    for reason in CancellationReason::ACCEPTED {
        assert!(
            reasons["description"].as_str().unwrap().contains(reason),
            "{reason} is not explained"
        );
    }
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else {
            sources.push(path);
        }
    }
}

/// The names of the fields that a source file reads, without its tests.
fn fields_of(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let mut marks = vec![".required(\"", ".optional(\"", "fields.get(\"", ".take(\""];
    if path.components().any(|part| part.as_os_str() == "flat") {
        // Tables of flat names beside full ones.
        marks.push("(\"");
    }
    let starts = marks.iter().flat_map(|mark| code.split(mark).skip(1));
    let names = starts.filter_map(|rest| rest.split_once('"').map(|(name, _)| name.to_owned()));
    let is_name = |name: &String| {
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric())
    };
    names.filter(is_name).collect()
}
