use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::app::App;
use super::clock::text;
use super::component;
use super::deployment::Deployment;

/// An app as the API tells it.
pub(super) fn app(app: &App) -> Value {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), app.id.to_string().into());
    fields.insert("owner_uuid".to_owned(), Uuid::nil().to_string().into());
    fields.insert("spec".to_owned(), app.spec.clone());
    fields.insert("created_at".to_owned(), text(app.created).into());
    fields.insert("updated_at".to_owned(), text(app.updated).into());
    fields.insert("tier_slug".to_owned(), "basic".into());
    for (name, id) in [
        ("active_deployment", app.active),
        ("in_progress_deployment", app.in_progress),
        ("pending_deployment", app.pending),
        ("pinned_deployment", app.pinned),
    ] {
        if let Some(deployment) = id.and_then(|id| app.deployment(id)) {
            fields.insert(name.to_owned(), self::deployment(deployment));
        }
    }
    Value::Object(fields)
}

/// A deployment as the API tells it.
pub(super) fn deployment(deployment: &Deployment) -> Value {
    let components = |kind: &str| -> Value {
        let components = deployment.spec.get(kind).and_then(Value::as_array);
        let named = components.into_iter().flatten().filter_map(|one| one.get("name"));
        named.map(|name| json!({"name": name})).collect()
    };
    json!({
        "id": deployment.id,
        "spec": deployment.spec,
        "cause": deployment.cause,
        "phase": deployment.phase,
        "created_at": text(deployment.created),
        "updated_at": text(deployment.updated),
        "phase_last_updated_at": text(deployment.updated),
        "services": components("services"),
        "workers": components("workers"),
        "progress": progress(deployment.phase),
        "tier_slug": "basic",
    })
}

fn progress(phase: &str) -> Value {
    let (build, deploy) = match phase {
        "PENDING_BUILD" => ("PENDING", "PENDING"),
        "BUILDING" => ("RUNNING", "PENDING"),
        "PENDING_DEPLOY" => ("SUCCESS", "PENDING"),
        "DEPLOYING" => ("SUCCESS", "RUNNING"),
        "ERROR" => ("SUCCESS", "ERROR"),
        _ => ("SUCCESS", "SUCCESS"),
    };
    let count = |status: &str| i32::from(build == status) + i32::from(deploy == status);
    json!({
        "total_steps": 2,
        "pending_steps": count("PENDING"),
        "running_steps": count("RUNNING"),
        "success_steps": count("SUCCESS"),
        "error_steps": count("ERROR"),
        "steps": [{"name": "build", "status": build}, {"name": "deploy", "status": deploy}],
    })
}

/// The health of an app's components, by what serves.
pub(super) fn health(app: &App) -> Value {
    let serving = app.serving();
    let components: Vec<Value> = serving
        .into_iter()
        .flat_map(component::running)
        .map(|running| {
            let name = component::name(running);
            let desired = component::count(running);
            let ready = app.ready.get(name).copied().unwrap_or(desired);
            json!({
                "name": name,
                "cpu_usage_percent": 12.5,
                "memory_usage_percent": 40,
                "replicas_desired": desired,
                "replicas_ready": ready,
                "state": if ready < desired { "UNHEALTHY" } else { "HEALTHY" },
            })
        })
        .collect();
    json!({"app_health": {"components": components}})
}
