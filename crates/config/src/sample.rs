//! Renders `.env.sample` from the registry.

use std::fmt::Write as _;

use crate::{Fallback, GROUPS, Service, Var};

const HEAD: &str = "\
# Every environment variable of the Loadsure service.
# Rendered by `cargo run -p loadsure-config --example env-sample`; a test keeps it so.
# An empty value counts as a missing one. No secret has a default.
";

/// Width at which comments are wrapped.
const WIDTH: usize = 110;

/// The text of `.env.sample`.
#[must_use]
pub fn env_sample() -> String {
    let mut text = String::from(HEAD);
    for group in GROUPS {
        text.push_str("\n\n# ---- ");
        text.push_str(group.title);
        text.push_str(" ----\n");
        for var in group.vars {
            render(&mut text, var);
        }
    }
    text
}

fn render(text: &mut String, var: &Var) {
    text.push('\n');
    comment(text, var.description);
    comment(text, &facts(var));
    text.push_str(var.name);
    text.push('=');
    text.push_str(&quoted(var.default().unwrap_or_default()));
    text.push('\n');
}

fn facts(var: &Var) -> String {
    let mut facts = String::new();
    if var.secret {
        facts.push_str("Secret. ");
    }
    match var.fallback {
        Fallback::Required => facts.push_str("Required. "),
        Fallback::Optional => facts.push_str("Optional. "),
        Fallback::Text(_) => {}
        Fallback::Derived(from) => {
            // Writing to a String cannot fail.
            let _ = write!(facts, "Default: {from}. ");
        }
    }
    facts.push_str("Read by ");
    if var.read_by == Service::ALL {
        facts.push_str("all programs.");
    } else {
        let names: Vec<&str> = var.read_by.iter().map(|service| service.as_str()).collect();
        facts.push_str(&names.join(", "));
        facts.push('.');
    }
    facts
}

/// Shells that source the file would expand `*` and split at blanks.
fn quoted(value: &str) -> String {
    if value.contains([' ', '*', ',']) {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

fn comment(text: &mut String, sentence: &str) {
    let mut width = 0;
    for word in sentence.split_whitespace() {
        if width == 0 || width + 1 + word.len() > WIDTH {
            text.push_str(if width == 0 { "#" } else { "\n#" });
            width = 1;
        }
        text.push(' ');
        text.push_str(word);
        width += 1 + word.len();
    }
    text.push('\n');
}
