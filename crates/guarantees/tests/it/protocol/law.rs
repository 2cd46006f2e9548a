//! What must hold, whatever happens. Written down from the design, not derived from the code.

use loadsure_core::repeat::RepeatPurchase;

use crate::protocol::insurer::Entry;
use crate::protocol::snapshot::{Booking, Quote, Snapshot};

/// Steps that a booking may take in a world where people settle what is true.
const BOOKING: [(&str, &str); 10] = [
    ("requested", "purchasing"),
    ("requested", "failed"),
    ("purchasing", "requested"),
    ("purchasing", "active"),
    ("purchasing", "failed"),
    ("purchasing", "outcome_unknown"),
    ("outcome_unknown", "active"),
    ("outcome_unknown", "failed"),
    ("failed", "requested"),
    ("active", "cancelled"),
];

const QUOTE: [(&str, &str); 6] = [
    ("requested", "active"),
    ("requested", "declined"),
    ("requested", "failed"),
    ("active", "expired"),
    ("active", "booked"),
    ("expired", "booked"),
];

const CANCELLATION: [(&str, &str); 5] = [
    ("requested", "sending"),
    ("requested", "done"),
    ("requested", "failed"),
    ("sending", "done"),
    ("sending", "failed"),
];

/// What is wrong with the world, if anything is.
pub(crate) fn broken(before: &Snapshot, after: &Snapshot, ledger: &[Entry]) -> Result<(), String> {
    for (index, quote) in after.quotes.iter().enumerate() {
        let known = quote.booking.as_ref();
        money(quote, known, ledger).map_err(|what| format!("quote {index}: {what}"))?;
        if let Some(past) = before.quotes.get(index) {
            steps(past, quote).map_err(|what| format!("quote {index}: {what}"))?;
        }
    }
    for (index, job) in after.jobs.iter().enumerate() {
        let Some(past) = before.jobs.get(index) else {
            continue;
        };
        if past.is_finished() && past != job {
            return Err(format!("job {index} had ended, and changed: {past:?} to {job:?}"));
        }
        if job.attempt < past.attempt || job.attempt > past.attempt + 1 {
            return Err(format!("job {index} went from {past:?} to {job:?}"));
        }
    }
    match after.audit.get("booking.second_certificate") {
        Some(_) => Err("a second certificate was issued".to_owned()),
        None => Ok(()),
    }
}

fn money(quote: &Quote, booking: Option<&Booking>, ledger: &[Entry]) -> Result<(), String> {
    let bought: Vec<&Entry> = ledger
        .iter()
        .filter(|entry| Some(&entry.token) == quote.token.as_ref())
        .collect();
    if bought.len() > 1 {
        return Err(format!("bought {} times", bought.len()));
    }
    let certificate = booking.and_then(|booking| booking.certificate.as_ref());
    if let Some((number, status)) = certificate {
        let Some(entry) = bought.iter().find(|entry| entry.number == *number) else {
            return Err(format!("certificate {number} is not in the ledger"));
        };
        if status == "CANCELLED" && !entry.cancelled {
            return Err(format!("{number} is called cancelled, and is in force"));
        }
    }
    let held = booking.is_some_and(|one| matches!(one.status.as_str(), "purchasing" | "outcome_unknown"));
    if !bought.is_empty() && certificate.is_none() && !held {
        return Err("a purchase is neither known nor held as unknown".to_owned());
    }
    let sold = booking.is_some_and(|one| matches!(one.status.as_str(), "active" | "cancelled"));
    if sold != certificate.is_some() {
        return Err(format!("{booking:?} contradicts itself"));
    }
    Ok(())
}

fn steps(past: &Quote, now: &Quote) -> Result<(), String> {
    step("the quote", &QUOTE, &past.status, &now.status)?;
    let (Some(before), Some(after)) = (&past.booking, &now.booking) else {
        return match (&past.booking, &now.booking) {
            (Some(_), None) => Err("the booking is lost".to_owned()),
            _ => Ok(()),
        };
    };
    step("the booking", &BOOKING, &before.status, &after.status)?;
    if before.certificate.as_ref().map(|one| &one.0) != after.certificate.as_ref().map(|one| &one.0)
        && before.certificate.is_some()
    {
        return Err("the certificate was exchanged".to_owned());
    }
    let open = after.attempts.iter().filter(|attempt| attempt.is_none()).count();
    if open > 1 {
        return Err("two attempts are under way".to_owned());
    }
    for (one, other) in before.cancellations.iter().zip(&after.cancellations) {
        step("a cancellation", &CANCELLATION, one, other)?;
    }
    Ok(())
}

fn step(what: &str, law: &[(&str, &str)], from: &str, to: &str) -> Result<(), String> {
    if from == to || law.contains(&(from, to)) {
        Ok(())
    } else {
        Err(format!("{what} went from {from} to {to}"))
    }
}

/// The most attempts of one purchase of which sight may be lost.
pub(crate) const fn most_lost(repeat: RepeatPurchase) -> usize {
    match repeat {
        RepeatPurchase::Unknown => 1,
        RepeatPurchase::Rejected => 2,
        RepeatPurchase::SameCertificate => 5,
    }
}
