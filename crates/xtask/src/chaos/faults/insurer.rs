//! The insurer, by the fault rules of the sandbox (see its README).

use serde_json::{Value, json};

use crate::chaos::stack::Stack;

/// Faults of the insurer's API and of the way to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Insurer {
    Slow,
    /// Never answers, having done nothing.
    Hangs,
    /// Never answers, having done what was asked.
    HangsAfter,
    ResetBefore,
    ResetAfter,
    Truncated,
    TooMany,
    Unavailable,
    /// Status 502 with a page, done or not.
    Html,
    OkWithErrors,
    /// Not reachable.
    Away,
}

impl Insurer {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Slow => "insurer-slow",
            Self::Hangs => "insurer-hangs",
            Self::HangsAfter => "insurer-hangs-after",
            Self::ResetBefore => "insurer-reset-before",
            Self::ResetAfter => "insurer-reset-after",
            Self::Truncated => "insurer-truncated",
            Self::TooMany => "insurer-429",
            Self::Unavailable => "insurer-503",
            Self::Html => "insurer-html",
            Self::OkWithErrors => "insurer-200-errors",
            Self::Away => "insurer-away",
        }
    }

    /// Rules for the sandbox, the first that applies deciding. Each leaves some calls alone, so that work
    /// goes on beside the fault.
    fn rules(self) -> Vec<Value> {
        let rule = |kind: &str, probability: f64, extra: Value| {
            let mut rule = json!({"operation": "*", "kind": kind, "probability": probability});
            if let (Some(rule), Value::Object(extra)) = (rule.as_object_mut(), extra) {
                rule.extend(extra);
            }
            rule
        };
        match self {
            Self::Slow => vec![rule("slow", 0.7, json!({"ms": 1_200, "commits": true}))],
            Self::Hangs => vec![rule("hang", 0.4, json!({}))],
            Self::HangsAfter => vec![rule("hang", 0.4, json!({"commits": true}))],
            Self::ResetBefore => vec![rule("reset_before", 0.6, json!({}))],
            Self::ResetAfter => vec![rule("reset_after", 0.6, json!({}))],
            Self::Truncated => vec![rule("truncate", 0.5, json!({}))],
            Self::TooMany => vec![rule("rate_limited", 0.8, json!({"retry_after_s": 1}))],
            Self::Unavailable => vec![rule("unavailable", 0.7, json!({"retry_after_s": 1}))],
            Self::Html => vec![
                rule("server_error_html", 0.3, json!({"status": 502, "commits": true})),
                rule("server_error_html", 0.4, json!({"status": 502})),
                rule("garbage", 0.2, json!({"commits": true})),
            ],
            Self::OkWithErrors => vec![
                rule("ok_with_errors", 0.3, json!({})),
                rule("ok_with_errors", 0.3, json!({"success_false": true})),
            ],
            Self::Away => Vec::new(),
        }
    }

    pub(super) async fn inject(self, stack: &Stack, seed: u64) -> anyhow::Result<()> {
        match self {
            Self::Away => stack.insurer_proxy.down().await?,
            _ => {
                stack
                    .sandbox
                    .faults(&json!({"seed": seed, "rules": self.rules()}))
                    .await?
            }
        }
        Ok(())
    }

    pub(super) async fn heal(self, stack: &Stack) -> anyhow::Result<()> {
        match self {
            Self::Away => stack.insurer_proxy.pass().await?,
            _ => stack.sandbox.no_faults().await?,
        }
        Ok(())
    }
}
