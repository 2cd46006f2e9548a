use std::time::Duration;

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::app::App;
use super::cloud::Cloud;
use super::faults::Fault;
use super::ledger::{Exchange, Write};
use super::route::{Route, Target};
use super::{render, sizes, validate};
use crate::http::{Answer, Asked, Body, Reply};

/// The token that is accepted; it opens nothing anywhere.
pub(super) const TOKEN: &str = "dop_v1_stand_in";

/// From so many deployments on, listing them takes longer than anybody waits.
const LISTABLE: usize = 50;

/// Seconds until an account that has spent its quota gets new requests.
const QUOTA_RESET_S: u32 = 60;

/// Carries a request out, writes it down, and tells which call it was, where there is such a call.
pub(super) fn serve(cloud: &mut Cloud, asked: Asked) -> (Option<Route>, Answer) {
    cloud.settle();
    let target = Target::parse(&asked.method, &asked.path);
    let answer = match &target {
        // Where logs are kept nobody knows the token, and it must not be told to them.
        _ if asked.path.first().is_some_and(|first| first == "logs") => Answer::Reply(log(cloud, &asked)),
        _ if asked.authorization.as_deref() != Some(&format!("Bearer {TOKEN}")) => {
            Answer::Reply(refusal(401, "unauthorized", "Unable to authenticate you"))
        }
        None => Answer::Reply(refusal(
            404,
            "not_found",
            "The resource you requested could not be found.",
        )),
        Some(_) if cloud.quota == 0 => Answer::Reply(too_many(QUOTA_RESET_S)),
        Some(target) => {
            cloud.quota -= 1;
            with_faults(cloud, target, asked.body.as_ref())
        }
    };
    let answer = with_quota(answer, cloud.quota);
    let route = target.map(|target| target.route);
    record(cloud, route, asked, &answer);
    (route, answer)
}

fn with_faults(cloud: &mut Cloud, target: &Target, body: Option<&Value>) -> Answer {
    let fault = cloud.faults.draw(target.route);
    if fault.is_none_or(Fault::is_done) {
        let answer = perform(cloud, target, body);
        if fault.is_none() {
            return answer;
        }
    }
    match fault {
        Some(Fault::RateLimited { retry_after_s }) => Answer::Reply(too_many(retry_after_s)),
        Some(Fault::Status { status, .. }) => Answer::Reply(failure(status)),
        Some(Fault::Cut { .. }) => Answer::Cut,
        Some(Fault::Silence { .. }) | None => Answer::Silence,
    }
}

fn perform(cloud: &mut Cloud, target: &Target, body: Option<&Value>) -> Answer {
    Answer::Reply(match target.route {
        Route::ListApps => list_apps(cloud),
        Route::ListSizes => json_reply(sizes::all()),
        Route::GetSize => sizes::one(&target.name).map_or_else(not_found, json_reply),
        Route::Propose => propose(cloud, body),
        Route::UpdateApp => update(cloud, target.app, body),
        Route::DeploymentLogs => json_reply(json!({
            "historic_urls": [format!("{}/logs/{}", cloud.address, target.name)],
            "live_url": "",
        })),
        route => {
            let now = cloud.clock.now();
            let Some(app) = cloud.apps.get_mut(&target.app) else {
                return Answer::Reply(not_found());
            };
            if route == Route::ListDeployments && app.deployments.len() > LISTABLE {
                return Answer::Silence;
            }
            of_app(app, target, body, now)
        }
    })
}

/// Calls that concern one app only.
fn of_app(app: &mut App, target: &Target, body: Option<&Value>, now: Duration) -> Reply {
    match target.route {
        Route::ListDeployments => list_deployments(app),
        Route::GetDeployment => {
            let id = Uuid::parse_str(&target.name).ok();
            id.map_or_else(not_found, |id| deployment(app, id))
        }
        Route::Health => json_reply(render::health(app)),
        Route::ValidateRollback => json_reply(app.validate_rollback(rollback_target(body))),
        Route::Rollback => {
            let skip = body.and_then(|body| body.get("skip_pin")?.as_bool()) == Some(true);
            let begun = app.roll_back(rollback_target(body), skip, now);
            begun.map_or_else(conflict, |id| deployment(app, id))
        }
        Route::CommitRollback => {
            let committed = app.commit_rollback();
            committed.map_or_else(conflict, |()| reply(200, Body::Empty))
        }
        Route::RevertRollback => {
            let begun = app.revert_rollback(now);
            begun.map_or_else(conflict, |id| deployment(app, id))
        }
        _ => json_reply(json!({"app": render::app(app)})),
    }
}

fn list_apps(cloud: &Cloud) -> Reply {
    let apps: Vec<Value> = cloud.apps.values().map(render::app).collect();
    json_reply(json!({"meta": {"total": apps.len()}, "apps": apps, "links": {}}))
}

