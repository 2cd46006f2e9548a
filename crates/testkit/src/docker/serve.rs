use serde_json::{Value, json};

use super::container::State;
use super::engine::{Engine, Request};
use crate::http::{Answer, Asked, Body, Reply};

/// The version of the API that the stand-in speaks; the oldest that Docker Engine 29 still takes.
const API: &str = "1.44";

pub(super) fn serve(engine: &mut Engine, asked: Asked) -> Answer {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    // The version that a client prefixes is not looked at.
    let path = match path.split_first() {
        Some((first, rest)) if first.starts_with("v1.") => rest,
        _ => path.as_slice(),
    };
    let (verb, container) = match (asked.method.as_str(), path) {
        ("GET", ["version"]) => ("version", ""),
        ("GET", ["containers", "json"]) => ("list", ""),
        ("POST", ["containers", "create"]) => ("create", ""),
        ("GET", ["containers", container, "json"]) => ("inspect", *container),
        ("POST", ["containers", container, "start"]) => ("start", *container),
        ("POST", ["containers", container, "stop"]) => ("stop", *container),
        ("DELETE", ["containers", container]) => ("remove", *container),
        _ => return refusal(404, "page not found"),
    };
    engine.requests.push(Request {
        verb,
        container: engine
            .find(container)
            .map(|found| found.name.clone())
            .unwrap_or_default(),
        query: asked.query.clone(),
    });
    if let Some(status) = engine.fault(verb) {
        return refusal(status, "told to fail");
    }
    match verb {
        "version" => reply(
            200,
            Body::Json(json!({"ApiVersion": API, "MinAPIVersion": "1.24", "Version": "29.0.0"})),
        ),
        "list" => list(engine, &asked.query),
        "create" => create(engine, &asked),
        verb => one(engine, verb, container),
    }
}

/// Requests that concern one container.
fn one(engine: &mut Engine, verb: &str, container: &str) -> Answer {
    let Some(found) = engine.find(container) else {
        return refusal(404, "no such container");
    };
    let (name, state) = (found.name.clone(), found.state);
    match (verb, state) {
        ("inspect", _) => reply(200, Body::Json(found.details())),
        ("start", State::Running) | ("stop", State::Created | State::Exited { .. }) => {
            reply(304, Body::Empty)
        }
        ("start", _) => {
            engine.set_state(&name, State::Running);
            reply(204, Body::Empty)
        }
        ("stop", _) => {
            let end = engine.end(&name);
            engine.set_state(&name, end);
            reply(204, Body::Empty)
        }
        (_, State::Running) => refusal(409, "the container is running"),
        _ => {
            engine.remove(&name);
            reply(204, Body::Empty)
        }
    }
}

fn list(engine: &Engine, query: &str) -> Answer {
    let all = parameter(query, "all").as_deref() == Some("true");
    let filters = parameter(query, "filters").and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let labels = filters.and_then(|filters| {
        let labels = filters.get("label")?.as_array()?.iter();
        Some(
            labels
                .filter_map(|label| label.as_str().map(str::to_owned))
                .collect::<Vec<_>>(),
        )
    });
    let labels = labels.unwrap_or_default();
    let shown = engine
        .containers
        .iter()
        .filter(|one| (all || one.state == State::Running) && one.has_labels(&labels));
    let newest_first: Vec<Value> = shown.rev().map(|one| one.summary()).collect();
    reply(200, Body::Json(newest_first.into()))
}

fn create(engine: &mut Engine, asked: &Asked) -> Answer {
    let name = parameter(&asked.query, "name").unwrap_or_default();
    let body = asked.body.clone().unwrap_or_default();
    match engine.create(&name, body) {
        Some(id) => reply(201, Body::Json(json!({"Id": id, "Warnings": []}))),
        None => refusal(409, "the name is in use"),
    }
}

/// A parameter of a query, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let query = actix_web::web::Query::<Vec<(String, String)>>::from_query(query).ok()?;
    let found = query.into_inner().into_iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value)
}

fn refusal(status: u16, message: &str) -> Answer {
    reply(status, Body::Json(json!({"message": message})))
}

fn reply(status: u16, body: Body) -> Answer {
    Answer::Reply(Reply {
        status,
        headers: Vec::new(),
        body,
    })
}
