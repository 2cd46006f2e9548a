//! Looks at every interval, and in between listens to operations and to the change that is under way.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use loadsure_store::scaling::{Error, Lead};
use loadsure_telemetry::fields;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::eyes::{Eyes, Look};
use crate::hands::Hands;
use crate::leading::{Happening, Leading, Tools};
use crate::seat::{Seat, Standing};
use crate::settings::Rules;
use crate::tell::Voice;

/// Looks, and leads when it may.
#[derive(Debug)]
pub(crate) struct Watcher {
    tools: Tools,
    rules: Rules,
    every: Duration,
    seat: Seat,
    eyes: Eyes,
    hands: Hands,
    voice: Voice,
    leading: Option<Leading>,
    is_ready: Arc<AtomicBool>,
    /// Whether the last look found Redis.
    is_seeing: Option<bool>,
}

impl Watcher {
    pub(crate) fn new(
        tools: Tools,
        (rules, every): (Rules, Duration),
        seat: Seat,
        hands: Hands,
        is_ready: Arc<AtomicBool>,
    ) -> Self {
        Self {
            eyes: Eyes::new(tools.queue.clone(), tools.store.clone()),
            voice: Voice::new(&tools, hands.name()),
            tools,
            rules,
            every,
            seat,
            hands,
            leading: None,
            is_ready,
            is_seeing: None,
        }
    }

    /// Watches until stopped. Then lets what is being sent arrive, gives the lead up, and drains what it started.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.watch()).await;
        self.end_term().await;
        self.seat.leave().await;
        self.hands.stop().await;
        self.tools.store.close();
    }

    async fn watch(&mut self) {
        let mut ticks = interval(self.every);
        // After a look that took long the next one comes an interval later, not at once.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.round().await,
                () = self.seat.changed() => self.round().await,
                happening = happening(&mut self.leading) => self.attend(happening).await,
            }
        }
    }

    async fn round(&mut self) {
        match self.seat.standing() {
            Standing::Leads(lead) => self.lead(lead).await,
            Standing::StandsBy => {
                self.end_term().await;
                self.voice.leads(None);
                self.hands.stand_by();
                self.ready(self.tools.queue.is_connected());
            }
            // Whoever led may lead still: nothing is changed, and what runs goes on.
            Standing::Unknown => {
                self.end_term().await;
                self.voice.leads(None);
                self.ready(false);
            }
        }
    }

    async fn lead(&mut self, lead: Lead) {
        match &mut self.leading {
            Some(leading) if leading.term() == lead.term() => leading.go_on(lead),
            _ => {
                self.end_term().await;
                self.leading = self.begin(lead).await;
            }
        }
        let Some(leading) = &mut self.leading else {
            return self.give_up().await;
        };
        match leading.round(&mut self.eyes, &mut self.hands, &self.seat).await {
            Ok(told) => {
                self.note_sight(&told.look);
                self.voice.tell(told).await;
            }
            Err(error) => self.lost(&error).await,
        }
    }

    async fn begin(&mut self, lead: Lead) -> Option<Leading> {
        let tools = self.tools.clone();
        let begun = Leading::begin(tools, self.rules, lead, &mut self.eyes, &self.hands).await;
        begun
            .inspect_err(|error| {
                warn!(
                    { fields::ERROR } = fields::causes(error),
                    "this monitor leads and cannot begin"
                );
            })
            .ok()
    }

    async fn attend(&mut self, happening: Happening) {
        let Some(leading) = &mut self.leading else { return };
        let attended = match happening {
            Happening::Command(message) => leading.command(&message).await,
            Happening::Change(event) => {
                let now = self.eyes.now();
                leading.change_goes_on(event, now).await.map(|()| false)
            }
        };
        match attended {
            Ok(true) => self.round().await,
            Ok(false) => {}
            Err(error) => self.lost(&error).await,
        }
    }

    /// Ends the term: what was decided could not be written down. The next one begins with what was.
    async fn lost(&mut self, error: &Error) {
        warn!(
            { fields::ERROR } = fields::causes(error),
            "this term is over; nothing is changed"
        );
        self.give_up().await;
    }

    async fn give_up(&mut self) {
        self.end_term().await;
        self.seat.resign();
        self.ready(false);
    }

    /// Forgets the term, once nothing of it is being sent any more: the next one may be this monitor's too, and begins
    /// with a look at what was made.
    async fn end_term(&mut self) {
        let now = self.eyes.now();
        if let Some(leading) = &mut self.leading {
            leading.finish_sending(&self.hands, now).await;
        }
        self.leading = None;
    }

    /// Says once that Redis is away, and once that it is back.
    fn note_sight(&mut self, look: &Look) {
        let sees = look.error.is_none();
        self.ready(sees);
        if self.is_seeing.replace(sees) == Some(sees) {
            return;
        }
        match &look.error {
            None => info!("the queues are being watched"),
            Some(error) => warn!(
                { fields::ERROR } = fields::causes(error),
                "the queues cannot be looked at; the workers stay"
            ),
        }
    }

    fn ready(&self, is_ready: bool) {
        self.is_ready.store(is_ready, Ordering::Release);
    }
}

async fn happening(leading: &mut Option<Leading>) -> Happening {
    match leading {
        Some(leading) => leading.happening().await,
        None => pending().await,
    }
}
