//! How a delivery ends: what is counted, and what the queue does.

use loadsure_queue::{Delivery, Event, Outcome, Reply};
use time::OffsetDateTime;

use super::witness::Happened;

/// The end of a delivery.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// A word of a closed list, for metrics and replies.
    pub(super) name: &'static str,
    /// What the queue does.
    pub(super) outcome: Outcome,
}

impl Ending {
    /// The job has ended: whoever waits for it, and everyone who follows the events, is told.
    pub(super) fn told(name: &'static str, delivery: &Delivery, happened: Option<Happened>) -> Self {
        let message = &delivery.message;
        let event = happened.map(|happened| Event {
            kind: happened.event.to_owned(),
            tenant: Some(message.tenant),
            subjects: happened
                .subject
                .into_iter()
                .map(|(role, id)| (role.to_owned(), id))
                .collect(),
            job: Some(message.job),
            at: OffsetDateTime::now_utc(),
        });
        let reply = message.reply_to.is_some().then(|| Reply {
            job: message.job,
            outcome: name.to_owned(),
        });
        Self {
            name,
            outcome: Outcome::Finished { reply, event },
        }
    }

    /// The delivery has ended, and there is nothing to tell.
    pub(super) const fn quiet(name: &'static str) -> Self {
        Self {
            name,
            outcome: Outcome::Finished {
                reply: None,
                event: None,
            },
        }
    }

    /// Nothing could be decided: the entry stays pending.
    pub(super) const fn put_back() -> Self {
        Self {
            name: "put_back",
            outcome: Outcome::NotMine,
        }
    }
}
