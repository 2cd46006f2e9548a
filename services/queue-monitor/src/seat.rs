//! Who leads: one monitor takes the lead and keeps it, others stand by.

use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_core::scaling::Steering;
use loadsure_store::Store;
use loadsure_store::scaling::{Clearance, Lead};
use loadsure_telemetry::fields;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

/// Renewals within the time that the lead lasts: two may be lost.
const RENEWALS: u32 = 4;

/// What this process surely knows of the lead.
#[derive(Debug, Clone, Default)]
pub(crate) enum Standing {
    /// Nothing: the database did not tell. Whoever led may lead still, and nobody may act.
    #[default]
    Unknown,
    /// Another monitor leads.
    StandsBy,
    /// This one does, for as long as the lead lasts.
    Leads(Lead),
}

/// Takes and keeps the lead on a task of its own, so that a look that takes long does not lose it.
#[derive(Debug)]
pub(crate) struct Seat {
    store: Store,
    standing: watch::Sender<Standing>,
    /// What was looked at last.
    seen: Kind,
    stop: CancellationToken,
    task: JoinHandle<Option<()>>,
}

impl Seat {
    /// Asks for the lead from now on. `length` is how long it lasts without renewal.
    pub(crate) fn ask(store: Store, instance: String, length: Duration) -> Self {
        let (standing, _) = watch::channel(Standing::Unknown);
        let stop = CancellationToken::new();
        let keeper = Keeper {
            store: store.clone(),
            instance,
            length,
            standing: standing.clone(),
        };
        Self {
            store,
            standing,
            seen: Kind::Unknown,
            task: tokio::spawn(stop.clone().run_until_cancelled_owned(keeper.run())),
            stop,
        }
    }

    /// What is surely known at this moment. A lead whose time is over is none.
    pub(crate) fn standing(&mut self) -> Standing {
        let standing = self.standing.borrow().clone();
        self.seen = standing.kind();
        match standing {
            Standing::Leads(lead) if lead.remaining().is_zero() => Standing::Unknown,
            standing => standing,
        }
    }

    /// Waits until it is another one than was looked at last. A renewal is none.
    pub(crate) async fn changed(&self) {
        let mut standing = self.standing.subscribe();
        // The sender is part of `self`, so the channel cannot be closed.
        let _open = standing.wait_for(|now| now.kind() != self.seen).await;
    }

    /// Ends this term, of which nothing more can be written down. The lead is asked for anew.
    pub(crate) fn resign(&self) {
        self.standing.send_replace(Standing::Unknown);
    }

    /// A question to be asked just before something is changed on the outside, that was decided from `steering`.
    pub(crate) fn permit(&self, lead: &Lead, steering: &Steering, takes: Duration) -> Permit {
        Permit {
            store: self.store.clone(),
            lead: lead.clone(),
            steering: steering.clone(),
            takes,
        }
    }

    /// Gives the lead up, so that another monitor need not wait for its end.
    pub(crate) async fn leave(self) {
        self.stop.cancel();
        let _ended = self.task.await;
        let Standing::Leads(lead) = self.standing.borrow().clone() else {
            return;
        };
        match self.store.release_lead(lead).await {
            Ok(()) => info!("the lead is given up"),
            Err(fault) => debug!(
                { fields::ERROR } = fields::causes(&fault),
                "the lead ends by itself"
            ),
        }
    }
}

/// Whether something may be changed, and the lead surely outlasts that.
#[derive(Debug, Clone)]
pub(crate) struct Permit {
    store: Store,
    lead: Lead,
    steering: Steering,
    takes: Duration,
}

impl Permit {
    /// Asks the database whether this monitor leads, nobody deploys and operations want what they wanted, and then
    /// compares what remains of the lead with how long the action may take. A process that was frozen since gets a no:
    /// the clock that this is measured by went on.
    pub(crate) async fn holds(&self) -> bool {
        let mut lead = self.lead.clone();
        match self.store.clear(&mut lead, &self.steering).await {
            Ok(Clearance::Given) => lead.remaining() > self.takes,
            Ok(clearance) => {
                info!(?clearance, "the right to change the number of workers is lost");
                false
            }
            Err(fault) => {
                warn!(
                    { fields::ERROR } = fields::causes(&fault),
                    "whether the number of workers may be changed is not known"
                );
                false
            }
        }
    }
}

/// A standing without how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unknown,
    StandsBy,
    Leads(u64),
}

impl Standing {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Unknown,
            Self::StandsBy => Kind::StandsBy,
            Self::Leads(lead) => Kind::Leads(lead.term()),
        }
    }
}

/// Asks for the lead, and renews it.
struct Keeper {
    store: Store,
    instance: String,
    length: Duration,
    standing: watch::Sender<Standing>,
}

impl Keeper {
    async fn run(self) {
        let pause = self.length / RENEWALS;
        loop {
            let before = self.standing.borrow().clone();
            let standing = match timeout(pause, self.next(&before)).await {
                Ok(Ok(standing)) => standing,
                Ok(Err(fault)) => keeps(before.clone(), Some(&fault)),
                Err(_) => keeps(before.clone(), None),
            };
            self.announce(before.kind(), standing);
            sleep(pause).await;
        }
    }

    async fn next(&self, before: &Standing) -> Result<Standing, Fault> {
        if let Standing::Leads(lead) = before {
            let mut lead = lead.clone();
            if self.store.renew_lead(&mut lead).await? {
                return Ok(Standing::Leads(lead));
            }
        }
        let taken = self.store.take_lead(&self.instance, self.length).await?;
        Ok(taken.map_or(Standing::StandsBy, Standing::Leads))
    }

    /// A term that was resigned while its renewal was under way stays over: its numbers are used up.
    fn announce(&self, before: Kind, standing: Standing) {
        let now = standing.kind();
        let is_news = self.standing.send_if_modified(|current| {
            let is_resigned = matches!(before, Kind::Leads(_)) && current.kind() != before;
            if is_resigned && now == before {
                return false;
            }
            *current = standing;
            now != before
        });
        match now {
            Kind::Leads(term) if is_news => info!(term, "this monitor leads"),
            Kind::StandsBy if is_news => info!("another monitor leads; this one stands by"),
            _ => {}
        }
    }
}

/// What is still known when the database did not answer.
fn keeps(before: Standing, fault: Option<&Fault>) -> Standing {
    let is_kept = matches!(&before, Standing::Leads(lead) if !lead.remaining().is_zero());
    if is_kept {
        complain(fault, "the lead could not be renewed yet");
        return before;
    }
    if before.kind() != Kind::Unknown {
        warn!("the database does not tell who leads; nothing is changed");
    }
    complain(fault, "who leads is not known");
    Standing::Unknown
}

fn complain(fault: Option<&Fault>, what: &'static str) {
    debug!({ fields::ERROR } = fault.map(fields::causes), "{what}");
}
