//! Slots per kind of job.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use loadsure_core::job::Kind;

use super::WORKER;
use crate::{Reader, Var};

pub(super) const DEFAULT: Var = Var::optional(
    "WORKER_CONCURRENCY",
    WORKER,
    "Jobs of one kind that a worker does at the same time. Each kind has its own slots.",
)
.or("3");

pub(super) const QUOTE: Var = of_kind("WORKER_CONCURRENCY_QUOTE", "Slots for quotes.");
pub(super) const BOOKING: Var = of_kind("WORKER_CONCURRENCY_BOOKING", "Slots for bookings.");
pub(super) const CANCELLATION: Var = of_kind("WORKER_CONCURRENCY_CANCELLATION", "Slots for cancellations.");
pub(super) const CERTIFICATE: Var = of_kind(
    "WORKER_CONCURRENCY_CERTIFICATE",
    "Slots for certificate look-ups.",
);
pub(super) const SUPPORT_DATA: Var = of_kind(
    "WORKER_CONCURRENCY_SUPPORT_DATA",
    "Slots for refreshes of reference data.",
);
pub(super) const WEBHOOK: Var = of_kind("WORKER_CONCURRENCY_WEBHOOK", "Slots for webhook deliveries.");
pub(super) const MAINTENANCE: Var = of_kind("WORKER_CONCURRENCY_MAINTENANCE", "Slots for housekeeping.");

const fn of_kind(name: &'static str, description: &'static str) -> Var {
    Var::optional(name, WORKER, description).or_derived("WORKER_CONCURRENCY")
}

const fn var(kind: Kind) -> &'static Var {
    match kind {
        Kind::Quote => &QUOTE,
        Kind::Booking => &BOOKING,
        Kind::Cancellation => &CANCELLATION,
        Kind::Certificate => &CERTIFICATE,
        Kind::SupportData => &SUPPORT_DATA,
        Kind::Webhook => &WEBHOOK,
        Kind::Maintenance => &MAINTENANCE,
    }
}

/// The slots of every kind.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<BTreeMap<Kind, NonZeroU16>> {
    let default = reader.nonzero_u16(&DEFAULT);
    let given = Kind::ALL.map(|kind| (kind, reader.optional(|r| r.nonzero_u16(var(kind)))));
    let default = default?;
    given
        .into_iter()
        .map(|(kind, slots)| Some((kind, slots?.unwrap_or(default))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_variable_named_after_it() {
        for kind in Kind::ALL {
            let name = format!(
                "WORKER_CONCURRENCY_{}",
                kind.as_str().replace('-', "_").to_uppercase()
            );
            assert_eq!(var(kind).name, name);
        }
    }

    #[test]
    fn a_kind_without_its_own_number_has_the_common_one() {
        let env = [
            ("WORKER_CONCURRENCY", "5"),
            ("WORKER_CONCURRENCY_SUPPORT_DATA", "1"),
        ];
        let slots = read(&mut Reader::new(&env)).unwrap();
        assert_eq!(slots[&Kind::Quote].get(), 5);
        assert_eq!(slots[&Kind::SupportData].get(), 1);
        assert_eq!(slots.len(), Kind::ALL.len());
    }
}
