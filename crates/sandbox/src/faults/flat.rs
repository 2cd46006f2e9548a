use serde::{Deserialize, Serialize};

use super::rule::{Fault, Kind, RuleError, Target};

/// A rule as it is written: one object, whatever its kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flat {
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
