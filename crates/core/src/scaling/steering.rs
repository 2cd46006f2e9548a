//! What operations asked for, and how a command changes it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::command::REASON_LENGTH;
use super::{Command, Limits, Mode, Refusal};

/// What operations asked for. What they did not ask for is as [`Configured`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Steering {
    /// Whether, why, by whom and since when nothing is changed.
    pub paused: Option<Pause>,
    /// The number of workers to keep to.
    pub pin: Option<u32>,
    /// The limits.
    pub limits: Option<Limits>,
    /// How far the monitor goes.
    pub mode: Option<Mode>,
}

/// A pause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pause {
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub by: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
}

/// How the leading monitor is configured: what holds where operations asked for nothing, and what they cannot exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configured {
    /// The limits.
    pub limits: Limits,
    /// The mode.
    pub mode: Mode,
    /// The most workers that limits may be set to.
    pub ceiling: u32,
}

/// Who asked, and when.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Who, as the audit log names them.
    pub actor: &'a str,
    /// When.
    pub at: OffsetDateTime,
}

impl Steering {
    /// The limits in force. What was asked for under another configuration does not exceed the ceiling of this one.
    #[must_use]
    pub fn limits(&self, configured: &Configured) -> Limits {
        let asked = self.limits.unwrap_or(configured.limits);
        asked.below(configured.ceiling)
    }

    /// The pin in force: within the limits in force.
    #[must_use]
    pub fn pin(&self, configured: &Configured) -> Option<u32> {
        let limits = self.limits(configured);
        self.pin.map(|workers| limits.clamp(workers))
    }

    /// The mode in force.
    #[must_use]
    pub fn mode(&self, configured: &Configured) -> Mode {
        self.mode.unwrap_or(configured.mode)
    }

    /// What is asked for once a command is applied. That a proposal is there and open is for the storage to check.
    ///
    /// # Errors
    /// When the command contradicts what holds already, or makes no sense.
    pub fn apply(
        &self,
        command: &Command,
        origin: Origin<'_>,
        configured: &Configured,
    ) -> Result<Self, Refusal> {
        let mut after = self.clone();
        match command {
            Command::Pause { reason } => after.paused = Some(pause(reason, origin)?),
            Command::Resume => after.paused = None,
            Command::Pin { workers } => {
                let limits = self.limits(configured);
                if workers.is_some_and(|workers| limits.clamp(workers) != workers) {
                    let (min, max) = (limits.min(), limits.max());
                    return Err(Refusal::PinOutsideLimits { min, max });
                }
                after.pin = *workers;
            }
            Command::Limits { min, max } => after.limits = Some(self.narrow(*min, *max, configured)?),
            Command::Mode { mode } => after.mode = Some(*mode),
            Command::Confirm { .. } => self.may_confirm(configured)?,
        }
        Ok(after)
    }

    fn narrow(&self, min: u32, max: u32, configured: &Configured) -> Result<Limits, Refusal> {
        let numbers = (min.try_into().ok()).zip(max.try_into().ok());
        let (fewest, most) = numbers.filter(|_| min <= max).ok_or(Refusal::ImpossibleLimits)?;
        let ceiling = configured.ceiling;
        if max > ceiling {
            return Err(Refusal::AboveCeiling { ceiling });
        }
        match self.pin {
            Some(workers) if !(min..=max).contains(&workers) => Err(Refusal::PinExcluded { workers }),
            _ => Ok(Limits::new(fewest, most)),
        }
    }

    fn may_confirm(&self, configured: &Configured) -> Result<(), Refusal> {
        let mode = self.mode(configured);
        if self.paused.is_some() {
            Err(Refusal::Paused)
        } else if mode == Mode::Propose {
            Ok(())
        } else {
            Err(Refusal::NotProposing { mode })
        }
    }
}

