use serde::{Deserialize, Serialize};

use super::flat::Flat;
use crate::operation::Operation;

/// Which operations a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// All of them; written `*`.
    Any,
    /// One of them.
    One(Operation),
}

impl Target {
    pub(crate) fn covers(self, operation: Operation) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == operation,
        }
    }
}

impl TryFrom<String> for Target {
    type Error = RuleError;

    fn try_from(name: String) -> Result<Self, RuleError> {
        if name == "*" {
            return Ok(Self::Any);
        }
        Operation::named(&name)
            .map(Self::One)
            .ok_or(RuleError("operation is neither * nor an operation"))
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        match target {
            Target::Any => "*".to_owned(),
            Target::One(operation) => operation.name().to_owned(),
        }
    }
}

/// What goes wrong. `commits`: whether the work is done although the answer is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The answer comes late. With `commits` the work is done before the wait, else after it, so
    /// that a caller who gave up leaves nothing behind.
    Slow {
        /// The wait, in milliseconds.
        ms: u64,
        /// See [`Kind`].
        commits: bool,
    },
    /// No answer ever.
    Hang {
        /// See [`Kind`].
        commits: bool,
    },
    /// The connection is reset before anything is done.
    ResetBefore,
    /// The work is done, then the connection is reset without an answer.
    ResetAfter,
    /// The work is done, then the connection ends in the middle of the answer.
    Truncate,
    /// 429, nothing done.
    RateLimited {
        /// `Retry-After` in seconds; without it the header is left out.
        retry_after_s: Option<u32>,
    },
    /// 503, nothing done.
    Unavailable {
        /// `Retry-After` in seconds; without it the header is left out.
        retry_after_s: Option<u32>,
    },
    /// A 5xx with a page of HTML.
    ServerErrorHtml {
        /// 500 to 599.
        status: u16,
        /// See [`Kind`].
        commits: bool,
    },
    /// 200 whose body lists errors; nothing done.
    OkWithErrors {
        /// Whether the body says `success:false` too.
        success_false: bool,
    },
    /// 400 whose errors are plain strings; nothing done.
    StringErrors,
    /// 401 as for a wrong key; nothing done.
    Unauthorized,
    /// 200 with `text/html`.
    Garbage {
        /// See [`Kind`].
        commits: bool,
    },
}

impl Kind {
    /// The name in fault rules.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slow { .. } => "slow",
            Self::Hang { .. } => "hang",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::Truncate => "truncate",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable { .. } => "unavailable",
            Self::ServerErrorHtml { .. } => "server_error_html",
            Self::OkWithErrors { .. } => "ok_with_errors",
            Self::StringErrors => "string_errors",
            Self::Unauthorized => "unauthorized",
            Self::Garbage { .. } => "garbage",
        }
    }
}

/// One rule: which fault, where, how often.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub struct Fault {
    /// Where.
    pub target: Target,
    /// What.
    pub kind: Kind,
    /// Chance for each request, 0 to 1.
    pub probability: f64,
    /// How many times at most; without it, always.
    pub times: Option<u32>,
}

impl Fault {
    /// Happens at every call of `operation`.
    #[must_use]
    pub const fn always(operation: Operation, kind: Kind) -> Self {
        Self {
            target: Target::One(operation),
            kind,
            probability: 1.0,
            times: None,
        }
    }

    /// Happens at the next call of `operation` only.
    #[must_use]
    pub const fn once(operation: Operation, kind: Kind) -> Self {
        Self {
            times: Some(1),
            ..Self::always(operation, kind)
        }
    }
}

/// Body of `PUT /_sandbox/faults`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The first rule that covers an operation and whose dice hit decides.
    pub rules: Vec<Fault>,
    /// Seed of the dice; without it that of the configuration.
    pub seed: Option<u64>,
}

/// Why a rule makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(pub(super) &'static str);
