//! The declaration of one environment variable.

use std::fmt;

/// A program that reads configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// The REST API.
    Api,
    /// The worker.
    Worker,
    /// The queue monitor.
    QueueMonitor,
    /// The operator's command line.
    Ctl,
}

impl Service {
    /// All of them, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::Api, Self::Worker, Self::QueueMonitor, Self::Ctl];

    /// The name of the component, as in its deployment.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Worker => "worker",
            Self::QueueMonitor => "queue-monitor",
            Self::Ctl => "loadsurectl",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What holds when a variable is missing or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing: the process does not start.
    Required,
    /// The feature that it configures is off, or the rest says what holds.
    Optional,
    /// This text is read instead.
    Text(&'static str),
    /// The value follows from something else, described here.
    Derived(&'static str),
}

/// An environment variable: the only place that knows its name and its default.
#[derive(Debug, Clone, Copy)]
pub struct Var {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in sentences, with the unit and the rules that it must keep.
    pub description: &'static str,
    /// What holds without it.
    pub fallback: Fallback,
    /// Whether its value may never be shown.
    pub secret: bool,
    /// The programs that read it.
    pub read_by: &'static [Service],
}

impl Var {
    pub(crate) const fn required(
        name: &'static str,
        read_by: &'static [Service],
        description: &'static str,
    ) -> Self {
        Self {
            name,
            description,
            fallback: Fallback::Required,
            secret: false,
            read_by,
        }
    }

    pub(crate) const fn optional(
        name: &'static str,
        read_by: &'static [Service],
        description: &'static str,
    ) -> Self {
        Self {
            fallback: Fallback::Optional,
            ..Self::required(name, read_by, description)
        }
    }

    pub(crate) const fn or(self, default: &'static str) -> Self {
        Self {
            fallback: Fallback::Text(default),
            ..self
        }
    }

    pub(crate) const fn or_derived(self, from: &'static str) -> Self {
        Self {
            fallback: Fallback::Derived(from),
            ..self
        }
    }

    pub(crate) const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// The default that is read when the variable is missing, if there is one.
    #[must_use]
    pub const fn default(&self) -> Option<&'static str> {
        match self.fallback {
            Fallback::Text(text) => Some(text),
            Fallback::Required | Fallback::Optional | Fallback::Derived(_) => None,
        }
    }
}
