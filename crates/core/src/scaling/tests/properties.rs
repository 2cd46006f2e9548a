//! What holds for every fleet, whatever is seen of it.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::stage::{MINUTE, SECOND, limits, predictive, threshold};
use crate::job::Kind;
use crate::scaling::*;

/// What is seen at one look, as far as it differs from one to the next.
#[derive(Debug, Clone)]
struct Scene {
    elapsed_ms: u64,
    is_new: bool,
    skew_ms: u64,
    lag: Option<Lag>,
    pending: u64,
    age_ms: Option<u64>,
    came: u64,
    /// Jobs that were published and that the stream does not count.
    hidden: u64,
    heard: Option<u32>,
    service_ms: Option<f64>,
    rate: Option<f64>,
    stand_down: Option<StandDown>,
    outbox: Option<u64>,
    change_takes: u64,
    result: ChangeResult,
}

fn any_lag() -> impl Strategy<Value = Option<Lag>> {
    let unknown = prop_oneof![
        Just(LagUnknown::NoGroup),
        Just(LagUnknown::NotTold),
        Just(LagUnknown::MoreThan(10_000))
    ];
    prop_oneof![
        1 => Just(None),
        1 => any::<u64>().prop_map(|lag| Some(Lag::Known(lag))),
        2 => unknown.prop_map(|why| Some(Lag::Unknown { why })),
        4 => Just(Some(Lag::Known(0))),
        8 => (0_u64..3_000).prop_map(|lag| Some(Lag::Known(lag))),
    ]
}

prop_compose! {
    fn any_sight()(
        lag in any_lag(),
        pending in prop_oneof![8 => 0_u64..60, 1 => any::<u64>()],
        age_ms in prop::option::of(0_u64..2_000_000),
        came in prop_oneof![8 => 0_u64..200, 1 => any::<u64>()],
        heard in prop::option::weighted(0.9, 0_u32..9),
        service_ms in prop::option::of(prop_oneof![9 => 1.0_f64..60_000.0, 1 => any::<f64>()]),
        rate in prop::option::weighted(0.2, prop_oneof![9 => 0.0_f64..20.0, 1 => any::<f64>()]),
        outbox in prop::option::weighted(0.3, 0_u64..3_000),
    ) -> Scene {
        Scene {
            elapsed_ms: 0, is_new: true, skew_ms: 0, lag, pending, age_ms, came, hidden: 0, heard, service_ms,
            rate, stand_down: None, outbox, change_takes: 0, result: ChangeResult::Applied,
        }
    }
}

prop_compose! {
    fn any_scene()(
        sight in any_sight(),
        elapsed_ms in prop_oneof![8 => Just(10_000_u64), 2 => 1_u64..400_000],
        is_new in prop::bool::weighted(0.9),
        skew_ms in prop_oneof![9 => Just(0_u64), 1 => 0_u64..200_000],
        stand_down in prop::option::weighted(0.05, Just(StandDown::Pinned)),
        change_takes in 0_u64..900_000,
        result in prop_oneof![8 => Just(ChangeResult::Applied), 1 => Just(ChangeResult::Failed), 1 => Just(ChangeResult::Superseded)],
    ) -> Scene {
        Scene { elapsed_ms, is_new, skew_ms, stand_down, change_takes, result, ..sight }
    }
}

/// A look at a fleet with little to do.
fn calm(pending: u64) -> Scene {
    Scene {
        elapsed_ms: 10_000,
        is_new: true,
        skew_ms: 0,
        lag: Some(Lag::Known(0)),
        pending,
        age_ms: None,
        came: pending,
        hidden: 0,
        heard: Some(3),
        service_ms: Some(3_000.0),
        rate: None,
        stand_down: None,
        outbox: None,
        change_takes: 200_000,
        result: ChangeResult::Applied,
    }
}

/// A look that is calm but for the outbox: it knows of jobs that the stream does not count, or of many more than wait.
fn deceptive(is_frozen: bool) -> Scene {
    let (hidden, unfinished) = if is_frozen { (1, 7) } else { (0, 900) };
    Scene {
        hidden,
        outbox: Some(unfinished),
        ..calm(0)
    }
}

/// Looks of all sorts, and long calms among them, true and false, in which workers may go.
fn any_scenes() -> impl Strategy<Value = Vec<Scene>> {
    let calm = (1_usize..300, 0_u64..5).prop_map(|(looks, pending)| vec![calm(pending); looks]);
    let mixed = prop::collection::vec(any_scene(), 1..30);
    let false_calm =
        (1_usize..300, any::<bool>()).prop_map(|(looks, is_frozen)| vec![deceptive(is_frozen); looks]);
    let parts = prop::collection::vec(prop_oneof![2 => calm, 2 => mixed, 1 => false_calm], 1..10);
    parts.prop_map(|parts| parts.concat())
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let rule = prop_oneof![3 => Just(predictive()), 1 => Just(threshold())];
    let pin = prop::option::weighted(0.1, 1_u32..9);
    (rule, 1_u32..4, 0_u32..6, pin).prop_map(|(policy, min, more, pin)| Policy {
        limits: limits(min, min + more),
        pin,
        ..policy
    })
}

