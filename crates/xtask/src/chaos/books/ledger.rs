//! The insurer's book: what the sandbox sold and cancelled.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

/// What was bought and cancelled. Tokens are kept to be compared, and never printed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// Certificates issued for each token that was ever sent.
    pub(crate) tokens: BTreeMap<String, Vec<String>>,
    pub(crate) cancelled: BTreeSet<String>,
    /// Tokens of purchases that are in the ledger and whose answer was lost.
    pub(crate) lost: Vec<String>,
    /// Calls of purchaseQuote.
    pub(crate) attempts: usize,
}

/// As the sandbox writes it; see its README.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    attempts: Vec<Attempt>,
    tokens: BTreeMap<String, Totals>,
    cancellations: Vec<Cancelled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    quote_token: String,
    committed: bool,
    answered: bool,
}

#[derive(Deserialize)]
struct Totals {
    certificates: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cancelled {
    certificate_number: String,
}

impl Ledger {
    pub(crate) fn read(written: Value) -> anyhow::Result<Self> {
        let written: Written = serde_json::from_value(written).context("cannot understand the ledger")?;
        let tokens = written.tokens.into_iter();
        let cancelled = written.cancellations.into_iter();
        let attempts = written.attempts.len();
        let lost = written
            .attempts
            .into_iter()
            .filter(|attempt| attempt.committed && !attempt.answered);
        Ok(Self {
            tokens: tokens
                .map(|(token, totals)| (token, totals.certificates))
                .collect(),
            cancelled: cancelled.map(|one| one.certificate_number).collect(),
            lost: lost.map(|attempt| attempt.quote_token).collect(),
            attempts,
        })
    }

    /// Every certificate that was issued.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &str> {
        self.tokens.values().flatten().map(String::as_str)
    }
}
