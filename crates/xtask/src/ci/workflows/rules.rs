//! Rules for every workflow and every composite action.

use serde_json::{Map, Value};

use super::File;

pub(super) fn workflow(file: &File, found: &mut Vec<String>) {
    let content = &file.content;
    if content["permissions"] != Value::Object(Map::new()) {
        found.push(format!("{}: the top must say `permissions: {{}}`", file.path));
    }
    if content["concurrency"].is_null() && !is_only_called(content) {
        found.push(format!("{}: no concurrency group", file.path));
    }
    pins(file, found);
    for (name, job) in content["jobs"].as_object().into_iter().flatten() {
        let place = format!("{} {name}", file.path);
        if job["permissions"].is_null() {
            found.push(format!("{place}: no permissions"));
        }
        // A called workflow's own jobs have the limits.
        if job["uses"].is_null() && job["timeout-minutes"].is_null() {
            found.push(format!("{place}: no timeout-minutes"));
        }
        steps(&place, &job["steps"], found);
    }
}

pub(super) fn action(file: &File, found: &mut Vec<String>) {
    pins(file, found);
    steps(&file.path, &file.content["runs"]["steps"], found);
}

/// Its caller has the group.
fn is_only_called(content: &Value) -> bool {
    let events = content["on"].as_object();
    events.is_some_and(|events| events.len() == 1 && events.contains_key("workflow_call"))
}

/// P67: an action at a branch or tag is whatever its owner, or whoever took its account, makes of it.
fn pins(file: &File, found: &mut Vec<String>) {
    for (line, number) in file.text.lines().zip(1..) {
        let line = line.trim_start();
        let line = line.strip_prefix("- ").unwrap_or(line);
        if let Some(action) = line.strip_prefix("uses:")
            && !is_pinned(action.trim())
        {
            found.push(format!(
                "{}:{number}: not pinned as `owner/action@<commit> # v<version>`",
                file.path
            ));
        }
    }
}

fn is_pinned(action: &str) -> bool {
    if action.starts_with("./") {
        return true;
    }
    let Some((reference, version)) = action.split_once(" # v") else {
        return false;
    };
    let Some((_, commit)) = reference.trim().split_once('@') else {
        return false;
    };
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    commit.len() == 40 && commit.chars().all(hex) && version.starts_with(|c: char| c.is_ascii_digit())
}

fn steps(place: &str, steps: &Value, found: &mut Vec<String>) {
    for (step, number) in steps.as_array().into_iter().flatten().zip(1..) {
        let place = format!("{place}, step {number}");
        let action = step["uses"].as_str().unwrap_or_default();
        if action.starts_with("actions/checkout@") && step["with"]["persist-credentials"] != false {
            found.push(format!("{place}: persist-credentials is not false"));
        }
        let Some(script) = step["run"].as_str() else {
            continue;
        };
        // Whoever writes a title or a branch's name would write the script.
        if script.contains("${{") {
            found.push(format!(
                "{place}: an expression inside a script; hand it over by `env`"
            ));
        }
        if script.contains("|| true") || step["continue-on-error"] == true {
            found.push(format!("{place}: cannot fail"));
        }
        for name in secret_variables(&step["env"]) {
            if is_on_command_line(script, name) {
                found.push(format!("{place}: the secret {name} on a command line"));
            }
        }
    }
}

fn secret_variables(env: &Value) -> impl Iterator<Item = &str> {
    let variables = env.as_object().into_iter().flatten();
    variables
        .filter(|(_, value)| value.as_str().is_some_and(|value| value.contains("secrets.")))
        .map(|(name, _)| name.as_str())
}

/// Everybody on a machine sees command lines. Standard input is not one.
fn is_on_command_line(script: &str, name: &str) -> bool {
    let uses = [format!("${name}"), format!("${{{name}")];
    script.lines().any(|line| {
        let command = line.split("<<<").next().unwrap_or(line);
        uses.iter().any(|used| command.contains(used.as_str()))
    })
}
