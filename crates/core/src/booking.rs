//! Bookings: the purchase of one quote, at most once.

use time::OffsetDateTime;

use crate::certificate::{Certificate, Facts};
use crate::error_code::ErrorCode;
use crate::id::{BookingId, QuoteId, TenantId};
use crate::insurer::Reason;
use crate::spelling::Recipient;
use crate::state::{Refused, State, state_names};

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Accepted; nothing was sent to the insurer, or what was sent certainly bought nothing.
    Requested,
    /// A purchase is being sent. Whoever finds this state later must assume that it was sent.
    Purchasing,
    /// Cover is bought.
    Active,
    /// Cover was certainly not bought.
    Failed,
    /// The purchase was sent and its answer was lost: it may have been bought. Settled by a person.
    OutcomeUnknown,
    /// Cover was bought and later cancelled.
    Cancelled,
}

state_names!(Status {
    Requested: "requested",
    Purchasing: "purchasing",
    Active: "active",
    Failed: "failed",
    OutcomeUnknown: "outcome_unknown",
    Cancelled: "cancelled",
});

/// What can happen to a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A worker is about to send the purchase; committed before it does.
    Started,
    /// The insurer issued a certificate.
    Bought,
    /// The insurer refused, with reasons.
    Declined,
    /// The purchase certainly did not reach the insurer, or was turned away at the door: try again later.
    Postponed,
    /// The purchase was sent and no answer that can be relied on came back.
    LostSight,
    /// The purchase of which sight was lost is sent again, because that is known to be safe (ADR 0006).
    Repeated,
    /// A person established that it was bought, and the insurer confirmed it.
    SettledBought,
    /// A person established that it was not bought.
    SettledNotBought,
    /// It cannot be bought any more: the quote expired, or every attempt was turned away.
    GivenUp,
    /// The caller, or operations, ask again after a failure.
    Reopened,
    /// The certificate was cancelled.
    Cancelled,
}

impl Event {
    const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Bought => "bought",
            Self::Declined => "declined",
            Self::Postponed => "postponed",
            Self::LostSight => "lost_sight",
            Self::Repeated => "repeated",
            Self::SettledBought => "settled_bought",
            Self::SettledNotBought => "settled_not_bought",
            Self::GivenUp => "given_up",
            Self::Reopened => "reopened",
            Self::Cancelled => "cancelled",
        }
    }
}

impl State for Status {
    type Event = Event;

    const ALL: &'static [Self] = &[
        Self::Requested,
        Self::Purchasing,
        Self::Active,
        Self::Failed,
        Self::OutcomeUnknown,
        Self::Cancelled,
    ];

    fn as_str(self) -> &'static str {
        self.name()
    }

    fn transition(self, event: Event) -> Result<Self, Refused> {
        match (self, event) {
            (Self::Requested, Event::Started) => Ok(Self::Purchasing),
            // A certificate is a fact. A worker that was stopped in mid-call may report it long after others
            // called the outcome unknown, or a person settled it wrongly; it is never thrown away (P4).
            (Self::Purchasing | Self::OutcomeUnknown | Self::Failed | Self::Requested, Event::Bought) => {
                Ok(Self::Active)
            }
            (Self::Purchasing, Event::Declined) => Ok(Self::Failed),
            (Self::Purchasing, Event::Postponed) => Ok(Self::Requested),
            (Self::Purchasing, Event::LostSight) => Ok(Self::OutcomeUnknown),
            (Self::Purchasing, Event::Repeated) => Ok(Self::Purchasing),
            (Self::OutcomeUnknown, Event::SettledBought) => Ok(Self::Active),
            (Self::OutcomeUnknown, Event::SettledNotBought) => Ok(Self::Failed),
            (Self::Requested, Event::GivenUp) => Ok(Self::Failed),
            (Self::Failed, Event::Reopened) => Ok(Self::Requested),
            (Self::Active, Event::Cancelled) => Ok(Self::Cancelled),
            (from, event) => Err(Refused {
                from: from.name(),
                event: event.name(),
            }),
        }
    }
}

