//! The answers about a certificate: bought, read, linked, cancelled.

use loadsure_core::certificate::{Cancelled, Facts, Number, Status};
use serde_json::Value;
use url::Url;

use super::fields::{Fields, clean};
use crate::flaw::Flaw;

/// The number's field.
const NUMBER: &str = "certificateNumber";

/// Kept in place of a status that a purchase was answered without.
const NO_STATUS: &str = "UNKNOWN";

/// Characters of a status that are kept.
const STATUS: usize = 50;

/// Reads the answer to a purchase. The number proves that cover was bought, so nothing else is insisted on: what
/// cannot be read can be asked for again.
pub(crate) fn bought(answer: &Value) -> Result<Facts, Flaw> {
    let fields = Fields::of(answer)?;
    let number = fields.exact(NUMBER)?;
    let number = number.parse().map_err(|_| Flaw::Unusable(NUMBER))?;
    let status = status(fields).unwrap_or_else(|| Status::Other(NO_STATUS.to_owned()));
    Ok(facts(fields, number, status))
}

/// Reads the answer to a look-up of `number`. It must be about that certificate and tell its status.
pub(crate) fn summary(answer: &Value, number: &Number) -> Result<Facts, Flaw> {
    let fields = Fields::of(answer)?;
    same(fields, number)?;
    let status = status(fields).ok_or(Flaw::Lacks("status"))?;
    Ok(facts(fields, number.clone(), status))
}

/// Reads the answer to a cancellation of `number`. One that does not say *cancelled* proves nothing (P1).
pub(crate) fn cancelled(answer: &Value, number: &Number) -> Result<Cancelled, Flaw> {
    let fields = Fields::of(answer)?;
    same(fields, number)?;
    match status(fields) {
        Some(Status::Cancelled) => Ok(cancellation(fields)),
        Some(_) => Err(Flaw::Unusable("status")),
        None => Err(Flaw::Lacks("status")),
    }
}

/// Reads a link to a document. Callers are redirected to it, so it must be a web address.
pub(crate) fn link(answer: &Value) -> Result<String, Flaw> {
    let text = Fields::of(answer)?.exact("url")?;
    let is_web = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if is_web {
        Ok(text.to_owned())
    } else {
        Err(Flaw::Unusable("url"))
    }
}

/// An answer that names another certificate is not ours.
fn same(fields: Fields<'_>, number: &Number) -> Result<(), Flaw> {
    match fields.text(NUMBER) {
        Some(named) if !named.eq_ignore_ascii_case(number.as_str()) => Err(Flaw::Unusable(NUMBER)),
        _ => Ok(()),
    }
}

/// The status; one that is not known is kept and logged (P15).
fn status(fields: Fields<'_>) -> Option<Status> {
    let text = clean(fields.get("status")?.as_str()?, STATUS)?;
    let status = Status::from_insurer(&text);
    if let Status::Other(word) = &status {
        tracing::warn!(status = %word, "the insurer names a certificate status that is not known here");
    }
    Some(status)
}

fn facts(fields: Fields<'_>, number: Number, status: Status) -> Facts {
    Facts {
        number,
        status,
        product_id: fields.text("productId"),
        product_name: fields.text("productName"),
        limit: fields.amount_if_usable("limit"),
        deductible: fields.amount_if_usable("deductible"),
        premium: fields.amount_if_usable("premium"),
        service_fee: fields.amount_if_usable("serviceFee"),
        tax: fields.amount_if_usable("tax"),
        currency: fields.text("currency"),
        certificate_link: fields.text("certificateLink"),
        file_claim_link: fields.text("fileClaimLink"),
        valid_from: fields.text("validFrom"),
        valid_to: fields.text("validTo"),
        cancellation: cancellation(fields),
    }
}

/// American spelling is what was seen; the British one and the misspelt field cost nothing to read.
fn cancellation(fields: Fields<'_>) -> Cancelled {
    Cancelled {
        reason: fields.text("cancellationReason"),
        additional_info: fields.text_under(&["cancellationAdditionalInfo", "cancellationAdditionaInfo"]),
        by: fields.text_under(&["canceledBy", "cancelledBy"]),
        date: fields.text_under(&["canceledDate", "cancelledDate"]),
    }
}
