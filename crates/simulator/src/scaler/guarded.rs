//! The service's own decisions.

use loadsure_core::job::Kind;
use loadsure_core::scaling::{
    Change, ChangeResult, Fleet, History, KindSample, Lag, LagUnknown, Limits, Mode, Moment, Note, Outbox,
    Policy, Record, Recorder, Rule, Snapshot, StandDown,
};

use crate::sight::{Scene, Sight};
use crate::time::HOUR;

/// Moments are milliseconds since the epoch; the simulation begins a day after it, so that none lies before.
const EPOCH: u64 = 24 * HOUR;

/// Calls `decide` as the queue monitor does.
#[derive(Debug)]
pub(crate) struct Guarded {
    recorder: Recorder,
    policy: Policy,
    sequence: u64,
    /// The last look that there was.
    last: Snapshot,
}

impl Guarded {
    pub(super) fn new(limits: Limits, rule: Rule) -> Self {
        Self {
            recorder: Recorder::new(1, History::default()),
            policy: Policy::new(limits, rule),
            sequence: 0,
            last: Snapshot::default(),
        }
    }

    pub(super) fn look(&mut self, scene: &Scene) -> (Option<u32>, Option<Record>) {
        let now = moment(scene.now);
        if let Some(sight) = scene.sight.filter(|sight| moment(sight.taken) > self.last.taken) {
            self.sequence += 1;
            self.last = snapshot(self.sequence, &sight);
        }
        let mut snapshot = self.last.clone();
        if scene.sight.is_none() {
            snapshot.kinds.clear();
        }
        snapshot.fleet.wanted = scene.wanted;
        snapshot.stand_down = stand_down(scene);
        let record = self.recorder.decide(snapshot, &self.policy, Mode::Act, now);
        let target = record.decision.target;
        ((target != scene.wanted).then_some(target), Some(record))
    }

    pub(super) fn begun(&mut self, id: u64, now: u64, (from, to): (u32, u32)) {
        self.recorder.note(Note::Change(Change {
            id: id.to_string(),
            at: moment(now),
            from,
            to,
            ended: None,
            result: None,
        }));
    }

    pub(super) fn ended(&mut self, id: u64, now: u64, result: ChangeResult) {
        self.recorder.note(Note::Result {
            id: id.to_string(),
            at: moment(now),
            result,
        });
    }
}

const fn moment(now: u64) -> Moment {
    Moment(EPOCH + now)
}

fn stand_down(scene: &Scene) -> Option<StandDown> {
    if !scene.is_reachable {
        Some(StandDown::PlatformUnreachable)
    } else if scene.is_deploying {
        Some(StandDown::DeploymentRunning)
    } else {
        None
    }
}

fn snapshot(sequence: u64, sight: &Sight) -> Snapshot {
    let idle = KindSample {
        unread: Lag::Known(0),
        ..KindSample::default()
    };
    let mut kinds: std::collections::BTreeMap<_, _> = Kind::ALL.map(|kind| (kind, idle)).into();
    kinds.insert(Kind::Quote, sample(sight));
    Snapshot {
        taken: moment(sight.taken),
        sequence,
        fleet: Fleet {
            wanted: 0,
            living: sight.living,
            heard: Some(sight.living),
        },
        kinds,
        outbox: Some(outbox(sight)),
        ..Snapshot::default()
    }
}

fn sample(sight: &Sight) -> KindSample {
    let why = LagUnknown::NotTold;
    KindSample {
        unread: sight.unread.map_or(Lag::Unknown { why }, Lag::Known),
        pending: sight.pending,
        oldest_unread_ms: sight.oldest_unread_ms,
        oldest_pending_ms: sight.oldest_pending_ms,
        added: sight.added,
        completed: sight.completed,
        slots: sight.slots,
        slots_max: sight.slots_max,
        service_ms: sight.service_ms,
    }
}

fn outbox(sight: &Sight) -> Outbox {
    let unfinished = sight.noted.saturating_sub(sight.completed);
    Outbox {
        taken: moment(sight.taken),
        published: [(Kind::Quote, sight.noted)].into(),
        unfinished: [(Kind::Quote, unfinished)].into(),
    }
}
