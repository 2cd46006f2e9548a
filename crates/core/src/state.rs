//! State machines: one `transition` per machine, from which everything else, the SQL guards too, is derived.

use std::fmt::Debug;

/// The event is not possible in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event} is not possible in state {from}")]
pub struct Refused {
    /// The state.
    pub from: &'static str,
    /// The event.
    pub event: &'static str,
}

/// A state that changes by events.
pub trait State: Copy + Eq + Debug + 'static {
    /// What can happen.
    type Event: Copy + Debug;

    /// All states.
    const ALL: &'static [Self];

    /// The name used by callers and the database.
    fn as_str(self) -> &'static str;

    /// The state after an event.
    ///
    /// # Errors
    /// When the event is not possible in this state.
    fn transition(self, event: Self::Event) -> Result<Self, Refused>;

    /// The names of all states in which an event is possible: the guard of the SQL update that records it.
    fn sources(event: Self::Event) -> Vec<&'static str> {
        Self::ALL
            .iter()
            .filter(|state| state.transition(event).is_ok())
            .map(|state| state.as_str())
            .collect()
    }
}

/// Declares the names of states, and the way back from a name.
macro_rules! state_names {
    ($name:ident { $($variant:ident: $text:literal),+ $(,)? }) => {
        impl $name {
            /// The name used by callers and the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::invalid::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::invalid::Invalid::new(
                        $crate::invalid::FieldCode::NotOneOf,
                        concat!("must be one of", $(" ", $text),+),
                    )),
                }
            }
        }
    };
}
pub(crate) use state_names;