/// Jobs that were published while the stream's counter stood still, in looks that follow each other.
#[derive(Default)]
struct Stillness {
    last: Option<(u64, u64)>,
    since: Moment,
    rises: Vec<Moment>,
}

impl Stillness {
    fn see(&mut self, scene: &Scene, now: Moment, added: u64, published: u64) {
        let is_usual = scene.is_new && scene.skew_ms == 0 && scene.lag.is_some();
        let is_open = is_usual && scene.outbox.is_some_and(|unfinished| unfinished > 0);
        match self.last {
            Some((before, known)) if is_open && before == added => {
                if published > known && now.since(self.since) > 5 * SECOND {
                    self.rises.push(now);
                }
            }
            _ => {
                self.since = now;
                self.rises.clear();
            }
        }
        self.last = is_open.then_some((added, published));
    }

    /// Whether the counter is plainly frozen: the first rise may be of jobs that it has counted.
    fn is_frozen(&self, now: Moment) -> bool {
        let second = self.rises.get(1);
        second.is_some_and(|second| now.since(*second) >= MINUTE)
    }
}

/// A fleet that does what is decided.
struct Fleet {
    history: History,
    snapshot: Snapshot,
    now: Moment,
    added: u64,
    published: u64,
    stillness: Stillness,
    ends: Option<(Moment, ChangeResult, u32)>,
    changes: Vec<(Moment, u32, u32, Reason)>,
    last_end: Option<Moment>,
}

impl Fleet {
    fn new() -> Self {
        let mut snapshot = Snapshot::default();
        snapshot.fleet.wanted = 2;
        Self {
            history: History::default(),
            snapshot,
            now: Moment(1_000_000_000),
            added: 0,
            published: 0,
            stillness: Stillness::default(),
            ends: None,
            changes: Vec::new(),
            last_end: None,
        }
    }

    fn see(&mut self, scene: &Scene) {
        self.now = self.now.plus(scene.elapsed_ms);
        if let Some((at, result, to)) = self.ends.filter(|(at, ..)| *at <= self.now) {
            self.history
                .note_result(&self.changes.len().to_string(), at, result);
            self.last_end = Some(at);
            self.ends = None;
            if result == ChangeResult::Applied {
                self.snapshot.fleet.wanted = to;
            }
        }
        if scene.is_new {
            self.snapshot.sequence += 1;
            self.snapshot.taken = self.now.minus(scene.skew_ms);
        }
        self.added = self.added.wrapping_add(scene.came);
        self.published = self.published.wrapping_add(scene.came).wrapping_add(scene.hidden);
        self.stillness.see(scene, self.now, self.added, self.published);
        let fleet = &mut self.snapshot.fleet;
        (fleet.living, fleet.heard) = (fleet.wanted, scene.heard);
        self.snapshot.stand_down = scene.stand_down;
        let idle = KindSample {
            unread: Lag::Known(0),
            ..KindSample::default()
        };
        self.snapshot.kinds = Kind::ALL.map(|kind| (kind, idle)).into();
        self.snapshot.kinds.remove(&Kind::Quote);
        if let Some(unread) = scene.lag {
            let quote = KindSample {
                unread,
                pending: scene.pending,
                oldest_unread_ms: scene.age_ms,
                added: self.added,
                slots: 4 * u64::from(scene.heard.unwrap_or(0)),
                service_ms: scene.service_ms,
                ..idle
            };
            self.snapshot.kinds.insert(Kind::Quote, quote);
        }
        let rates = scene.rate.map(|rate| (Kind::Quote, rate));
        self.snapshot.insurer.rates_per_second = rates.into_iter().collect();
        self.snapshot.outbox = scene.outbox.map(|unfinished| Outbox {
            taken: self.now,
            published: [(Kind::Quote, self.published)].into(),
            unfinished: [(Kind::Quote, unfinished)].into(),
        });
        self.snapshot = self.snapshot.clone().normalised();
    }

    fn act(&mut self, decision: &Decision, scene: &Scene) {
        let from = self.snapshot.fleet.wanted;
        if decision.target == from {
            return;
        }
        self.changes
            .push((self.now, from, decision.target, decision.reason));
        self.history.note_change(Change {
            id: self.changes.len().to_string(),
            at: self.now,
            from,
            to: decision.target,
            ended: None,
            result: None,
        });
        self.ends = Some((self.now.plus(scene.change_takes), scene.result, decision.target));
    }
}

