//! Dead letters, and why each came about.

use std::time::Duration;

use time::OffsetDateTime;

use super::books::DeadJob;
use super::drive::Strike;

/// A job that was given up, with the faults that it met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Death {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) code: String,
    /// Faults that were active while the job lived.
    pub(crate) during: Vec<&'static str>,
}

impl Death {
    /// Whether it is the insurer's doing, while faults were active. A fault of ours, such as a panic or an entry that
    /// was delivered too often, is never explained.
    pub(crate) fn is_explained(&self) -> bool {
        self.code.starts_with("insurer_") && !self.during.is_empty()
    }
}

/// Explains each dead job by the faults between its acceptance and its death.
pub(crate) fn explain(dead: &[DeadJob], strikes: &[Strike], start: OffsetDateTime) -> Vec<Death> {
    let since = |at: OffsetDateTime| Duration::try_from(at - start).unwrap_or_default();
    dead.iter()
        .map(|job| {
            let (accepted, died) = (since(job.accepted_at), since(job.died_at));
            let met = strikes.iter().filter(|strike| strike.meets(accepted, died));
            let mut during: Vec<_> = met.map(|strike| strike.fault.name()).collect();
            during.sort_unstable();
            during.dedup();
            Death {
                id: job.id.clone(),
                kind: job.kind.clone(),
                code: job.code.clone(),
                during,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::chaos::faults::{Fault, Insurer};

    #[test]
    fn a_fault_of_ours_is_never_explained() {
        let death = |code: &str, during: &[&'static str]| Death {
            id: "j".into(),
            kind: "booking".into(),
            code: code.into(),
            during: during.to_vec(),
        };
        assert!(death("insurer_unavailable", &["insurer-away"]).is_explained());
        assert!(!death("internal", &["worker-killed"]).is_explained());
        assert!(!death("insurer_unavailable", &[]).is_explained());
    }

    #[test]
    fn a_dead_job_is_explained_by_the_faults_of_its_life() {
        let start = datetime!(2026-01-01 00:00 UTC);
        let strike = Strike {
            fault: Fault::Insurer(Insurer::TooMany),
            injected: Duration::from_secs(10),
            healed: Duration::from_secs(15),
            struck: true,
        };
        let job = |accepted: i64, died: i64| DeadJob {
            id: "j".into(),
            kind: "quote".into(),
            code: "insurer_unavailable".into(),
            accepted_at: start + time::Duration::seconds(accepted),
            died_at: start + time::Duration::seconds(died),
        };
        let explained = |accepted, died| {
            explain(&[job(accepted, died)], std::slice::from_ref(&strike), start)[0]
                .during
                .clone()
        };
        assert_eq!(explained(9, 12), ["insurer-429"]);
        assert_eq!(explained(14, 30), ["insurer-429"]);
        assert!(explained(16, 30).is_empty());
        assert!(explained(1, 9).is_empty());
    }
}
