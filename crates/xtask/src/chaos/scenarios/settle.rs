//! Settles unknown outcomes by command, as operations do, with what the insurer's book says.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde::Deserialize;

use crate::chaos::books::{Books, Count, Finding, Record};
use crate::chaos::stack::Stack;
use crate::progress;

/// Who settles, for the audit log.
const ACTOR: &str = "chaos";

/// One line of `loadsurectl unknown list --json`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    booking_id: String,
}

/// Settles everything that the command lists, which must be everything that is unknown.
pub(super) async fn settle(stack: &Stack, books: &Books) -> anyhow::Result<Vec<Finding>> {
    let unknown: BTreeMap<&str, &str> = books
        .record
        .bookings
        .iter()
        .filter(|(_, booking)| booking.status == "outcome_unknown")
        .map(|(id, booking)| (id.as_str(), booking.token.as_str()))
        .collect();
    let listed: Vec<Listed> = serde_json::from_str(&stack.ctl(&["unknown", "list", "--json"]).await?)
        .context("`unknown list --json`")?;
    let listed: BTreeSet<_> = listed.iter().map(|one| one.booking_id.as_str()).collect();
    let mut findings: Vec<_> = unknown
        .keys()
        .filter(|booking| !listed.contains(*booking))
        .map(|booking| {
            finding(format!(
                "booking {booking} is not listed by `loadsurectl unknown list`"
            ))
        })
        .collect();
    let step = progress::step(format!("Settling {} unknown outcomes", unknown.len()));
    for (booking, token) in &unknown {
        let certificate = books.ledger.tokens.get(*token).and_then(|issued| issued.first());
        let certificate = certificate.context("an unknown outcome that was never sent")?;
        stack
            .ctl(&[
                "unknown",
                "settle",
                booking,
                "--bought",
                certificate,
                "--actor",
                ACTOR,
            ])
            .await?;
    }
    step.done("");
    let record = Record::read(&stack.database_url).await?;
    findings.extend(unknown.iter().filter_map(|(booking, token)| {
        let settled = record.bookings.get(*booking)?;
        let issued = books.ledger.tokens.get(*token).and_then(|issued| issued.first());
        let agrees = settled.status == "active" && settled.certificate.as_ref() == issued;
        (!agrees).then(|| finding(format!("booking {booking} is {} after settling", settled.status)))
    }));
    Ok(findings)
}

fn finding(ids: String) -> Finding {
    Finding {
        count: Count::ForgottenPurchases,
        ids,
    }
}
