//! The change that is under way, from its order to its end.

use std::time::{Duration, Instant};

use loadsure_core::scaling::{Action, Change, Moment, Note, Outcome, Record};
use loadsure_store::scaling::{Change as Open, Ending as Kept, Error, NewChange};
use loadsure_telemetry::fields;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::Leading;
use crate::hands::{Ending, Event, Follower, Hands, Order};
use crate::seat::Permit;

/// Events that nobody has taken yet, at most.
const EVENTS: usize = 4;

/// Requests that lead to the one that changes something, and that one.
const REQUESTS: u32 = 5;

/// Time to let go of what sends nothing.
const LEAST: Duration = Duration::from_secs(2);

/// A change under way.
#[derive(Debug)]
pub(super) struct UnderWay {
    id: Uuid,
    pub(super) order: Order,
    /// The decision behind it: term and number.
    decision: (u64, u64),
    pub(super) began: Instant,
    /// When an earlier leader began it.
    inherited: Option<Moment>,
    /// Who carries it out, or follows it; nobody where an earlier leader has not written down what to follow.
    carrier: Option<Carrier>,
}

#[derive(Debug)]
struct Carrier {
    events: mpsc::Receiver<Event>,
    task: JoinHandle<()>,
    /// Ends the waiting, not the sending.
    let_go: Option<DropGuard>,
}

impl Carrier {
    fn start<F>(run: impl FnOnce(CancellationToken, mpsc::Sender<Event>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (tell, events) = mpsc::channel(EVENTS);
        let let_go = CancellationToken::new();
        Self {
            events,
            task: tokio::spawn(run(let_go.clone(), tell)),
            let_go: Some(let_go.drop_guard()),
        }
    }
}

impl UnderWay {
    /// One that an earlier leader began. Its end is told by who follows it, or found by looking.
    pub(super) fn inherited(open: &Open, follower: Option<Follower>) -> Self {
        let carrier =
            follower.map(|follower| Carrier::start(|let_go, tell| follower.run(open.to, let_go, tell)));
        Self {
            id: open.id,
            order: Order {
                from: open.from,
                to: open.to,
            },
            decision: (open.term, open.sequence),
            began: Instant::now(),
            inherited: Some(open.remembered().at),
            carrier,
        }
    }

    /// Whether its end has to be found by looking.
    pub(super) const fn is_unattended(&self) -> bool {
        self.carrier.is_none()
    }

    /// What becomes of it. Dropping the future loses nothing.
    pub(super) async fn next_event(&mut self) -> Event {
        let Some(carrier) = &mut self.carrier else {
            return std::future::pending().await;
        };
        let event = carrier.events.recv().await;
        event.unwrap_or_else(|| Event::Ended(Ending::unseen("whoever carried it out ended early")))
    }
}

impl Leading {
    /// Writes down that a change is about to be made, and lets it be made.
    pub(super) async fn begin_change(
        &mut self,
        (id, order, proposal): (Uuid, Order, Option<Uuid>),
        record: &Record,
        hands: &Hands,
        permit: Permit,
    ) -> Result<(), Error> {
        let new = NewChange {
            id,
            sequence: record.sequence,
            from: order.from,
            to: order.to,
            actuator: hands.name(),
            proposal,
            detail: &json!({"reason": record.decision.reason}),
        };
        self.tools.store.begin_change(&self.lead, &new).await?;
        let task = hands.task();
        let carrier = Carrier::start(|let_go, tell| task.run(order, permit, let_go, tell));
        self.under_way = Some(UnderWay {
            id,
            order,
            decision: (record.term, record.sequence),
            began: Instant::now(),
            inherited: None,
            carrier: Some(carrier),
        });
        Ok(())
    }

    /// Takes in what becomes of the change under way.
    pub(crate) async fn change_goes_on(&mut self, event: Event, now: Moment) -> Result<(), Error> {
        match event {
            Event::Sent {
                monthly_cents,
                detail,
            } => self.sent(monthly_cents, &detail, now).await,
            Event::Refused { why } => self.refused(why).await,
            Event::Ended(ending) => self.ended(ending, now).await,
        }
    }

