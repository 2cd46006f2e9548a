use serde::{Deserialize, Serialize};

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
pub struct RuleError(&'static str);

/// A rule as it is written: one object, whatever its kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flat {
    operation: Target,
    kind: String,
    #[serde(default = "certain")]
    probability: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_s: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success_false: Option<bool>,
}

const fn certain() -> f64 {
    1.0
}

impl TryFrom<Flat> for Fault {
    type Error = RuleError;

    fn try_from(mut flat: Flat) -> Result<Self, RuleError> {
        if !(0.0..=1.0).contains(&flat.probability) {
            return Err(RuleError("probability is not between 0 and 1"));
        }
        let kind = kind(&mut flat)?;
        // What `kind` did not take does not belong to it.
        let rest = (
            flat.ms,
            flat.retry_after_s,
            flat.status,
            flat.commits,
            flat.success_false,
        );
        if rest != (None, None, None, None, None) {
            return Err(RuleError("a parameter that this kind does not have"));
        }
        Ok(Self {
            target: flat.operation,
            kind,
            probability: flat.probability,
            times: flat.times,
        })
    }
}

fn kind(flat: &mut Flat) -> Result<Kind, RuleError> {
    let kind = match flat.kind.as_str() {
        "slow" => Kind::Slow {
            ms: flat.ms.take().ok_or(RuleError("slow needs ms"))?,
            commits: commits(flat),
        },
        "hang" => Kind::Hang {
            commits: commits(flat),
        },
        "reset_before" => Kind::ResetBefore,
        "reset_after" => Kind::ResetAfter,
        "truncate" => Kind::Truncate,
        "rate_limited" => Kind::RateLimited {
            retry_after_s: flat.retry_after_s.take(),
        },
        "unavailable" => Kind::Unavailable {
            retry_after_s: flat.retry_after_s.take(),
        },
        "server_error_html" => {
            let status = flat.status.take().unwrap_or(500);
            if !(500..=599).contains(&status) {
                return Err(RuleError("status is not between 500 and 599"));
            }
            Kind::ServerErrorHtml {
                status,
                commits: commits(flat),
            }
        }
        "ok_with_errors" => Kind::OkWithErrors {
            success_false: flat.success_false.take().unwrap_or(false),
        },
        "string_errors" => Kind::StringErrors,
        "unauthorized" => Kind::Unauthorized,
        "garbage" => Kind::Garbage {
            commits: commits(flat),
        },
        _ => return Err(RuleError("no such kind of fault")),
    };
    Ok(kind)
}

fn commits(flat: &mut Flat) -> bool {
    flat.commits.take().unwrap_or(false)
}

impl From<Fault> for Flat {
    fn from(fault: Fault) -> Self {
        let mut flat = Self {
            operation: fault.target,
            kind: fault.kind.name().to_owned(),
            probability: fault.probability,
            times: fault.times,
            ms: None,
            retry_after_s: None,
            status: None,
            commits: None,
            success_false: None,
        };
        match fault.kind {
            Kind::Slow { ms, commits } => (flat.ms, flat.commits) = (Some(ms), Some(commits)),
            Kind::Hang { commits } | Kind::Garbage { commits } => flat.commits = Some(commits),
            Kind::RateLimited { retry_after_s } | Kind::Unavailable { retry_after_s } => {
                flat.retry_after_s = retry_after_s;
            }
            Kind::ServerErrorHtml { status, commits } => {
                (flat.status, flat.commits) = (Some(status), Some(commits));
            }
            Kind::OkWithErrors { success_false } => flat.success_false = Some(success_false),
            Kind::ResetBefore
            | Kind::ResetAfter
            | Kind::Truncate
            | Kind::StringErrors
            | Kind::Unauthorized => {}
        }
        flat
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_reads_back_as_it_was_written() {
        let rules = [
            json!({"operation": "*", "kind": "slow", "probability": 0.5, "ms": 20, "commits": true}),
            json!({"operation": "quote", "kind": "rate_limited", "probability": 1.0, "retry_after_s": 3}),
            json!({"operation": "purchaseQuote", "kind": "server_error_html", "probability": 1.0,
                "times": 2, "status": 502, "commits": false}),
        ];
        for rule in rules {
            let fault: Fault = serde_json::from_value(rule.clone()).unwrap();
            assert_eq!(serde_json::to_value(fault).unwrap(), rule);
        }
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        let rules = [
            json!({"operation": "quote", "kind": "explode"}),
            json!({"operation": "quotes", "kind": "hang"}),
            json!({"operation": "quote", "kind": "slow"}),
            json!({"operation": "quote", "kind": "hang", "ms": 5}),
            json!({"operation": "quote", "kind": "hang", "time": 1}),
            json!({"operation": "quote", "kind": "hang", "probability": 1.5}),
            json!({"operation": "quote", "kind": "server_error_html", "status": 404}),
        ];
        for rule in rules {
            assert!(serde_json::from_value::<Fault>(rule.clone()).is_err(), "{rule}");
        }
    }
}
