//! Slots per kind of job.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use loadsure_core::concurrency::Bounds;
use loadsure_core::job::Kind;

use super::WORKER;
use crate::{Reader, Var};

pub(super) const DEFAULT: Var = Var::optional(
    "WORKER_CONCURRENCY",
    WORKER,
    "Jobs of one kind that a worker does at the same time, at most. Each kind has its own slots.",
)
.or("16");

/// What every kind has at least, unless its most is less.
const LEAST: NonZeroU16 = NonZeroU16::new(4).unwrap();

pub(super) const MIN: Var = Var::optional(
    "WORKER_CONCURRENCY_MIN",
    WORKER,
    "Jobs of one kind that a worker does at the same time, at least. It begins with so many, does more while jobs wait \
     and the insurer answers as fast as usual, and half as many when the insurer answers 429 or 5xx, or not in time. Not \
     more than WORKER_CONCURRENCY, of which it may be the same; a kind with fewer slots of its own has those.",
)
.or_derived("4, or WORKER_CONCURRENCY where that is less");

pub(super) const QUOTE: Var = of_kind("WORKER_CONCURRENCY_QUOTE", "Most slots for quotes.");
pub(super) const BOOKING: Var = of_kind("WORKER_CONCURRENCY_BOOKING", "Most slots for bookings.");
pub(super) const CANCELLATION: Var =
    of_kind("WORKER_CONCURRENCY_CANCELLATION", "Most slots for cancellations.");
pub(super) const CERTIFICATE: Var = of_kind(
    "WORKER_CONCURRENCY_CERTIFICATE",
    "Most slots for certificate look-ups.",
);
pub(super) const SUPPORT_DATA: Var = of_kind(
    "WORKER_CONCURRENCY_SUPPORT_DATA",
    "Most slots for refreshes of reference data.",
);
pub(super) const WEBHOOK: Var = of_kind("WORKER_CONCURRENCY_WEBHOOK", "Most slots for webhook deliveries.");
pub(super) const MAINTENANCE: Var = of_kind("WORKER_CONCURRENCY_MAINTENANCE", "Most slots for housekeeping.");

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

/// The least and the most slots of every kind.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<BTreeMap<Kind, Bounds>> {
    let default = reader.nonzero_u16(&DEFAULT);
    let min = reader.optional(|r| r.nonzero_u16(&MIN));
    let given = Kind::ALL.map(|kind| (kind, reader.optional(|r| r.nonzero_u16(var(kind)))));
    let (default, min) = (default?, min?);
    if min.is_some_and(|min| min > default) {
        reader.reject(&MIN, "must not be more than WORKER_CONCURRENCY");
    }
    let min = min.unwrap_or(LEAST);
    given
        .into_iter()
        .map(|(kind, max)| Some((kind, Bounds::new(min, max?.unwrap_or(default)))))
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

    fn slots(bounds: Bounds) -> (u16, u16) {
        (bounds.min().get(), bounds.max().get())
    }

    #[test]
    fn a_kind_without_its_own_number_has_the_common_one() {
        let env = [
            ("WORKER_CONCURRENCY", "5"),
            ("WORKER_CONCURRENCY_SUPPORT_DATA", "1"),
        ];
        let read = read(&mut Reader::new(&env)).unwrap();
        assert_eq!(slots(read[&Kind::Quote]), (4, 5));
        assert_eq!(slots(read[&Kind::SupportData]), (1, 1));
        assert_eq!(read.len(), Kind::ALL.len());
    }

    #[test]
    fn a_service_that_had_fewer_slots_than_the_least_keeps_them() {
        let read = read(&mut Reader::new(&[("WORKER_CONCURRENCY", "2")])).unwrap();
        assert_eq!(slots(read[&Kind::Booking]), (2, 2));
    }

    #[test]
    fn a_least_above_the_most_is_an_error() {
        let env = [("WORKER_CONCURRENCY", "5"), ("WORKER_CONCURRENCY_MIN", "6")];
        let mut reader = Reader::new(&env);
        let config = read(&mut reader);
        let errors = reader.finish(config).unwrap_err().to_string();
        assert_eq!(
            errors,
            "WORKER_CONCURRENCY_MIN: must not be more than WORKER_CONCURRENCY"
        );
    }
}
