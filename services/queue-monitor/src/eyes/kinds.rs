//! What decisions need to know of each kind of job.

use std::collections::BTreeMap;

use loadsure_core::job::Kind;
use loadsure_core::scaling::{Capacity, KindSample, Lag, LagUnknown};
use loadsure_queue::{StreamSample, Unknown};

use super::Look;

impl Look {
    /// The work by kind. A kind that could not be looked at is missing.
    pub(crate) fn kinds(&self) -> BTreeMap<Kind, KindSample> {
        // Workers make the groups of the kinds that they take. Where no kind has one, no worker has run since the
        // server was made or wiped, and an empty stream says nothing about the work that there is.
        let is_in_use = self.streams.values().any(|stream| stream.group_exists);
        let (now, most) = (self.capacity(), self.greatest_slots());
        let sample = |(kind, stream): (&Kind, &StreamSample)| {
            let capacity = now.get(kind).copied().unwrap_or_default();
            let slots_max = most.get(kind).copied().unwrap_or(0).max(capacity.slots);
            (*kind, kind_sample(stream, is_in_use, capacity, slots_max))
        };
        self.streams.iter().map(sample).collect()
    }

    /// What the workers that were heard can do at present, by kind.
    pub(crate) fn capacity(&self) -> BTreeMap<Kind, Capacity> {
        let mut capacity = BTreeMap::<Kind, Capacity>::new();
        for (kind, activity) in self.activities() {
            let known = capacity.entry(kind).or_default();
            *known = known.with(activity.slots, activity.service_ms);
        }
        capacity
    }
}

fn kind_sample(stream: &StreamSample, is_in_use: bool, capacity: Capacity, slots_max: u64) -> KindSample {
    let unread = unread(stream, is_in_use);
    KindSample {
        unread,
        pending: stream.pending,
        oldest_unread_ms: stream.oldest_unread_age_ms,
        oldest_pending_ms: stream.oldest_pending_age_ms,
        added: stream.entries_added,
        completed: completed(stream, unread),
        slots: capacity.slots,
        slots_max,
        service_ms: capacity.service_ms,
    }
}

/// Unread entries. A stream without a group and without entries holds nothing unread: no worker takes this kind, and
/// nobody asked for it.
pub(super) fn unread(stream: &StreamSample, is_in_use: bool) -> Lag {
    match stream.lag {
        loadsure_queue::Lag::Known(lag) => Lag::Known(lag),
        loadsure_queue::Lag::Unknown(Unknown::NoGroup) if is_in_use && stream.length == 0 => Lag::Known(0),
        loadsure_queue::Lag::Unknown(Unknown::NoGroup) => Lag::Unknown {
            why: LagUnknown::NoGroup,
        },
        loadsure_queue::Lag::Unknown(Unknown::MoreThan(bound)) => Lag::Unknown {
            why: LagUnknown::MoreThan(bound),
        },
    }
}

/// Entries that were acknowledged: what was read and does not pend, or what was added and neither waits nor pends.
fn completed(stream: &StreamSample, unread: Lag) -> u64 {
    let read = stream
        .entries_read
        .unwrap_or_else(|| stream.entries_added.saturating_sub(unread.at_least()));
    read.saturating_sub(stream.pending)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{look, stream};
    use super::*;

    /// S1: what the server cannot tell is not taken for nothing.
    #[test]
    fn an_unknown_lag_stays_unknown() {
        let given_up = stream(loadsure_queue::Lag::Unknown(Unknown::MoreThan(10_000)), 20_000);
        let kinds = look(&[(Kind::Quote, given_up)]).kinds();
        let why = LagUnknown::MoreThan(10_000);
        assert_eq!(kinds[&Kind::Quote].unread, Lag::Unknown { why });
        assert_eq!(kinds[&Kind::Quote].pending, 3);
    }

    #[test]
    fn a_kind_that_nobody_takes_and_nobody_asked_for_is_empty() {
        let no_group = loadsure_queue::Lag::Unknown(Unknown::NoGroup);
        let (unused, asked_for) = (stream(no_group, 0), stream(no_group, 1));
        let used = stream(loadsure_queue::Lag::Known(4), 9);
        let kinds = look(&[
            (Kind::Quote, used),
            (Kind::Webhook, unused.clone()),
            (Kind::Maintenance, asked_for),
        ])
        .kinds();
        let why = LagUnknown::NoGroup;
        assert_eq!(kinds[&Kind::Quote].unread, Lag::Known(4));
        assert_eq!(kinds[&Kind::Webhook].unread, Lag::Known(0));
        assert_eq!(kinds[&Kind::Maintenance].unread, Lag::Unknown { why });
        let wiped = look(&[(Kind::Quote, unused)]).kinds();
        assert_eq!(wiped[&Kind::Quote].unread, Lag::Unknown { why });
    }

    #[test]
    fn what_neither_waits_nor_pends_has_ended() {
        let mut told = stream(loadsure_queue::Lag::Known(4), 20);
        assert_eq!(completed(&told, Lag::Known(4)), 13);
        told.entries_read = Some(15);
        assert_eq!(completed(&told, Lag::Known(4)), 12);
    }
}
