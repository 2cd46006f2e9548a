//! How often each operation of the insurer may be called, by all workers together.

use std::collections::HashMap;

use loadsure_core::insurer::Operation;
use loadsure_core::rate::Rate;

use super::WORKER;
use crate::{Reader, Var};

/// The two variables of an operation.
pub(super) struct Pair {
    operation: Operation,
    pub(super) rate: Var,
    pub(super) burst: Var,
}

const fn pair(operation: Operation, rate: &'static str, burst: &'static str, burst_of: &'static str) -> Pair {
    Pair {
        operation,
        rate: Var::optional(
            rate,
            WORKER,
            "Calls of this operation per second that all workers make together, 0.001 to 100000. Unlimited unless given. \
             A call waits for its turn; while Redis is away each worker keeps its share.",
        ),
        burst: Var::optional(
            burst,
            WORKER,
            "Calls of this operation that may go out at once after a rest.",
        )
        .or_derived(burst_of),
    }
}

pub(super) const QUOTE: Pair = pair(
    Operation::Quote,
    "LOADSURE_RATE_QUOTE",
    "LOADSURE_BURST_QUOTE",
    "LOADSURE_RATE_QUOTE, rounded up",
);
pub(super) const PURCHASE: Pair = pair(
    Operation::Purchase,
    "LOADSURE_RATE_PURCHASE",
    "LOADSURE_BURST_PURCHASE",
    "LOADSURE_RATE_PURCHASE, rounded up",
);
pub(super) const CERTIFICATE_SUMMARY: Pair = pair(
    Operation::CertificateSummary,
    "LOADSURE_RATE_CERTIFICATE_SUMMARY",
    "LOADSURE_BURST_CERTIFICATE_SUMMARY",
    "LOADSURE_RATE_CERTIFICATE_SUMMARY, rounded up",
);
pub(super) const CERTIFICATE_URL: Pair = pair(
    Operation::CertificateUrl,
    "LOADSURE_RATE_CERTIFICATE_URL",
    "LOADSURE_BURST_CERTIFICATE_URL",
    "LOADSURE_RATE_CERTIFICATE_URL, rounded up",
);
pub(super) const CANCEL: Pair = pair(
    Operation::Cancel,
    "LOADSURE_RATE_CANCEL",
    "LOADSURE_BURST_CANCEL",
    "LOADSURE_RATE_CANCEL, rounded up",
);
pub(super) const SUPPORT_DATA: Pair = pair(
    Operation::SupportData,
    "LOADSURE_RATE_SUPPORT_DATA",
    "LOADSURE_BURST_SUPPORT_DATA",
    "LOADSURE_RATE_SUPPORT_DATA, rounded up",
);

const PAIRS: [&Pair; 6] = [
    &QUOTE,
    &PURCHASE,
    &CERTIFICATE_SUMMARY,
    &CERTIFICATE_URL,
    &CANCEL,
    &SUPPORT_DATA,
];

/// The rates of the operations that have one.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<HashMap<Operation, Rate>> {
    let read = PAIRS.map(|pair| read_pair(reader, pair).map(|rate| (pair.operation, rate)));
    read.into_iter()
        .filter_map(|pair| match pair {
            Some((operation, rate)) => rate.map(|rate| Some((operation, rate))),
            None => Some(None),
        })
        .collect()
}

/// `None` when something is wrong, `Some(None)` when the operation is unlimited.
fn read_pair(reader: &mut Reader<'_>, pair: &Pair) -> Option<Option<Rate>> {
    let per_second = reader.optional(|r| r.parse_with(&pair.rate, per_second));
    let burst = reader.optional(|r| r.nonzero_u32(&pair.burst));
    let (per_second, burst) = (per_second?, burst?);
    if per_second.is_none() && burst.is_some() {
        reader.reject(&pair.burst, format!("means nothing without {}", pair.rate.name));
        return None;
    }
    Some(per_second.and_then(|per_second| Rate::new(per_second, burst)))
}

fn per_second(text: &str) -> Result<f64, &'static str> {
    let number = text
        .parse()
        .ok()
        .filter(|number| Rate::new(*number, None).is_some());
    number.ok_or("must be a number from 0.001 to 100000")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors<const N: usize>(env: [(&str, &str); N]) -> String {
        let mut reader = Reader::new(&env);
        let config = read(&mut reader);
        reader.finish(config).unwrap_err().to_string()
    }

    #[test]
    fn each_operation_has_variables_named_after_it() {
        assert_eq!(PAIRS.map(|pair| pair.operation), Operation::ALL);
        for pair in PAIRS {
            let name = pair.operation.as_str().to_uppercase();
            assert_eq!(pair.rate.name, format!("LOADSURE_RATE_{name}"));
            assert_eq!(pair.burst.name, format!("LOADSURE_BURST_{name}"));
        }
    }

    #[test]
    fn what_has_no_rate_is_unlimited() {
        let env = [("LOADSURE_RATE_QUOTE", "2.5"), ("LOADSURE_RATE_CANCEL", "")];
        let rates = read(&mut Reader::new(&env)).unwrap();
        assert_eq!(rates.len(), 1);
        let quote = rates[&Operation::Quote];
        assert!((quote.per_second() - 2.5).abs() < 1e-6);
        assert_eq!(quote.burst().get(), 3);
    }

    #[test]
    fn nonsense_is_refused() {
        for value in ["0", "-1", "NaN", "inf", "1e9", "ten"] {
            let errors = errors([("LOADSURE_RATE_PURCHASE", value)]);
            assert!(errors.contains("from 0.001 to 100000"), "{errors}");
        }
        assert_eq!(
            errors([("LOADSURE_BURST_QUOTE", "5")]),
            "LOADSURE_BURST_QUOTE: means nothing without LOADSURE_RATE_QUOTE"
        );
    }
}
