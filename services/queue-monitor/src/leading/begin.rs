//! The beginning of a term: what the terms before have left.

use loadsure_core::ports::Fault;
use loadsure_core::scaling::{ChangeResult, Moment, Note, Recorder};
use loadsure_queue::CommandFeed;
use loadsure_store::scaling::{Change as Kept, Ending, Error, Lead, ProposalState};
use serde_json::json;
use tracing::info;

use super::change::UnderWay;
use super::refusals::Refusals;
use super::{Leading, Tools, memory};
use crate::eyes::Eyes;
use crate::hands::Hands;
use crate::settings::Rules;

/// Changes that are looked at: only the newest can be under way.
const CHANGES: u32 = 20;

/// Why a term could not begin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BeginError {
    /// What the terms before have left cannot be read.
    #[error("what earlier terms have left cannot be read")]
    Read(#[from] Fault),
    /// What they have left cannot be brought to an end.
    #[error("what earlier terms have begun cannot be brought to an end")]
    Write(#[from] Error),
    /// Commands cannot be followed.
    #[error("commands cannot be followed")]
    Commands(#[from] loadsure_queue::Error),
}

impl Leading {
    /// Begins a term: reads what operations ask for and what was remembered, and finds a change that is under way.
    pub(crate) async fn begin(
        tools: Tools,
        rules: Rules,
        lead: Lead,
        eyes: &mut Eyes,
        hands: &Hands,
    ) -> Result<Self, BeginError> {
        let history = memory::recall(&tools.store).await?;
        if let Some(sequence) = history.last_sequence() {
            eyes.go_on_from(sequence);
        }
        let pending = tools.store.pending_proposal().await?;
        let (confirmed, proposal) = match pending {
            Some(one) if one.state == ProposalState::Confirmed => (Some(one), None),
            other => (None, other),
        };
        let mut leading = Self {
            steering: tools.store.steering().await?,
            feed: CommandFeed::follow(&tools.queue).await?,
            recorder: Recorder::new(lead.term(), history),
            tools,
            rules,
            lead,
            under_way: None,
            proposal,
            confirmed,
            refusals: Refusals::default(),
        };
        leading.inherit(eyes.now(), hands).await?;
        Ok(leading)
    }

    /// Brings the memory of changes together with what was written down of them, and takes over the one under way.
    async fn inherit(&mut self, now: Moment, hands: &Hands) -> Result<(), BeginError> {
        let changes = self.tools.store.changes(CHANGES).await?;
        self.reconcile(&changes, now);
        for (place, open) in changes.iter().filter(|one| one.ending.is_none()).enumerate() {
            if place == 0 && hands.outlive_us() {
                info!(change = %open.id, from = open.from, to = open.to, "a change of an earlier term is under way");
                self.take_over(open, hands, now);
            } else {
                let detail = json!({"why": "whoever made it ended before it did"});
                let store = &self.tools.store;
                store
                    .end_change(&self.lead, open.id, Ending::Superseded, &detail)
                    .await?;
                self.forget(open.id.to_string(), now, ChangeResult::Superseded);
            }
        }
        Ok(())
    }

    /// Follows a change of an earlier leader. One that was sent is remembered from when it was.
    fn take_over(&mut self, open: &Kept, hands: &Hands, now: Moment) {
        let follower = hands.follower(&open.detail);
        let was_sent = follower.is_some();
        self.under_way = Some(UnderWay::inherited(open, follower));
        if was_sent {
            self.remember_sent(now);
        }
    }

    /// A change that is remembered as running, and has ended or was never written down, runs no more.
    fn reconcile(&mut self, changes: &[Kept], now: Moment) {
        let Some(running) = self.recorder.history().running(now) else {
            return;
        };
        let id = running.id.clone();
        let kept = changes.iter().find(|one| one.id.to_string() == id);
        match kept.map(|one| one.ending) {
            Some(None) => {}
            Some(Some(ending)) => {
                let ended = kept.and_then(|one| one.remembered().ended).unwrap_or(now);
                self.forget(id, ended, result(ending));
            }
            None => self.forget(id, now, ChangeResult::Superseded),
        }
    }

    pub(super) fn forget(&mut self, id: String, at: Moment, result: ChangeResult) {
        self.recorder.note(Note::Result { id, at, result });
    }
}

/// What an ending means for decisions to come.
const fn result(ending: Ending) -> ChangeResult {
    match ending {
        Ending::Applied => ChangeResult::Applied,
        Ending::Superseded => ChangeResult::Superseded,
        Ending::Failed | Ending::Unknown => ChangeResult::Failed,
    }
}
