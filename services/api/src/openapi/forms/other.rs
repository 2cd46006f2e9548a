//! The forms beside the quote request.

use loadsure_core::spelling::{CancellationReason, Recipient};

use super::examples;
use crate::openapi::schema::{
    Shape, boolean, choice, custom, form, id, list, optional, required, short, string, text,
};
use crate::routes::ops::unknown_outcomes::OUTCOMES;

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("BookingRequest", booking()),
        ("CertificateLookup", lookup()),
        ("CancellationRequest", cancellation()),
        ("ScheduleRequest", schedule()),
        ("SettlementRequest", settlement()),
    ]
}

fn booking() -> Shape {
    form(
        "An order to buy the cover of a quote. There is at most one booking of a quote.",
        [
            required("quoteId", id("The quote to buy.")),
            optional(
                "sendEmailsTo",
                list(
                    "Whom the insurer shall mail; nobody when not given.",
                    choice("USER is the user of the quote.", Recipient::ACCEPTED),
                )
                .max_items(Some(Recipient::ALL.len())),
            ),
            optional(
                "callbackUrl",
                custom(
                    "Where the caller wants to hear of the result: https, or http to localhost. Kept; not called yet.",
                    "uri",
                )
                .max_length(Some(2000)),
            ),
        ],
    )
    .examples([examples::booking()])
    .into()
}

fn lookup() -> Shape {
    form(
        "The older form of looking a certificate up.",
        [
            required("certificateNumber", text(100, "The certificate's number.")),
            required("userId", short("The user.id that the quote was asked for with.")),
        ],
    )
    .examples([examples::lookup()])
    .into()
}

fn cancellation() -> Shape {
    form(
        "An order to cancel a certificate.",
        [
            required("userId", short("The user.id that the quote was asked for with.")),
            required(
                "reason",
                choice(
                    "CANASD the assured changed; CANNLN no longer needed; CANPIE bought in error; CANCHP cheaper \
                     elsewhere; CANVAL the insured value changed; CANREQ the shipper did not require it; CANCOP \
                     the shipment was lost to the competition; CANREP origin, destination or commodity changed; \
                     CANOTH another reason, told in additionalInfo.",
                    CancellationReason::ACCEPTED,
                ),
            ),
            optional("additionalInfo", text(1000, "More words; required for CANOTH, never empty.")),
            optional(
                "emailAssured",
                boolean("Whether the insurer shall mail the assured; false when not given.")
                    .default(Some(false.into())),
            ),
        ],
    )
    .examples([examples::cancellation()])
    .into()
}

fn schedule() -> Shape {
    form(
        "When reference data are refreshed.",
        [required(
            "schedule",
            string("Cron expression of five fields (minute, hour, day, month, weekday) in UTC, such as 0 0 * * *."),
        )],
    )
    .examples([examples::schedule()])
    .into()
}

fn settlement() -> Shape {
    form(
        "What the insurer says of a purchase whose answer was lost.",
        [
            required("outcome", choice("Whether cover was bought.", &OUTCOMES)),
            optional(
                "certificateNumber",
                text(
                    100,
                    "The certificate's number: required for bought, refused for not_bought.",
                ),
            ),
        ],
    )
    .examples(examples::settlements())
    .into()
}
