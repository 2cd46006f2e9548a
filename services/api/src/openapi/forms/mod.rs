//! What callers send. Each form lists exactly the fields that `loadsure-core` reads; tests hold the two together.

mod cargo;
pub(crate) mod examples;
mod flat;
mod journey;
mod named;
mod other;
mod parties;
mod scaling;
mod shipment;

use loadsure_core::fee::FeeKind;

pub(crate) use named::{
    BookingForm, CancellationForm, ConfirmForm, FlatForm, LimitsForm, LookUpForm, ModeForm, PauseForm,
    PinForm, QuoteForm, ScheduleForm, SettlementForm,
};

use super::schema::{Field, Shape, choice, custom, free_object, number, optional};

/// The schemas of all forms, by name.
pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    let mut all = parties::schemas();
    all.extend(cargo::schemas());
    all.extend(journey::schemas());
    all.extend(shipment::schemas());
    all.extend(flat::schemas());
    all.extend(other::schemas());
    all.extend(scaling::schemas());
    all
}

/// The two fields of the caller's own fee. They are given together or not at all.
fn fee() -> [Field; 2] {
    [
        optional(
            "integrationFeeType",
            choice(
                "How integrationFeeValue is to be read. The fee is the caller's own: it is added to totalCost and \
                 never sent to the insurer. Both fee fields are given, or neither.",
                &[FeeKind::Percentage.as_str(), FeeKind::Fixed.as_str()],
            ),
        ),
        optional(
            "integrationFeeValue",
            number(
                "percentage: a fraction of the premium from 0 to 1 with at most six decimals (0.1 is 10 %). fixed: an \
                 amount in the currency of the premium with at most two decimals.",
            )
            .minimum(Some(0)),
        ),
    ]
}

/// The fields of the caller's own that both forms take at their top.
fn own_data() -> [Field; 3] {
    let value = super::schema::any_of(
        "Text of at most 1000 characters, or a number.",
        [
            super::schema::text(1000, "Text.").into(),
            number("A number.").into(),
        ],
    );
    [
        optional(
            "customFields",
            free_object(
                "The caller's own data, passed on to the insurer: at most 50 fields with names of at most 100 \
                 characters.",
                Some(value),
            )
            .max_properties(Some(50)),
        ),
        optional(
            "callbackUrl",
            custom(
                "Where the caller wants to hear of the result: https, or http to localhost. At most 2000 characters. \
                 Kept; not called yet.",
                "uri",
            )
            .max_length(Some(2000)),
        ),
        optional(
            "requestMetadata",
            free_object("The caller's notes: kept with the request, not sent to the insurer.", None),
        ),
    ]
}
