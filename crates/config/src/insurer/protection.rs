//! When calls to the insurer are held back, to spare it and whoever waits.

use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use super::WORKER;
use crate::{Reader, Var};

pub(super) const MAX_CONCURRENCY: Var = Var::optional(
    "LOADSURE_MAX_CONCURRENCY",
    WORKER,
    "Calls to the insurer that one worker has under way at once, over all kinds of jobs. A quarter of them, rounded \
     up, is kept for purchases and cancellations. A worker with more slots for quotes than this only waits with them.",
)
.or("32");

pub(super) const CIRCUIT_FAILURES: Var = Var::optional(
    "LOADSURE_CIRCUIT_FAILURES",
    WORKER,
    "Calls of one operation that fail in a row (no connection, no answer, 5xx) before it is no longer called. A refusal \
     is no failure.",
)
.or("5");

pub(super) const CIRCUIT_OPEN_MS: Var = Var::optional(
    "LOADSURE_CIRCUIT_OPEN_MS",
    WORKER,
    "Milliseconds until one call probes whether the insurer is back. Doubled each time that it is not.",
)
.or("5000");

pub(super) const CIRCUIT_OPEN_MAX_MS: Var = Var::optional(
    "LOADSURE_CIRCUIT_OPEN_MAX_MS",
    WORKER,
    "Most milliseconds between two such probes. At least LOADSURE_CIRCUIT_OPEN_MS.",
)
.or("60000");

/// When calls to the insurer are held back.
#[derive(Debug, Clone, Copy)]
pub struct ProtectionConfig {
    /// Calls under way at once in one worker.
    pub max_concurrency: NonZeroU16,
    /// Failures in a row that open the circuit of an operation.
    pub circuit_failures: NonZeroU32,
    /// Time until the first probe.
    pub circuit_open: Duration,
    /// Longest time between two probes.
    pub circuit_open_max: Duration,
}

impl ProtectionConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let max_concurrency = reader.nonzero_u16(&MAX_CONCURRENCY);
        let circuit_failures = reader.nonzero_u32(&CIRCUIT_FAILURES);
        let circuit_open = reader.millis(&CIRCUIT_OPEN_MS);
        let circuit_open_max = reader.millis(&CIRCUIT_OPEN_MAX_MS);
        let (circuit_open, circuit_open_max) = (circuit_open?, circuit_open_max?);
        if circuit_open > circuit_open_max {
            reader.reject(
                &CIRCUIT_OPEN_MAX_MS,
                "must not be less than LOADSURE_CIRCUIT_OPEN_MS",
            );
        }
        Some(Self {
            max_concurrency: max_concurrency?,
            circuit_failures: circuit_failures?,
            circuit_open,
            circuit_open_max,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_do_not_become_more_frequent() {
        let env = [
            ("LOADSURE_CIRCUIT_OPEN_MS", "5000"),
            ("LOADSURE_CIRCUIT_OPEN_MAX_MS", "4999"),
        ];
        let mut reader = Reader::new(&env);
        let config = ProtectionConfig::read(&mut reader);
        let errors = reader.finish(config).unwrap_err().to_string();
        assert!(
            errors.starts_with("LOADSURE_CIRCUIT_OPEN_MAX_MS: must not be less"),
            "{errors}"
        );
    }
}
