//! Specs as nobody would write them, and what another writer may do to one.

use loadsure_digitalocean::AppId;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::WORKER;

/// Numbers that change when they pass through a float or an integer.
const NUMBERS: [&str; 9] = [
    "1.0",
    "0.10",
    "1e3",
    "-0",
    "1E-7",
    "18446744073709551616",
    "123456789012345678901234567890.00",
    "3.141592653589793238462643383279",
    "-9223372036854775809",
];

fn number() -> impl Strategy<Value = Value> {
    proptest::sample::select(&NUMBERS[..]).prop_map(|text| serde_json::from_str(text).unwrap())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("\u{0}\n\"\\/\u{2028}é🚚".to_owned())
    ]
}

/// Anything that JSON can be, a few levels deep.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec((text(), inner), 0..3).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Something nested deeply, still within what a reader of JSON takes.
fn deep() -> impl Strategy<Value = Value> {
    (1..60_usize, number()).prop_map(|(levels, number)| {
        (0..levels).fold(number, |inner, level| {
            if level % 2 == 0 {
                json!([inner])
            } else {
                json!({"~/": inner})
            }
        })
    })
}

fn variables() -> impl Strategy<Value = Value> {
    let variable = (any::<bool>(), text()).prop_map(|(secret, value)| {
        let kind = if secret { "SECRET" } else { "GENERAL" };
        json!({"type": kind, "value": value})
    });
    vec(variable, 0..4).prop_map(|mut variables| {
        for (at, variable) in variables.iter_mut().enumerate() {
            let fields = variable.as_object_mut().unwrap();
            fields.insert("key".to_owned(), format!("KEY_{at}").into());
        }
        variables.into()
    })
}

/// A component of some kind without its name.
fn component() -> impl Strategy<Value = Map<String, Value>> {
    let unknown = option::weighted(0.3, (text(), anything()));
    (
        option::of(1..9_u32),
        option::of(variables()),
        unknown,
        option::weighted(0.1, deep()),
    )
        .prop_map(|(count, variables, unknown, deep)| {
            let mut fields = Map::new();
            fields.insert("instance_size_slug".to_owned(), "apps-s-1vcpu-1gb".into());
            let known = [
                ("instance_count", count.map(Value::from)),
                ("envs", variables),
                ("x-deep", deep),
            ];
            for (name, value) in known {
                fields.extend(value.map(|value| (name.to_owned(), value)));
            }
            fields.extend(unknown.map(|(name, value)| (format!("x-{name}"), value)));
            fields
        })
}

fn components(prefix: &'static str, most: usize) -> impl Strategy<Value = Vec<Value>> {
    vec(component(), 0..=most).prop_map(move |components| {
        let named = components.into_iter().enumerate().map(|(at, mut fields)| {
            fields.insert("name".to_owned(), format!("{prefix}-{at}").into());
            Value::Object(fields)
        });
        named.collect()
    })
}

/// A spec with exactly one worker named [`WORKER`], somewhere among others.
pub(crate) fn spec() -> impl Strategy<Value = Value> {
    let workers = (
        components("other", 3),
        component(),
        any::<proptest::sample::Index>(),
    )
        .prop_map(|(mut workers, mut own, at)| {
            own.insert("name".to_owned(), WORKER.into());
            workers.insert(at.index(workers.len() + 1), own.into());
            workers
        });
    (
        workers,
        components("service", 2),
        components("job", 2),
        components("site", 1),
        variables(),
        option::weighted(0.5, (text(), anything())),
    )
        .prop_map(|(workers, services, jobs, sites, envs, unknown)| {
            let mut spec = json!({
                "name": "generated", "workers": workers, "services": services, "jobs": jobs,
                "static_sites": sites, "envs": envs,
            });
            let unknown = unknown.map(|(name, value)| (format!("x-{name}"), value));
            spec.as_object_mut().unwrap().extend(unknown);
            spec
        })
}

/// What another writer does to a spec.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    /// Adds something that nobody else knows.
    Adds(Value),
    /// Puts a new worker before all others, so that positions shift.
    Shifts,
    /// Scales the same worker.
    Scales(u32),
    /// Gives every secret of the app a new value.
    Rotates,
    /// Writes the spec as it was.
    Touches,
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        anything().prop_map(Edit::Adds),
        Just(Edit::Shifts),
        (20..30_u32).prop_map(Edit::Scales),
        Just(Edit::Rotates),
        Just(Edit::Touches),
    ]
}

impl Edit {
    pub(crate) fn apply(&self, spec: &mut Value) {
        match self {
            Self::Adds(value) => {
                spec.as_object_mut()
                    .unwrap()
                    .insert("x-other-writer".to_owned(), value.clone());
            }
            Self::Shifts => {
                let first = json!({"name": "newcomer", "instance_size_slug": "apps-s-1vcpu-1gb"});
                spec.get_mut("workers")
                    .unwrap()
                    .as_array_mut()
                    .unwrap()
                    .insert(0, first);
            }
            Self::Scales(to) => {
                let workers = spec.get_mut("workers").unwrap().as_array_mut().unwrap();
                let own = workers
                    .iter_mut()
                    .find(|worker| worker.get("name") == Some(&WORKER.into()));
                own.unwrap()
                    .as_object_mut()
                    .unwrap()
                    .insert("instance_count".to_owned(), (*to).into());
            }
            Self::Rotates => {
                for variable in spec.get_mut("envs").unwrap().as_array_mut().unwrap() {
                    *variable.get_mut("value").unwrap() = "rotated".into();
                }
            }
            Self::Touches => {}
        }
    }
}

/// Where a worker stands, by its name.
pub(crate) fn pointer(spec: &Value) -> String {
    let workers = spec.get("workers").unwrap().as_array().unwrap();
    let at = workers
        .iter()
        .position(|worker| worker.get("name") == Some(&WORKER.into()));
    format!("/workers/{}/instance_count", at.unwrap())
}

/// An app that serves a spec, without a platform.
pub(crate) fn app(spec: Value) -> loadsure_digitalocean::App {
    loadsure_digitalocean::App {
        id: AppId(uuid::Uuid::nil()),
        updated_at: String::new(),
        address: None,
        spec: loadsure_digitalocean::Spec::new(spec),
        active: None,
        in_progress: None,
        pending: None,
        pinned: None,
    }
}
