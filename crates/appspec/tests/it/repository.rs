//! What is committed.

use std::fs;

use loadsure_appspec::{Spec, file, render};

use crate::tree::{ENVIRONMENTS, repository};

/// P66: the check is a test, compares everything, and needs no package that nobody has installed.
#[test]
fn the_committed_specs_are_what_terraform_says() {
    for environment in ENVIRONMENTS {
        let spec = render(&repository(), environment).unwrap();
        let drift = spec.drift(&repository(), environment).unwrap();
        let drift: String = drift.iter().map(|found| format!("{found}\n")).collect();
        assert_eq!(drift, "", "run `cargo xtask sync-app-config`");
    }
}

#[test]
fn rendering_is_stable() {
    for environment in ENVIRONMENTS {
        let rendered = render(&repository(), environment).unwrap().to_yaml(environment);
        assert_eq!(
            rendered,
            fs::read_to_string(file(&repository(), environment)).unwrap()
        );
    }
}

/// The schema is kept beside the repository; where it is not, `doctl apps spec validate` does the same in CI.
#[test]
fn the_specs_fulfil_the_schema_of_the_platform() {
    let path = repository().join("../shared/digitalocean/app-spec.schema.json");
    let Ok(schema) = fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for environment in ENVIRONMENTS {
        let spec = Spec::read(&repository(), environment).unwrap();
        let spec = serde_json::to_value(spec.get(&[]).unwrap()).unwrap();
        let violations: Vec<String> = validator
            .iter_errors(&spec)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(violations, Vec::<String>::new(), "{environment}");
        // The schema is one that refuses: a field that nobody knows is a violation.
        let mut wrong = spec.clone();
        wrong["services"][0]["http_prot"] = serde_json::json!(3000);
        assert!(!validator.is_valid(&wrong));
    }
}

/// P60: a component has one kind, and no database is made by the app.
#[test]
fn only_the_api_is_public_and_no_database_is_made_by_the_app() {
    for environment in ENVIRONMENTS {
        let spec = render(&repository(), environment).unwrap();
        let names = |list: &str| {
            let items = spec.get(&[list]).unwrap().as_array().unwrap();
            let names = items
                .iter()
                .map(|item| item.as_object().unwrap()["name"].as_str().unwrap());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(names("services"), ["api"]);
        assert_eq!(names("workers"), ["worker", "queue-monitor"]);
        assert_eq!(names("jobs"), ["migrate"]);
        assert_eq!(
            spec.get(&["services", "api", "http_port"]).unwrap().as_u64(),
            Some(3000)
        );
        for database in names("databases") {
            let production = spec.get(&["databases", &database, "production"]);
            assert_eq!(production.unwrap().as_bool(), Some(true), "{database}");
        }
    }
}
