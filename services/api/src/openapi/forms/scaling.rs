//! The forms of commands to the queue monitor.

use loadsure_core::scaling::{Mode, REASON_LENGTH};

use super::examples;
use crate::openapi::schema::{Shape, any_of, choice, form, id, required, text, whole};

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("PauseRequest", pause()),
        ("PinRequest", pin()),
        ("LimitsRequest", limits()),
        ("ModeRequest", mode()),
        ("ConfirmRequest", confirm()),
    ]
}

fn pause() -> Shape {
    let reason = text(REASON_LENGTH, "Why, for whoever reads the state later.");
    form("A pause of scaling.", [required("reason", reason)])
        .examples([examples::pause()])
        .into()
}

fn pin() -> Shape {
    let workers = any_of(
        "How many workers, within the limits; none ends the pin.",
        [
            whole("The number.").minimum(Some(1)).into(),
            choice("No number any more.", &["none"]).into(),
        ],
    );
    form(
        "The number of workers to keep to.",
        [required("workers", workers)],
    )
    .examples(examples::pins())
    .into()
}

fn limits() -> Shape {
    form(
        "The limits of the number of workers.",
        [
            required("min", whole("The fewest.").minimum(Some(1))),
            required("max", whole("The most, not less than min.").minimum(Some(1))),
        ],
    )
    .examples([examples::limits()])
    .into()
}

fn mode() -> Shape {
    let modes = Mode::ALL.map(Mode::as_str);
    let mode = choice(
        "observe decides and changes nothing; propose waits for each change to be confirmed; act changes the number.",
        &modes,
    );
    form("How far the queue monitor goes.", [required("mode", mode)])
        .examples([examples::mode()])
        .into()
}

fn confirm() -> Shape {
    let proposal = id("The proposal, as /api/ops/scaling shows it.");
    form(
        "The confirmation of a proposed change.",
        [required("proposal", proposal)],
    )
    .examples([examples::confirm()])
    .into()
}
