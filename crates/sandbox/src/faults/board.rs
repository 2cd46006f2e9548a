use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::dice::Dice;
use super::rule::{Fault, Kind, Rules};
use crate::operation::Operation;
use crate::sync::lock;

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Board {
    /// Lets a request without faults pass without a lock.
    armed: AtomicBool,
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    rules: Vec<RuleState>,
    dice: Dice,
    seed: u64,
}

/// A rule and how often it struck.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RuleState {
    /// The rule.
    pub rule: Fault,
    /// How often it struck.
    pub hits: u32,
}

/// What `GET /_sandbox/faults` shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Active {
    /// The rules in order.
    pub rules: Vec<RuleState>,
    /// The seed that the dice began with.
    pub seed: u64,
}

impl Board {
    pub(crate) const fn new(seed: u64) -> Self {
        let state = State {
            rules: Vec::new(),
            dice: Dice::new(seed),
            seed,
        };
        Self {
            armed: AtomicBool::new(false),
            seed,
            state: Mutex::new(state),
        }
    }

    /// Replaces all rules and begins with fresh dice.
    pub(crate) fn set(&self, rules: Rules) {
        let seed = rules.seed.unwrap_or(self.seed);
        let armed = !rules.rules.is_empty();
        let rules = rules
            .rules
            .into_iter()
            .map(|rule| RuleState { rule, hits: 0 })
            .collect();
        *lock(&self.state) = State {
            rules,
            dice: Dice::new(seed),
            seed,
        };
        self.armed.store(armed, Ordering::Release);
    }

    pub(crate) fn active(&self) -> Active {
        let state = lock(&self.state);
        Active {
            rules: state.rules.clone(),
            seed: state.seed,
        }
    }

    /// The fault that strikes a call of `operation`, if any.
    pub(crate) fn draw(&self, operation: Operation) -> Option<Kind> {
        if !self.armed.load(Ordering::Acquire) {
            return None;
        }
        let mut state = lock(&self.state);
        let State { rules, dice, .. } = &mut *state;
        let struck = rules.iter_mut().find(|entry| {
            entry.rule.target.covers(operation)
                && entry.rule.times.is_none_or(|times| entry.hits < times)
                && dice.hits(entry.rule.probability)
        })?;
        struck.hits = struck.hits.saturating_add(1);
        Some(struck.rule.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_strikes_its_operation_as_often_as_it_may() {
        let board = Board::new(0);
        let rule = Fault {
            times: Some(2),
            ..Fault::always(Operation::Quote, Kind::Truncate)
        };
        board.set(Rules {
            rules: vec![rule],
            seed: None,
        });
        assert_eq!(board.draw(Operation::PurchaseQuote), None);
        let drawn: Vec<_> = (0..3).map(|_| board.draw(Operation::Quote)).collect();
        assert_eq!(drawn, [Some(Kind::Truncate), Some(Kind::Truncate), None]);
        assert_eq!(board.active().rules[0].hits, 2);
        board.set(Rules::default());
        assert_eq!(board.draw(Operation::Quote), None);
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls() {
        let board = Board::new(0);
        let rule = Fault {
            probability: 0.5,
            ..Fault::always(Operation::Quote, Kind::Truncate)
        };
        let run = |seed| {
            board.set(Rules {
                rules: vec![rule],
                seed: Some(seed),
            });
            (0..64)
                .map(|_| board.draw(Operation::Quote).is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}
