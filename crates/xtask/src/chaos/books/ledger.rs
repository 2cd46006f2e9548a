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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_purchase_whose_answer_was_lost_is_told_apart() {
        let attempt = |token: &str, committed: bool, answered: bool| json!({"number": 1, "quoteToken": token, "committed": committed, "answered": answered});
        let written = json!({
            "attempts": [attempt("a", true, true), attempt("b", true, false), attempt("c", false, false)],
            "tokens": {"a": {"certificates": ["1"]}, "b": {"certificates": ["2"]}, "c": {"certificates": []}},
            "cancellations": [{"certificateNumber": "1"}],
        });
        let ledger = Ledger::read(written).unwrap();
        assert_eq!(ledger.lost, ["b"]);
        assert_eq!(ledger.certificates().collect::<Vec<_>>(), ["1", "2"]);
        assert!(ledger.cancelled.contains("1"));
        assert_eq!(ledger.attempts, 3);
    }
}