/// How an attempt to buy ended.
#[derive(Debug)]
pub enum Conclusion {
    /// Cover is bought.
    Bought(Box<Facts>),
    /// The insurer's reasons for refusing.
    Declined(Vec<Reason>),
    /// Sent, and no answer that can be relied on; with what was seen, for the person who settles it.
    LostSight(String),
    /// It cannot be bought any more.
    GivenUp(ErrorCode),
}

impl Conclusion {
    /// The event that this conclusion is.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Bought(_) => Event::Bought,
            Self::Declined(_) => Event::Declined,
            Self::LostSight(_) => Event::LostSight,
            Self::GivenUp(_) => Event::GivenUp,
        }
    }
}

/// An order to buy a quote.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which quote.
    pub quote: QuoteId,
    /// Whom the insurer shall mail; nobody unless asked for (P12).
    pub send_emails_to: Vec<Recipient>,
    /// Where the caller wants to hear of the result.
    pub callback_url: Option<url::Url>,
}

/// A booking as its owner sees it.
#[derive(Debug, Clone)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Its owner.
    pub tenant: TenantId,
    /// What it buys.
    pub quote: QuoteId,
    /// Where it stands.
    pub status: Status,
    /// The insurer's reasons when it refused.
    pub reasons: Vec<Reason>,
    /// Why it failed.
    pub failure: Option<ErrorCode>,
    /// The certificate, once bought.
    pub certificate: Option<Certificate>,
    /// When it was accepted.
    pub created_at: OffsetDateTime,
    /// When it last changed.
    pub updated_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENTS: [Event; 11] = [
        Event::Started,
        Event::Bought,
        Event::Declined,
        Event::Postponed,
        Event::LostSight,
        Event::Repeated,
        Event::SettledBought,
        Event::SettledNotBought,
        Event::GivenUp,
        Event::Reopened,
        Event::Cancelled,
    ];

    fn histories() -> impl Strategy<Value = Vec<Event>> {
        prop::collection::vec(prop::sample::select(&EVENTS[..]), 0..60)
    }

    /// The events of a history that were possible, each with the states around it.
    fn lived(history: &[Event]) -> Vec<(Status, Event, Status)> {
        let mut status = Status::Requested;
        let mut lived = Vec::new();
        for &event in history {
            if let Ok(next) = status.transition(event) {
                lived.push((status, event, next));
                status = next;
            }
        }
        lived
    }

    proptest! {
        /// P2: whatever happens, a purchase is only sent anew after the one before it is known to have bought
        /// nothing, or by the event that says that repeating is safe.
        #[test]
        fn a_purchase_is_not_sent_while_another_may_have_bought(history in histories()) {
            let mut may_have_bought = false;
            for (_, event, _) in lived(&history) {
                match event {
                    Event::Started => {
                        prop_assert!(!may_have_bought);
                        may_have_bought = true;
                    }
                    Event::Repeated => prop_assert!(may_have_bought),
                    Event::Declined | Event::Postponed | Event::SettledNotBought => may_have_bought = false,
                    Event::Bought | Event::SettledBought => may_have_bought = true,
                    Event::LostSight | Event::GivenUp | Event::Reopened | Event::Cancelled => {}
                }
            }
        }

        /// P4: once there is a certificate, nothing but its cancellation leads away from it.
        #[test]
        fn a_certificate_is_never_lost(history in histories()) {
            let mut bought = false;
            for (_, event, status) in lived(&history) {
                bought |= matches!(event, Event::Bought | Event::SettledBought);
                prop_assert_eq!(bought, matches!(status, Status::Active | Status::Cancelled));
            }
        }

        /// Only a certificate or a person leads out of an unknown outcome.
        #[test]
        fn an_unknown_outcome_stays_until_it_is_settled(history in histories()) {
            for (from, event, _) in lived(&history) {
                if from == Status::OutcomeUnknown {
                    prop_assert!(matches!(
                        event,
                        Event::Bought | Event::SettledBought | Event::SettledNotBought
                    ));
                }
            }
        }
    }

    #[test]
    fn only_an_unknown_outcome_is_settled() {
        for event in [Event::SettledBought, Event::SettledNotBought] {
            assert_eq!(Status::sources(event), ["outcome_unknown"]);
        }
    }
}
