//! Requests to cancel a certificate.

use crate::certificate::{Cancelled, Number};
use crate::error_code::ErrorCode;
use crate::insurer::Reason;
use crate::invalid::{FieldCode, FieldError, Problems};
use crate::json::Node;
use crate::spelling::CancellationReason;
use crate::state::{Refused, State, state_names};
use crate::text::{Short, Text};

/// Where a cancellation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Accepted.
    Requested,
    /// Sent at least once; whether it arrived is reconciled with the insurer's certificate summary.
    Sending,
    /// The certificate is cancelled.
    Done,
    /// The insurer refused, or every attempt failed. One of those may have arrived all the same.
    Failed,
}

state_names!(Status {
    Requested: "requested",
    Sending: "sending",
    Done: "done",
    Failed: "failed"
});

/// What can happen to a cancellation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It is being sent.
    Sent,
    /// The certificate is cancelled.
    Confirmed,
    /// The insurer refused, or every attempt failed.
    Failed,
    /// The insurer shows the certificate as cancelled after every attempt seemed to have failed.
    Reconciled,
    /// Operations have one tried once more that was given up.
    Reopened,
}

impl State for Status {
    type Event = Event;

    const ALL: &'static [Self] = &[Self::Requested, Self::Sending, Self::Done, Self::Failed];

    fn as_str(self) -> &'static str {
        self.name()
    }

    fn transition(self, event: Event) -> Result<Self, Refused> {
        match (self, event) {
            (Self::Requested | Self::Sending, Event::Sent) => Ok(Self::Sending),
            (Self::Requested | Self::Sending, Event::Confirmed) => Ok(Self::Done),
            (Self::Requested | Self::Sending, Event::Failed) => Ok(Self::Failed),
            (Self::Failed, Event::Reconciled) => Ok(Self::Done),
            // It may have been sent, so the insurer is asked first.
            (Self::Failed, Event::Reopened) => Ok(Self::Sending),
            (from, event) => {
                let event = match event {
                    Event::Sent => "sent",
                    Event::Confirmed => "confirmed",
                    Event::Failed => "failed",
                    Event::Reconciled => "reconciled",
                    Event::Reopened => "reopened",
                };
                Err(Refused {
                    from: from.name(),
                    event,
                })
            }
        }
    }
}

/// An order to cancel a certificate.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which certificate.
    pub number: Number,
    /// The `user.id` that was used when quoting: the insurer wants it again.
    pub user_id: Short,
    /// Why.
    pub reason: CancellationReason,
    /// More words; always there for [`CancellationReason::Other`], never empty (P14).
    pub additional_info: Option<Text<1000>>,
    /// Whether the insurer shall mail the assured.
    pub email_assured: bool,
}

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(number: Number, body: &serde_json::Value) -> Result<Self, Vec<FieldError>> {
        let mut problems = Problems::default();
        match Self::read(number, &Node::root(body), &mut problems) {
            Some(order) if problems.is_empty() => Ok(order),
            _ => Err(problems.into_errors()),
        }
    }

    fn read(number: Number, node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let user_id = fields.required("userId", problems, Node::parse);
        let reason = fields.required("reason", problems, Node::parse);
        let additional_info = fields.optional("additionalInfo", problems, Node::parse);
        let email_assured = fields.optional("emailAssured", problems, Node::boolean);
        if reason == Some(CancellationReason::Other) && additional_info == Some(None) {
            problems.add(
                fields.path_of("additionalInfo"),
                FieldCode::Required,
                "is required for CANOTH",
            );
        }
        fields.close(problems);
        Some(Self {
            number,
            user_id: user_id?,
            reason: reason?,
            additional_info: additional_info?,
            email_assured: email_assured?.unwrap_or(false),
        })
    }
}

/// How a cancellation ended.
#[derive(Debug)]
pub enum Conclusion {
    /// The certificate is cancelled.
    Confirmed(Cancelled),
    /// The insurer's reasons for refusing.
    Declined(Vec<Reason>),
    /// Why it failed.
    Failed(ErrorCode),
}

impl Conclusion {
    /// The event that this conclusion is.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Confirmed(_) => Event::Confirmed,
            Self::Declined(_) | Self::Failed(_) => Event::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn codes(body: serde_json::Value) -> Vec<(String, FieldCode)> {
        let number: Number = "c-1".parse().unwrap();
        let errors = Order::parse(number, &body).err().unwrap_or_default();
        errors.into_iter().map(|error| (error.path, error.code)).collect()
    }

    /// P14: only the nine codes; `CANOTH` needs words; empty words are not words.
    #[test]
    fn a_reason_is_a_code_and_other_needs_words() {
        assert_eq!(codes(json!({"userId": "u", "reason": "CANNLN"})), []);
        let path = |path: &str, code| vec![(path.to_owned(), code)];
        assert_eq!(
            codes(json!({"userId": "u", "reason": "no longer needed"})),
            path("reason", FieldCode::NotOneOf)
        );
        assert_eq!(
            codes(json!({"userId": "u", "reason": "CANOTH"})),
            path("additionalInfo", FieldCode::Required)
        );
        let empty = json!({"userId": "u", "reason": "CANOTH", "additionalInfo": " "});
        assert_eq!(codes(empty), path("additionalInfo", FieldCode::Empty));
    }
}