    async fn sent(&mut self, monthly_cents: Option<u64>, detail: &Value, now: Moment) -> Result<(), Error> {
        let Some(change) = &self.under_way else {
            return Ok(());
        };
        let (id, decision) = (change.id, change.decision);
        self.refusals.over();
        self.remember_sent(now);
        // First of all what a later leader needs: the deployment may well end this process.
        self.tools.store.note_change(&self.lead, id, detail).await?;
        let change = id.to_string();
        let action = Action::Changed { change };
        self.note_outcome(decision, action, monthly_cents).await
    }

    /// Remembers the change under way as one that was asked for, once.
    pub(super) fn remember_sent(&mut self, now: Moment) {
        let Some(change) = &self.under_way else { return };
        let id = change.id.to_string();
        let running = self.recorder.history().running(now);
        if running.is_none_or(|known| known.id != id) {
            self.recorder.note(Note::Change(Change {
                id,
                at: change.inherited.unwrap_or(now),
                from: change.order.from,
                to: change.order.to,
                ended: None,
                result: None,
            }));
        }
    }

    async fn refused(&mut self, why: String) -> Result<(), Error> {
        let Some(change) = self.under_way.take() else {
            return Ok(());
        };
        let (from, to) = (change.order.from, change.order.to);
        warn!(from, to, why, "the number of workers is not changed");
        self.count(&change, "refused");
        self.refusals.refused(Instant::now(), why.clone());
        self.end(&change, Kept::Failed, &json!({"refused": why})).await?;
        let action = Action::Refused { why };
        self.note_outcome(change.decision, action, None).await
    }

    pub(super) async fn ended(&mut self, ending: Ending, now: Moment) -> Result<(), Error> {
        let Some(change) = self.under_way.take() else {
            return Ok(());
        };
        let (from, to, word) = (change.order.from, change.order.to, ending.kept.as_str());
        info!(from, to, { fields::OUTCOME } = word, detail = %ending.detail, "a change of the number of workers has ended");
        self.count(&change, word);
        let (id, at, result) = (change.id.to_string(), now, ending.result);
        self.recorder.note(Note::Result { id, at, result });
        self.end(&change, ending.kept, &ending.detail).await
    }

    /// Waits until nothing is being sent any more, and takes in what became of it: whoever leads next finds what was
    /// sent. Dropping the future loses nothing.
    pub(crate) async fn finish_sending(&mut self, hands: &Hands, now: Moment) {
        let carrier = self.under_way.as_mut().and_then(|change| change.carrier.as_mut());
        let Some(carrier) = carrier else { return };
        carrier.let_go.take();
        let patience = hands.request_takes().saturating_mul(REQUESTS).max(LEAST);
        if !carrier.task.is_finished() && timeout(patience, &mut carrier.task).await.is_err() {
            warn!("a change of the number of workers may still be on its way");
        }
        while let Some(event) = self.told() {
            if let Err(error) = self.change_goes_on(event, now).await {
                return debug!(
                    { fields::ERROR } = fields::causes(&error),
                    "what became of a change is not written down; the next leader looks for it"
                );
            }
        }
    }

    /// What is known of the change under way and was not taken in.
    fn told(&mut self) -> Option<Event> {
        let carrier = self.under_way.as_mut()?.carrier.as_mut()?;
        carrier.events.try_recv().ok()
    }

    fn count(&self, change: &UnderWay, outcome: &'static str) {
        let took = change.began.elapsed();
        self.tools.metrics.scaling().changed(outcome, took);
    }

    async fn end(&self, change: &UnderWay, kept: Kept, detail: &Value) -> Result<(), Error> {
        let store = &self.tools.store;
        store.end_change(&self.lead, change.id, kept, detail).await
    }

    async fn note_outcome(
        &self,
        decision: (u64, u64),
        action: Action,
        monthly_cents: Option<u64>,
    ) -> Result<(), Error> {
        let outcome = Outcome {
            action,
            monthly_cents,
        };
        let store = &self.tools.store;
        store.note_outcome(&self.lead, decision, &outcome).await
    }
}
