//! The circuit breaker of one operation (ADR 0008). Pure: whoever calls says what time it is.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// When a circuit opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitPolicy {
    /// Failures in a row that open it. One answer in between, also a refusal, starts the count anew.
    pub failures: NonZeroU32,
    /// How long it is open the first time. Every probe that fails doubles that.
    pub open_for: Duration,
    /// How long it is open at most before the next probe.
    pub open_at_most: Duration,
}

/// Where a circuit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuit {
    /// Calls are made.
    Closed,
    /// One call is made, to see whether the insurer is back; or will be, once there is one to make.
    HalfOpen,
    /// No call is made.
    Open,
}

impl Circuit {
    /// The name used in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }
}

/// Leave to make one call. Only its end is listened to that belongs to the present state of the circuit: a call that was
/// begun before the circuit opened says nothing about the insurer now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    epoch: u64,
}

/// The circuit breaker of one operation.
#[derive(Debug)]
pub(super) struct Breaker {
    policy: CircuitPolicy,
    state: State,
    /// Grows with every change of state.
    epoch: u64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, length: Duration },
    HalfOpen { length: Duration },
}

impl Breaker {
    pub(super) const fn new(policy: CircuitPolicy) -> Self {
        Self {
            policy,
            state: State::Closed { failures: 0 },
            epoch: 0,
        }
    }

    /// Where it stands. One that was open for long enough is open until somebody calls.
    pub(super) const fn circuit(&self) -> Circuit {
        match self.state {
            State::Closed { .. } => Circuit::Closed,
            State::Open { .. } => Circuit::Open,
            State::HalfOpen { .. } => Circuit::HalfOpen,
        }
    }

    /// Where it stands now: as [`Breaker::circuit`], but open only while no call would be made, so that one that nobody
    /// calls does not look open for ever.
    pub(super) fn circuit_at(&self, now: Instant) -> Circuit {
        match self.circuit() {
            Circuit::Open if self.closed_in(now).is_none() => Circuit::HalfOpen,
            circuit => circuit,
        }
    }

    /// How long no call will be made, if none would be made now.
    pub(super) fn closed_in(&self, now: Instant) -> Option<Duration> {
        match self.state {
            State::Closed { .. } => None,
            State::Open { until, .. } => {
                Some(until.saturating_duration_since(now)).filter(|rest| !rest.is_zero())
            }
            // The probe is under way; its end decides.
            State::HalfOpen { .. } => Some(self.policy.open_for),
        }
    }

    /// Asks for leave to make a call.
    ///
    /// # Errors
    /// When none is to be made, with the time after which it is worth another try.
    pub(super) fn admit(&mut self, now: Instant) -> Result<Pass, Duration> {
        if let Some(rest) = self.closed_in(now) {
            return Err(rest);
        }
        if let State::Open { length, .. } = self.state {
            self.enter(State::HalfOpen { length });
        }
        Ok(Pass { epoch: self.epoch })
    }

    /// A call ended.
    pub(super) fn ended(&mut self, pass: Pass, failed: bool, now: Instant) {
        if pass.epoch != self.epoch {
            return;
        }
        match (self.state, failed) {
            (State::Closed { failures }, true)
                if failures.saturating_add(1) >= self.policy.failures.get() =>
            {
                self.open(self.policy.open_for, now);
            }
            (State::Closed { failures }, true) => {
                self.state = State::Closed {
                    failures: failures.saturating_add(1),
                };
            }
            (State::Closed { .. }, false) => self.state = State::Closed { failures: 0 },
            (State::HalfOpen { length }, true) => self.open(length.saturating_mul(2), now),
            (State::HalfOpen { .. }, false) => self.enter(State::Closed { failures: 0 }),
            // No pass is given while it is open, and those from before are of another epoch.
            (State::Open { .. }, _) => {}
        }
    }

    /// A call was dropped before it ended. If it was the probe, the next call is one.
    pub(super) fn abandoned(&mut self, pass: Pass, now: Instant) {
        if pass.epoch == self.epoch
            && let State::HalfOpen { length } = self.state
        {
            self.enter(State::Open { until: now, length });
        }
    }

    fn open(&mut self, length: Duration, now: Instant) {
        let length = length.min(self.policy.open_at_most);
        self.enter(State::Open {
            until: now + length,
            length,
        });
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: CircuitPolicy = CircuitPolicy {
        failures: NonZeroU32::new(3).unwrap(),
        open_for: Duration::from_secs(5),
        open_at_most: Duration::from_secs(60),
    };

    fn fail(breaker: &mut Breaker, now: Instant) {
        let pass = breaker.admit(now).unwrap();
        breaker.ended(pass, true, now);
    }

    /// A breaker that is open since `now`.
    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::new(POLICY);
        (0..3).for_each(|_| fail(&mut breaker, now));
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_between_them_does_not_let_them() {
        let now = Instant::now();
        let mut breaker = Breaker::new(POLICY);
        for _ in 0..10 {
            fail(&mut breaker, now);
            fail(&mut breaker, now);
            let pass = breaker.admit(now).unwrap();
            breaker.ended(pass, false, now);
        }
        assert_eq!(breaker.circuit(), Circuit::Closed);
        (0..3).for_each(|_| fail(&mut breaker, now));
        assert_eq!(breaker.circuit(), Circuit::Open);
        assert_eq!(
            breaker.admit(now + Duration::from_secs(2)),
            Err(Duration::from_secs(3))
        );
    }

    #[test]
    fn one_probe_is_let_through_and_its_success_closes_the_circuit() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + POLICY.open_for;
        let probe = breaker.admit(later).unwrap();
        assert_eq!(breaker.circuit(), Circuit::HalfOpen);
        assert_eq!(breaker.admit(later), Err(POLICY.open_for), "no second probe");
        breaker.ended(probe, false, later);
        assert_eq!(breaker.circuit(), Circuit::Closed);
        assert!(breaker.admit(later).is_ok() && breaker.admit(later).is_ok());
    }

