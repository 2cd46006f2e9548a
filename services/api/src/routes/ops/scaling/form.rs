//! The bodies of commands.

use loadsure_core::invalid::{FieldCode, FieldError, Problems};
use loadsure_core::json::{Node, Object};
use loadsure_core::scaling::{Command, Mode};
use loadsure_core::text::Short;
use serde_json::Value;
use uuid::Uuid;

/// What ends a pin, as it is written.
const NONE: &str = "none";

/// A command by what it asks, and everything that is wrong with it.
type Read = Result<Command, Vec<FieldError>>;

/// `{"reason": "…"}`.
pub(super) fn pause(body: &Value) -> Read {
    read(body, |fields, problems| {
        let reason: Short = fields.required("reason", problems, Node::parse)?;
        let reason = reason.expose().to_owned();
        Some(Command::Pause { reason })
    })
}

/// `{"workers": 3}`, or `{"workers": "none"}`: to end a pin must be said, so that a value that is missing does not.
pub(super) fn pin(body: &Value) -> Read {
    read(body, |fields, problems| {
        let workers = fields.required("workers", problems, |node, problems| {
            if node.value() == NONE {
                return Some(None);
            }
            positive(node, problems).map(Some)
        })?;
        Some(Command::Pin { workers })
    })
}

/// `{"min": 1, "max": 5}`.
pub(super) fn limits(body: &Value) -> Read {
    read(body, |fields, problems| {
        let min = fields.required("min", problems, positive);
        let max = fields.required("max", problems, positive);
        let (min, max) = min.zip(max)?;
        if max < min {
            problems.add("max", FieldCode::OutOfRange, "must not be less than min");
        }
        Some(Command::Limits { min, max })
    })
}

/// `{"mode": "propose"}`.
pub(super) fn mode(body: &Value) -> Read {
    read(body, |fields, problems| {
        let mode = fields.required("mode", problems, |node, problems| {
            let mode: Result<Mode, _> = node.text(problems)?.parse();
            match mode {
                Ok(mode) => Some(mode),
                Err(unknown) => node.refuse(problems, FieldCode::NotOneOf, unknown.to_string()),
            }
        })?;
        Some(Command::Mode { mode })
    })
}

/// `{"proposal": "…"}`.
pub(super) fn confirm(body: &Value) -> Read {
    read(body, |fields, problems| {
        let proposal = fields.required("proposal", problems, |node, problems| {
            match node.text(problems)?.parse::<Uuid>() {
                Ok(id) => Some(id),
                Err(_) => node.refuse(problems, FieldCode::NotAnId, "must be the id of a proposal"),
            }
        })?;
        Some(Command::Confirm { proposal })
    })
}

fn read(body: &Value, command: impl FnOnce(&mut Object<'_>, &mut Problems) -> Option<Command>) -> Read {
    let mut problems = Problems::default();
    let command = Node::root(body).object(&mut problems).and_then(|mut fields| {
        let command = command(&mut fields, &mut problems);
        fields.close(&mut problems);
        command
    });
    match command {
        Some(command) if problems.is_empty() => Ok(command),
        _ => Err(problems.into_errors()),
    }
}

fn positive(node: &Node<'_>, problems: &mut Problems) -> Option<u32> {
    match node.whole(problems)? {
        0 => node.refuse(problems, FieldCode::NotPositive, "must be at least 1"),
        workers => Some(workers),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(read: Read) -> Vec<(String, FieldCode)> {
        let errors = read.unwrap_err();
        errors.into_iter().map(|error| (error.path, error.code)).collect()
    }

    #[test]
    fn a_pin_ends_only_when_that_is_said() {
        let workers = Some(3);
        assert_eq!(pin(&json!({"workers": 3})), Ok(Command::Pin { workers }));
        let workers = None;
        assert_eq!(pin(&json!({"workers": "none"})), Ok(Command::Pin { workers }));
        let named = |code| vec![("workers".to_owned(), code)];
        assert_eq!(codes(pin(&json!({}))), named(FieldCode::Required));
        assert_eq!(codes(pin(&json!({"workers": null}))), named(FieldCode::Required));
        assert_eq!(codes(pin(&json!({"workers": 0}))), named(FieldCode::NotPositive));
        assert_eq!(codes(pin(&json!({"workers": "3"}))), named(FieldCode::WrongType));
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let wrong = codes(limits(&json!({"min": 0, "max": "5", "force": true})));
        let expected = [
            ("min".to_owned(), FieldCode::NotPositive),
            ("max".to_owned(), FieldCode::WrongType),
            ("force".to_owned(), FieldCode::UnknownField),
        ];
        assert_eq!(wrong, expected);
        let reversed = codes(limits(&json!({"min": 5, "max": 1})));
        assert_eq!(reversed, [("max".to_owned(), FieldCode::OutOfRange)]);
        let reason = codes(pause(&json!({"reason": " "})));
        assert_eq!(reason, [("reason".to_owned(), FieldCode::Empty)]);
        let mode = codes(mode(&json!({"mode": "ACT"})));
        assert_eq!(mode, [("mode".to_owned(), FieldCode::NotOneOf)]);
        let id = codes(confirm(&json!({"proposal": "x"})));
        assert_eq!(id, [("proposal".to_owned(), FieldCode::NotAnId)]);
    }
}