fn is_order(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Pinned { .. } | Reason::BelowMinimum | Reason::AboveMaximum
    )
}

/// Whether it is plain that too little is known to remove anyone.
fn is_unknown(fleet: &Fleet, scene: &Scene) -> bool {
    let Some(Lag::Known(unread)) = scene.lag else {
        return true;
    };
    let is_impossible = unread > fleet.added || (unread == 0 && scene.age_ms.is_some());
    // Twice as much in the one as in the other, and more than comes between two looks.
    let held = unread.saturating_add(scene.pending);
    let is_contradicted = scene.outbox.is_some_and(|unfinished| {
        let (less, more) = (held.min(unfinished), held.max(unfinished));
        more - less > 100 && more / 2 > less
    });
    let is_outage = scene.heard.unwrap_or(0) == 0;
    let is_frozen = fleet.stillness.is_frozen(fleet.now);
    is_impossible || is_contradicted || is_frozen || is_outage || scene.skew_ms > 60_000
}

fn check(fleet: &Fleet, policy: &Policy, scene: &Scene, decision: &Decision) -> TestCaseResult {
    let (wanted, target) = (fleet.snapshot.fleet.wanted, decision.target);
    let limits = policy.limits;
    let is_within = (limits.min()..=limits.max()).contains(&target);
    prop_assert!(target == wanted || is_within, "outside the limits: {decision:?}");
    if target == wanted {
        return Ok(());
    }
    prop_assert!(scene.stand_down.is_none() && fleet.ends.is_none(), "{decision:?}");
    let is_order = is_order(decision.reason);
    if target < wanted && !is_order {
        prop_assert!(!is_unknown(fleet, scene), "down on {scene:?}: {decision:?}");
        prop_assert!(
            scene.age_ms.is_none_or(|age| age < 5_000),
            "down while a job waits"
        );
    }
    let gap = if target > wanted { 5 } else { 25 } * MINUTE;
    if let Some(last) = fleet.last_end.filter(|_| !is_order) {
        prop_assert!(fleet.now.since(last) >= gap, "inside a gap: {decision:?}");
    }
    let within = |ms| {
        let lately = fleet.changes.iter().filter(|(at, ..)| fleet.now.since(*at) < ms);
        lately.count()
    };
    let is_emergency = matches!(decision.reason, Reason::Emergency { .. });
    let is_spent = within(60 * MINUTE) >= 6 || within(24 * 60 * MINUTE) >= 30;
    prop_assert!(!is_spent || is_emergency, "over the budget: {decision:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// S1–S3, S9–S11, and the budget: over long histories of everything that can be seen, each decision keeps to the
    /// limits, removes nobody on what is not known, keeps its distance to the last change, and is the same when made
    /// again from a history that was written and read.
    #[test]
    fn every_decision_keeps_to_the_rules(
        policy in any_policy(),
        scenes in any_scenes(),
    ) {
        let mut fleet = Fleet::new();
        for (number, scene) in scenes.iter().enumerate() {
            fleet.see(scene);
            let mut before = fleet.history.clone();
            if number % 16 == 0 {
                let text = serde_json::to_string(&before).unwrap();
                before = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(&before, &fleet.history);
            }
            let decision = fleet.history.step(&fleet.snapshot, &policy, fleet.now);
            prop_assert_eq!(&before.step(&fleet.snapshot, &policy, fleet.now), &decision);
            check(&fleet, &policy, scene, &decision)?;
            let text = serde_json::to_string(&decision).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Decision>(&text).unwrap(), &decision);
            fleet.act(&decision, scene);
        }
    }

    /// What is remembered does not grow without end, however often is looked.
    #[test]
    fn the_history_is_bounded(every_ms in 20_u64..20_000) {
        let mut fleet = Fleet::new();
        let scene = Scene { elapsed_ms: every_ms, outbox: Some(12), ..calm(3) };
        for look in 0..2_000_u64 {
            let scene = Scene { came: look % 50, ..scene.clone() };
            fleet.see(&scene);
            fleet.history.step(&fleet.snapshot, &predictive(), fleet.now);
        }
        let text = serde_json::to_string(&fleet.history).unwrap();
        prop_assert!(text.len() < 40_000, "{}", text.len());
    }

    /// A longer backlog never means fewer workers.
    #[test]
    fn more_work_never_means_fewer_workers(workers in 1_u32..6, work in 0_u64..2_000, more in 0_u64..2_000) {
        let target = |unread: u64| {
            let mut stage = super::stage::Stage::new(predictive(), workers);
            stage.policy.limits = limits(1, 9);
            stage.waiting(unread, 30 * SECOND);
            stage.minutes(1).target
        };
        prop_assert!(target(work) <= target(work + more));
    }
}