fn list_deployments(app: &App) -> Reply {
    let newest_first = app.deployments.iter().rev();
    let deployments: Vec<Value> = newest_first.map(render::deployment).collect();
    json_reply(json!({"meta": {"total": deployments.len()}, "deployments": deployments, "links": {}}))
}

fn deployment(app: &App, id: Uuid) -> Reply {
    let deployment = app.deployment(id).map(render::deployment);
    deployment.map_or_else(not_found, |found| json_reply(json!({"deployment": found})))
}

fn propose(cloud: &mut Cloud, body: Option<&Value>) -> Reply {
    let Some(spec) = body.and_then(|body| body.get("spec")) else {
        return unprocessable("spec is required".to_owned());
    };
    match cloud.check(spec) {
        Ok(()) => json_reply(json!({
            "app_name_available": true,
            "existing_static_apps": "0",
            "spec": spec,
            "app_cost": validate::cost(spec),
        })),
        Err(message) => unprocessable(message),
    }
}

fn update(cloud: &mut Cloud, id: Uuid, body: Option<&Value>) -> Reply {
    let Some(app) = cloud.apps.get(&id) else {
        return not_found();
    };
    if app.pinned.is_some() {
        return conflict("the app is pinned by a rollback".to_owned());
    }
    let before = app.spec.clone();
    let Some((body, spec)) = body.and_then(|body| Some((body, body.get("spec")?))) else {
        return unprocessable("spec is required".to_owned());
    };
    if let Err(message) = cloud.write(id, spec.clone(), "app spec updated") {
        return unprocessable(message);
    }
    let Some(app) = cloud.apps.get(&id) else {
        return not_found();
    };
    cloud.ledger.writes.push(Write {
        app: id,
        before,
        body: body.clone(),
        after: app.spec.clone(),
    });
    json_reply(json!({"app": render::app(app)}))
}

fn log(cloud: &Cloud, asked: &Asked) -> Reply {
    match asked.authorization {
        None => reply(200, Body::Text(cloud.log.clone())),
        Some(_) => refusal(400, "bad_request", "a token where none belongs"),
    }
}

fn rollback_target(body: Option<&Value>) -> Uuid {
    let id = body.and_then(|body| body.get("deployment_id")?.as_str());
    id.and_then(|id| Uuid::parse_str(id).ok()).unwrap_or_default()
}

fn record(cloud: &mut Cloud, route: Option<Route>, asked: Asked, answer: &Answer) {
    let reply = match answer {
        Answer::Reply(reply) => Some(reply),
        Answer::Silence | Answer::Cut => None,
    };
    cloud.ledger.exchanges.push(Exchange {
        route,
        method: asked.method,
        path: format!("/{}", asked.path.join("/")),
        request: asked.body,
        status: reply.map(|reply| reply.status),
        response: reply.and_then(|reply| match &reply.body {
            Body::Json(value) => Some(value.clone()),
            Body::Html(_) | Body::Text(_) | Body::Empty => None,
        }),
    });
}

fn with_quota(answer: Answer, left: u32) -> Answer {
    let Answer::Reply(mut reply) = answer else {
        return answer;
    };
    let reset = OffsetDateTime::now_utc().unix_timestamp() + i64::from(QUOTA_RESET_S);
    reply.headers.extend([
        ("ratelimit-limit", "5000".to_owned()),
        ("ratelimit-remaining", left.to_string()),
        ("ratelimit-reset", reset.to_string()),
    ]);
    Answer::Reply(reply)
}

fn reply(status: u16, body: Body) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body,
    }
}

fn json_reply(value: Value) -> Reply {
    reply(200, Body::Json(value))
}

fn refusal(status: u16, id: &str, message: &str) -> Reply {
    let problem = json!({"id": id, "message": message, "request_id": Uuid::now_v7()});
    reply(status, Body::Json(problem))
}

fn not_found() -> Reply {
    refusal(404, "not_found", "The resource you requested could not be found.")
}

fn unprocessable(message: String) -> Reply {
    refusal(422, "unprocessable_entity", &message)
}

fn conflict(message: String) -> Reply {
    refusal(409, "conflict", &message)
}

fn too_many(retry_after_s: u32) -> Reply {
    let mut reply = refusal(429, "too_many_requests", "API rate limit exceeded.");
    reply.headers.push(("retry-after", retry_after_s.to_string()));
    reply
}

/// A forced status: the platform's own problem document, or the page of the proxy in front of it.
fn failure(status: u16) -> Reply {
    match status {
        401 => refusal(status, "unauthorized", "Unable to authenticate you"),
        403 => refusal(
            status,
            "forbidden",
            "You do not have access for the attempted action.",
        ),
        520.. => reply(status, Body::Html("<html><body>A timeout occurred</body></html>")),
        _ => refusal(status, "server_error", "Unexpected server-side error"),
    }
}
