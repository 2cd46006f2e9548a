//! Purchases, as people and programs read them.

use std::fmt::Write as _;
use std::time::Duration;

use loadsure_core::booking::Status;
use loadsure_core::settlement::NOT_BOUGHT_AFTER;
use loadsure_store::{JournalEntry, Purchase};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::output::moment;

/// When a purchase may be settled as not bought.
pub(super) fn not_bought_from(purchase: &Purchase) -> OffsetDateTime {
    purchase.last_attempt_at + NOT_BOUGHT_AFTER
}

pub(super) fn as_json(purchase: &Purchase) -> Value {
    json!({
        "bookingId": purchase.booking,
        "status": purchase.status.name(),
        "tenantId": purchase.tenant,
        "tenantName": purchase.tenant_name,
        "quoteId": purchase.quote,
        "freightId": purchase.freight_id,
        "poNumber": purchase.po_number,
        "coverageAmount": purchase.coverage_amount.map(|amount| number(&amount)),
        "premium": purchase.premium.map(|amount| number(&amount)),
        "currency": purchase.currency,
        "quoteExpiresAt": purchase.quote_expires_at.map(moment),
        "attempts": purchase.attempts,
        "lastAttemptAt": moment(purchase.last_attempt_at),
        "ageSeconds": purchase.age.as_secs(),
        "notBoughtFrom": moment(not_bought_from(purchase)),
        "detail": purchase.detail,
        "certificateNumber": purchase.certificate,
    })
}

pub(super) fn entry_as_json(entry: &JournalEntry) -> Value {
    json!({
        "attempt": entry.number,
        "jobId": entry.job,
        "startedAt": moment(entry.started_at),
        "endedAt": entry.ended_at.map(moment),
        "outcome": entry.outcome,
        "detail": entry.detail,
    })
}

/// An amount with all its digits, as the API writes it.
fn number(amount: &impl ToString) -> Value {
    let text = amount.to_string();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

pub(super) fn as_line(purchase: &Purchase) -> String {
    let (id, tenant, freight) = (purchase.booking, &purchase.tenant_name, &purchase.freight_id);
    let (since, age) = (moment(purchase.last_attempt_at), in_words(purchase.age));
    let (attempts, cover) = (purchase.attempts, cover(purchase));
    let detail = purchase.detail.as_deref().unwrap_or("no detail");
    format!(
        "{id}  tenant {tenant}  freight {freight}  {cover}  sent {since} ({age} ago), attempt {attempts}: {detail}"
    )
}

pub(super) fn as_text(purchase: &Purchase, journal: &[JournalEntry]) -> String {
    let mut text = format!(
        "booking      {}\nstatus       {}\ntenant       {} ({})\nquote        {}\nfreight id   {}\n",
        purchase.booking,
        purchase.status,
        purchase.tenant_name,
        purchase.tenant,
        purchase.quote,
        purchase.freight_id
    );
    let optional = [
        ("po number", purchase.po_number.clone()),
        ("cover", Some(cover(purchase))),
        ("quote until", purchase.quote_expires_at.map(moment)),
        ("certificate", purchase.certificate.clone()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<12} {value}");
        }
    }
    for entry in journal {
        let _ = writeln!(text, "{}", line_of(entry));
    }
    if purchase.status == Status::OutcomeUnknown {
        let from = moment(not_bought_from(purchase));
        let _ = write!(text, "\nIt may be settled as not bought from {from}.");
    }
    text.trim_end().to_owned()
}

fn line_of(entry: &JournalEntry) -> String {
    let started = moment(entry.started_at);
    let ended = match (entry.ended_at, &entry.outcome) {
        (Some(at), Some(outcome)) => format!("{outcome} {}", moment(at)),
        _ => "under way, or interrupted".to_owned(),
    };
    let detail = entry.detail.as_deref().map(|detail| format!(": {detail}"));
    format!(
        "attempt {:<4} {started}  {ended}{}",
        entry.number,
        detail.unwrap_or_default()
    )
}

fn cover(purchase: &Purchase) -> String {
    let amount = |amount: Option<_>| amount.map_or_else(|| "?".to_owned(), |amount| format!("{amount}"));
    format!(
        "cover {} for {} {}",
        amount(purchase.coverage_amount),
        amount(purchase.premium),
        purchase.currency.as_deref().unwrap_or("?")
    )
}

fn in_words(age: Duration) -> String {
    let minutes = age.as_secs() / 60;
    match minutes {
        0 => format!("{} s", age.as_secs()),
        1..120 => format!("{minutes} min"),
        _ => format!("{} h", minutes / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_unit_that_matters() {
        for (seconds, text) in [(59, "59 s"), (60, "1 min"), (7_199, "119 min"), (7_200, "2 h")] {
            assert_eq!(in_words(Duration::from_secs(seconds)), text);
        }
    }
}