    #[test]
    fn one_that_nobody_calls_is_open_for_its_time_only() {
        let now = Instant::now();
        let breaker = opened(now);
        let soon = now + POLICY.open_for - Duration::from_millis(1);
        assert_eq!(breaker.circuit_at(soon), Circuit::Open);
        assert_eq!(breaker.circuit_at(now + POLICY.open_for), Circuit::HalfOpen);
    }

    #[test]
    fn every_probe_that_fails_doubles_the_time_up_to_a_bound() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        for seconds in [5, 10, 20, 40, 60, 60] {
            let rest = Duration::from_secs(seconds);
            assert_eq!(breaker.admit(now), Err(rest));
            now += rest;
            fail(&mut breaker, now);
        }
    }

    #[test]
    fn a_probe_that_was_dropped_makes_room_for_another() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + POLICY.open_for;
        let dropped = breaker.admit(later).unwrap();
        breaker.abandoned(dropped, later);
        let probe = breaker.admit(later).unwrap();
        assert_eq!(breaker.admit(later), Err(POLICY.open_for));
        breaker.ended(dropped, false, later);
        assert_eq!(breaker.circuit(), Circuit::HalfOpen, "only the probe decides");
        breaker.ended(probe, false, later);
        assert_eq!(breaker.circuit(), Circuit::Closed);
    }

    #[test]
    fn an_answer_to_a_call_from_before_the_circuit_opened_does_not_close_it() {
        let now = Instant::now();
        let mut breaker = Breaker::new(POLICY);
        let slow = breaker.admit(now).unwrap();
        (0..3).for_each(|_| fail(&mut breaker, now));
        let later = now + POLICY.open_for;
        let _probe = breaker.admit(later).unwrap();
        breaker.ended(slow, false, later);
        assert_eq!(breaker.circuit(), Circuit::HalfOpen);
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Call,
        End {
            which: prop::sample::Index,
            failed: bool,
        },
        Drop {
            which: prop::sample::Index,
        },
        Wait {
            seconds: u64,
        },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => Just(Step::Call),
            4 => (any::<prop::sample::Index>(), any::<bool>())
                .prop_map(|(which, failed)| Step::End { which, failed }),
            1 => any::<prop::sample::Index>().prop_map(|which| Step::Drop { which }),
            2 => (0_u64..90).prop_map(|seconds| Step::Wait { seconds }),
        ];
        prop::collection::vec(step, 0..200)
    }

    fn take(passes: &mut Vec<Pass>, which: prop::sample::Index) -> Option<Pass> {
        (!passes.is_empty()).then(|| passes.swap_remove(which.index(passes.len())))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// P20: whatever happens, no call is made while the circuit is open, one at a time while it is half open, and
        /// it never stays shut for good.
        #[test]
        fn it_holds_back_and_never_for_good(steps in steps()) {
            let mut now = Instant::now();
            let mut breaker = Breaker::new(POLICY);
            let mut passes = Vec::new();
            let mut open_until = None;
            for step in steps {
                match step {
                    Step::Call => {
                        let before = breaker.circuit();
                        match breaker.admit(now) {
                            Ok(pass) => {
                                prop_assert_ne!(before, Circuit::HalfOpen);
                                prop_assert!(open_until.is_none_or(|until| now >= until));
                                passes.push(pass);
                            }
                            Err(rest) => {
                                prop_assert_ne!(before, Circuit::Closed);
                                prop_assert!(!rest.is_zero() && rest <= POLICY.open_at_most);
                            }
                        }
                    }
                    Step::End { which, failed } => if let Some(pass) = take(&mut passes, which) {
                        breaker.ended(pass, failed, now);
                    },
                    Step::Drop { which } => if let Some(pass) = take(&mut passes, which) {
                        breaker.abandoned(pass, now);
                    },
                    Step::Wait { seconds } => now += Duration::from_secs(seconds),
                }
                open_until = match breaker.state {
                    State::Open { until, .. } => Some(until),
                    State::Closed { .. } | State::HalfOpen { .. } => None,
                };
            }
            passes.drain(..).for_each(|pass| breaker.abandoned(pass, now));
            prop_assert!(breaker.admit(now + POLICY.open_at_most).is_ok());
        }
    }
}
