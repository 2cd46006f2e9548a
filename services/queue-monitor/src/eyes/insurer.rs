//! What the workers say of the insurer, and of what they could do.

use std::collections::BTreeMap;

use loadsure_core::insurer::Operation;
use loadsure_core::job::Kind;
use loadsure_core::scaling::{Insurer, Lag};
use loadsure_queue::OperationState;

use super::Look;
use super::kinds::unread;

/// The circuit of an operation that is not called, as workers call it.
const OPEN: &str = "open";

impl Look {
    /// What the slots of all workers that were heard may grow to, by kind.
    pub(super) fn greatest_slots(&self) -> BTreeMap<Kind, u64> {
        let mut slots = BTreeMap::<Kind, u64>::new();
        for (kind, activity) in self.activities() {
            let sum = slots.entry(kind).or_default();
            *sum = sum.saturating_add(activity.slots_max.max(activity.slots));
        }
        slots
    }

    /// What the insurer allows, as the workers tell. The rate of an operation is the same in all workers; where they
    /// disagree, as during a deployment, it is the least. The circuit is open where it is open in all workers for some
    /// operation that is work: more of them would only wait too.
    pub(crate) fn insurer(&self) -> Insurer {
        let mut insurer = Insurer::default();
        for operation in Operation::ALL {
            let Some(kind) = kind(operation) else { continue };
            let states: Vec<_> = self.states(operation).collect();
            let rates = states.iter().filter_map(|state| state.rate_per_second);
            if let Some(rate) = rates.reduce(f64::min) {
                insurer.rates_per_second.insert(kind, rate);
            }
            let is_open = !states.is_empty() && states.iter().all(|state| state.circuit == OPEN);
            // A circuit closes only when somebody calls, which nobody does where there is no work.
            let is_open = is_open && self.has_work(kind);
            insurer.circuit_open |= is_open;
        }
        insurer
    }

    /// Whether a job of a kind waits or is being done, as far as the streams and the outbox tell.
    fn has_work(&self, kind: Kind) -> bool {
        let stream = self.streams.get(&kind);
        let in_stream =
            stream.is_some_and(|stream| stream.pending > 0 || unread(stream, true) != Lag::Known(0));
        // What is to be tried again later is in no stream.
        let outbox = self.outbox.as_ref();
        in_stream || outbox.is_some_and(|outbox| outbox.unfinished.get(&kind).is_some_and(|jobs| *jobs > 0))
    }

    fn states(&self, operation: Operation) -> impl Iterator<Item = &OperationState> {
        let heartbeats = self.heartbeats.iter().flatten();
        heartbeats.filter_map(move |seen| seen.heartbeat.operations.get(operation.as_str()))
    }
}

/// The kind of job that waits for an operation. Links to documents are asked for while their caller waits, and reference
/// data have all the time in the world.
const fn kind(operation: Operation) -> Option<Kind> {
    match operation {
        Operation::Quote => Some(Kind::Quote),
        Operation::Purchase => Some(Kind::Booking),
        Operation::Cancel => Some(Kind::Cancellation),
        Operation::CertificateSummary => Some(Kind::Certificate),
        Operation::CertificateUrl | Operation::SupportData => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use loadsure_core::scaling::Outbox;
    use loadsure_queue::{Heartbeat, Seen, StreamSample};

    use super::super::tests::{look, stream};
    use super::*;

    fn worker(rate: Option<f64>, circuit: &str) -> Seen {
        let state = OperationState {
            rate_per_second: rate,
            circuit: circuit.to_owned(),
        };
        let heartbeat = Heartbeat {
            consumer: "worker".to_owned(),
            started_at_ms: 0,
            draining: false,
            kinds: BTreeMap::new(),
            operations: BTreeMap::from([(Operation::Quote.as_str().to_owned(), state)]),
        };
        Seen {
            age: Duration::ZERO,
            heartbeat,
        }
    }

    /// What is told while a quote is being asked for.
    fn insurer(workers: Vec<Seen>) -> Insurer {
        let look = Look {
            heartbeats: Some(workers),
            ..look(&[(Kind::Quote, stream(loadsure_queue::Lag::Known(0), 9))])
        };
        look.insurer()
    }

    #[test]
    fn a_rate_limits_its_kind_only() {
        let told = insurer(vec![worker(Some(5.0), "closed"), worker(Some(4.0), "closed")]);
        assert_eq!(told.rates_per_second, BTreeMap::from([(Kind::Quote, 4.0)]));
        assert!(!told.circuit_open);
        assert_eq!(insurer(vec![worker(None, "closed")]), Insurer::default());
    }

    #[test]
    fn a_circuit_is_open_when_it_is_open_everywhere() {
        assert!(insurer(vec![worker(None, "open"), worker(None, "open")]).circuit_open);
        assert!(!insurer(vec![worker(None, "open"), worker(None, "half_open")]).circuit_open);
        assert!(!insurer(Vec::new()).circuit_open);
    }

    /// A circuit closes when somebody calls. Where there is no work nobody does, and it must hold nothing else up.
    #[test]
    fn the_circuit_of_an_operation_without_work_counts_for_nothing() {
        let idle = StreamSample {
            pending: 0,
            ..stream(loadsure_queue::Lag::Known(0), 9)
        };
        let mut seen = Look {
            heartbeats: Some(vec![worker(None, "open")]),
            ..look(&[(Kind::Quote, idle)])
        };
        assert!(!seen.insurer().circuit_open);
        seen.outbox = Some(Outbox {
            taken: seen.taken,
            published: BTreeMap::new(),
            unfinished: BTreeMap::from([(Kind::Quote, 1)]),
        });
        assert!(seen.insurer().circuit_open, "it waits for its next attempt");
    }
}