fn pause(reason: &str, origin: Origin<'_>) -> Result<Pause, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_LENGTH {
        return Err(Refusal::UnusableReason);
    }
    Ok(Pause {
        reason: reason.to_owned(),
        by: origin.actor.to_owned(),
        since: origin.at,
    })
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const CONFIRM: Command = Command::Confirm {
        proposal: Uuid::nil(),
    };

    fn limits(min: u32, max: u32) -> Limits {
        let nonzero = |number| NonZeroU32::new(number).unwrap();
        Limits::new(nonzero(min), nonzero(max))
    }

    fn configured() -> Configured {
        under(8)
    }

    fn under(ceiling: u32) -> Configured {
        Configured {
            limits: limits(1, ceiling.min(5)),
            mode: Mode::Observe,
            ceiling,
        }
    }

    fn apply(steering: &Steering, command: Command) -> Result<Steering, Refusal> {
        apply_under(steering, command, &configured())
    }

    fn apply_under(
        steering: &Steering,
        command: Command,
        configured: &Configured,
    ) -> Result<Steering, Refusal> {
        let origin = Origin {
            actor: "ctl:ada",
            at: OffsetDateTime::UNIX_EPOCH,
        };
        steering.apply(&command, origin, configured)
    }

    #[test]
    fn a_pause_says_why_and_by_whom_and_ends_with_a_resume() {
        let reason = " insurer migrates ".to_owned();
        let paused = apply(&Steering::default(), Command::Pause { reason }).unwrap();
        let pause = paused.paused.as_ref().unwrap();
        assert_eq!(
            (pause.reason.as_str(), pause.by.as_str()),
            ("insurer migrates", "ctl:ada")
        );
        assert_eq!(apply(&paused, Command::Resume).unwrap(), Steering::default());
        for reason in ["  ".to_owned(), "x".repeat(201)] {
            let refused = apply(&Steering::default(), Command::Pause { reason });
            assert_eq!(refused, Err(Refusal::UnusableReason));
        }
    }

    #[test]
    fn a_pin_and_the_limits_never_contradict_each_other() {
        let pin = |workers| Command::Pin { workers };
        let set = |min, max| Command::Limits { min, max };
        let free = Steering::default();
        let outside = Err(Refusal::PinOutsideLimits { min: 1, max: 5 });
        assert_eq!(apply(&free, pin(Some(6))), outside);
        assert_eq!(apply(&free, pin(Some(0))), outside);
        let wide = apply(&free, set(2, 8)).unwrap();
        let pinned = apply(&wide, pin(Some(6))).unwrap();
        assert_eq!(
            apply(&pinned, set(2, 5)),
            Err(Refusal::PinExcluded { workers: 6 })
        );
        let unpinned = apply(&pinned, pin(None)).unwrap();
        assert_eq!(apply(&unpinned, set(2, 5)).unwrap().limits, Some(limits(2, 5)));
    }

    #[test]
    fn limits_stay_between_one_and_the_ceiling() {
        let set = |min, max| apply(&Steering::default(), Command::Limits { min, max });
        for (min, max) in [(0, 3), (0, 0), (4, 3)] {
            assert_eq!(set(min, max), Err(Refusal::ImpossibleLimits), "{min} to {max}");
        }
        assert_eq!(set(1, 9), Err(Refusal::AboveCeiling { ceiling: 8 }));
    }

    #[test]
    fn a_lowered_ceiling_holds_for_what_was_asked_for_before() {
        let wide = apply(&Steering::default(), Command::Limits { min: 6, max: 8 }).unwrap();
        let pinned = apply(&wide, Command::Pin { workers: Some(8) }).unwrap();
        let lowered = under(5);
        assert_eq!(pinned.limits(&lowered), limits(5, 5));
        assert_eq!(pinned.pin(&lowered), Some(5));
        assert_eq!(pinned.limits(&configured()), limits(6, 8), "and is not forgotten");
        assert_eq!(pinned.pin(&configured()), Some(8));
    }

    #[test]
    fn a_proposal_is_confirmed_only_where_proposals_are_made_and_nothing_is_paused() {
        let observing = Steering::default();
        let mode = Mode::Observe;
        assert_eq!(apply(&observing, CONFIRM), Err(Refusal::NotProposing { mode }));
        let mode = Mode::Propose;
        let proposing = apply(&observing, Command::Mode { mode }).unwrap();
        assert_eq!(apply(&proposing, CONFIRM).as_ref(), Ok(&proposing));
        let reason = "wait".to_owned();
        let paused = apply(&proposing, Command::Pause { reason }).unwrap();
        assert_eq!(apply(&paused, CONFIRM), Err(Refusal::Paused));
    }

    #[test]
    fn what_was_written_by_an_older_version_is_read() {
        assert_eq!(
            serde_json::from_str::<Steering>("{}").unwrap(),
            Steering::default()
        );
    }

    fn any_command() -> impl Strategy<Value = Command> {
        let number = || 0_u32..12;
        prop_oneof![
            ".{0,210}".prop_map(|reason| Command::Pause { reason }),
            Just(Command::Resume),
            prop::option::of(number()).prop_map(|workers| Command::Pin { workers }),
            (number(), number()).prop_map(|(min, max)| Command::Limits { min, max }),
            prop::sample::select(&Mode::ALL[..]).prop_map(|mode| Command::Mode { mode }),
            Just(CONFIRM),
        ]
    }

    proptest! {
        /// Whatever is asked for in whatever order, and however the monitor is configured meanwhile, the limits make sense
        /// and the pin lies within them.
        #[test]
        fn no_sequence_of_commands_leads_to_a_contradiction(
            commands in prop::collection::vec((any_command(), 1_u32..12), 0..30),
        ) {
            let mut steering = Steering::default();
            for (command, ceiling) in commands {
                let configured = under(ceiling);
                steering = apply_under(&steering, command, &configured).unwrap_or(steering);
                let limits = steering.limits(&configured);
                prop_assert!(1 <= limits.min() && limits.min() <= limits.max() && limits.max() <= ceiling);
                prop_assert!(steering.pin(&configured).is_none_or(|pin| limits.clamp(pin) == pin));
            }
        }

        /// Under one configuration, what is asked for is what holds.
        #[test]
        fn what_was_applied_holds_as_it_was_asked_for(commands in prop::collection::vec(any_command(), 0..30)) {
            let mut steering = Steering::default();
            for command in commands {
                steering = apply(&steering, command).unwrap_or(steering);
                prop_assert_eq!(steering.pin(&configured()), steering.pin);
                let limits = steering.limits.unwrap_or(configured().limits);
                prop_assert_eq!(steering.limits(&configured()), limits);
            }
        }

        #[test]
        fn commands_and_steering_survive_the_way_through_text(commands in prop::collection::vec(any_command(), 1..5)) {
            let mut steering = Steering::default();
            for command in commands {
                let text = serde_json::to_string(&command).unwrap();
                prop_assert_eq!(&serde_json::from_str::<Command>(&text).unwrap(), &command);
                steering = apply(&steering, command).unwrap_or(steering);
            }
            let text = serde_json::to_string(&steering).unwrap();
            prop_assert_eq!(serde_json::from_str::<Steering>(&text).unwrap(), steering);
        }
    }
}
