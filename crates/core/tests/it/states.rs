//! The state machines of quotes, cancellations and certificates, under histories in any order.

use loadsure_core::certificate::{self, Status as Certificate};
use loadsure_core::state::State;
use loadsure_core::{cancellation, quote};
use proptest::prelude::*;
use proptest::sample::select;

const QUOTE_EVENTS: [quote::Event; 6] = [
    quote::Event::Priced,
    quote::Event::Declined,
    quote::Event::Failed,
    quote::Event::Expired,
    quote::Event::Bought,
    quote::Event::Reopened,
];

const CANCELLATION_EVENTS: [cancellation::Event; 5] = [
    cancellation::Event::Sent,
    cancellation::Event::Confirmed,
    cancellation::Event::Failed,
    cancellation::Event::Reconciled,
    cancellation::Event::Reopened,
];

/// The events of a history that were possible, each with the states around it.
fn lived<S: State>(start: S, history: &[S::Event]) -> Vec<(S, S::Event, S)> {
    let mut lived = Vec::new();
    let mut state = start;
    for &event in history {
        if let Ok(next) = state.transition(event) {
            lived.push((state, event, next));
            state = next;
        }
    }
    lived
}

fn histories<E: Copy + std::fmt::Debug + 'static>(events: &'static [E]) -> impl Strategy<Value = Vec<E>> {
    prop::collection::vec(select(events), 0..40)
}

/// The guard of the SQL update that records an event lists exactly the states in which it is possible.
fn guard_is_the_transition<S: State>(events: &[S::Event]) {
    for &event in events {
        let guard = S::sources(event);
        for &state in S::ALL {
            assert_eq!(
                guard.contains(&state.as_str()),
                state.transition(event).is_ok(),
                "{state:?} {event:?}"
            );
        }
    }
}

#[test]
fn the_guards_of_updates_are_the_transitions() {
    guard_is_the_transition::<quote::Status>(&QUOTE_EVENTS);
    guard_is_the_transition::<cancellation::Status>(&CANCELLATION_EVENTS);
}

#[test]
fn a_refused_event_names_state_and_event() {
    let refused = quote::Status::Booked
        .transition(quote::Event::Priced)
        .unwrap_err();
    assert_eq!((refused.from, refused.event), ("booked", "priced"));
}

proptest! {
    /// P8: only a quote that was priced can be bought; one that was bought or declined never changes, and one that
    /// failed is at most asked for anew.
    #[test]
    fn a_quote_is_priced_once_and_bought_once(history in histories(&QUOTE_EVENTS)) {
        use quote::{Event, Status};
        let lived = lived(Status::Requested, &history);
        let times = |wanted: Event| lived.iter().filter(|(_, event, _)| *event == wanted).count();
        prop_assert!(times(Event::Priced) <= 1);
        prop_assert!(times(Event::Bought) <= times(Event::Priced));
        for (from, event, _) in &lived {
            prop_assert!(!matches!(from, Status::Booked | Status::Declined));
            prop_assert_eq!(*from == Status::Failed, *event == Event::Reopened);
        }
    }

    /// P1: a cancellation is done only when it was confirmed or found to have arrived, and done it stays.
    #[test]
    fn a_cancellation_is_done_only_by_confirmation(history in histories(&CANCELLATION_EVENTS)) {
        use cancellation::{Event, Status};
        for (from, event, to) in lived(Status::Requested, &history) {
            prop_assert!(from != Status::Done);
            let is_late = matches!(event, Event::Reconciled | Event::Reopened);
            prop_assert_eq!(from == Status::Failed, is_late);
            prop_assert_eq!(to == Status::Done, matches!(event, Event::Confirmed | Event::Reconciled));
            prop_assert_eq!(to == Status::Failed, event == Event::Failed);
        }
    }

    /// P15: a certificate that was cancelled stays cancelled, whatever is reported later, and is cancelled once.
    #[test]
    fn a_cancelled_certificate_stays_cancelled(history in prop::collection::vec(certificate_events(), 0..40)) {
        let (mut status, mut cancelled) = (Certificate::Pending, false);
        for event in &history {
            let Ok(next) = status.transition(event) else {
                continue;
            };
            if *event == certificate::Event::Cancelled {
                prop_assert!(!cancelled, "cancelled twice");
            }
            cancelled |= next == Certificate::Cancelled;
            prop_assert_eq!(cancelled, next == Certificate::Cancelled);
            let revived = matches!(next, Certificate::Active | Certificate::Pending);
            prop_assert!(!(status == Certificate::Expired && revived));
            status = next;
        }
    }

    /// P15: a word of the insurer's that is not known is kept as it came, and every name finds its way back.
    #[test]
    fn a_certificates_status_survives_its_name(word in "[A-Za-z_ ]{1,20}") {
        let status = Certificate::from_insurer(&word);
        prop_assert_eq!(Certificate::from_insurer(status.as_str()), status.clone());
        if let Certificate::Other(kept) = status {
            prop_assert_eq!(kept, word);
        }
    }
}

fn certificate_events() -> impl Strategy<Value = certificate::Event> {
    let status = prop_oneof![
        select(&["PENDING", "ACTIVE", "CANCELLED", "CANCELED", "EXPIRED"][..]).prop_map(str::to_owned),
        "[A-Z]{3,8}",
    ];
    prop_oneof![
        Just(certificate::Event::Cancelled),
        status.prop_map(|word| certificate::Event::Reported(Certificate::from_insurer(&word))),
    ]
}
