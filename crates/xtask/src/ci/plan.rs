//! Which jobs a change needs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::base;
use super::job::Job;
use super::jobs::JOBS;

/// Every job, and whether it is to run. A skip that is not written here does not let a change in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Plan(pub(super) BTreeMap<String, bool>);

impl Plan {
    /// For a change since `base`; without one, every job.
    pub(crate) fn since(base: Option<&str>) -> anyhow::Result<Self> {
        let Some(base) = base else {
            return Ok(Self::of(|_| true));
        };
        let changed = base::changed(base)?;
        Ok(Self::of(|job| job.is_needed(&changed)))
    }

    fn of(runs: impl Fn(&Job) -> bool) -> Self {
        let runs = |job: &Job| (job.name.to_owned(), runs(job));
        Self(JOBS.iter().map(runs).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_base_every_job_runs() {
        let plan = Plan::since(None).unwrap();
        assert_eq!(plan.0.len(), JOBS.len());
        assert!(plan.0.values().all(|runs| *runs));
    }

    #[test]
    fn the_plan_is_an_object_of_names() {
        let plan = Plan(BTreeMap::from([
            ("fmt".to_owned(), true),
            ("infra".to_owned(), false),
        ]));
        assert_eq!(
            serde_json::to_string(&plan).unwrap(),
            r#"{"fmt":true,"infra":false}"#
        );
    }
}
