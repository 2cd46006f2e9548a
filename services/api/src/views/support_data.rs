//! How the reference data stand.

use std::collections::BTreeMap;

use loadsure_store::{JobView, KindStatus, Schedule};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// In one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SupportDataHealth)]
pub(crate) enum Health {
    /// Every list is loaded, and its last refresh succeeded.
    Healthy,
    /// Every list is loaded; the last refresh of at least one failed, so older data are in use.
    Degraded,
    /// At least one list was never loaded.
    Unavailable,
}

impl Health {
    pub(crate) fn of(lists: &[KindStatus]) -> Self {
        if lists.iter().any(|list| list.refreshed_at.is_none()) {
            Self::Unavailable
        } else if lists.iter().any(|list| list.error.is_some()) {
            Self::Degraded
        } else {
            Self::Healthy
        }
    }
}

/// The state of all lists.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SupportDataStatus)]
pub(crate) struct StatusView {
    /// The time of the list that was refreshed longest ago: all are at least as fresh (P42).
    #[serde(with = "time::serde::rfc3339::option")]
    last_updated: Option<OffsetDateTime>,
    /// Whether a worker is refreshing now.
    refresh_active: bool,
    /// Cron expression of five fields, in UTC.
    refresh_schedule: String,
    /// When the next refresh is due.
    #[serde(with = "time::serde::rfc3339::option")]
    next_refresh: Option<OffsetDateTime>,
    health_status: Health,
    /// Whether every list was loaded at least once.
    data_available: bool,
    /// Items of each list.
    counts: BTreeMap<&'static str, i64>,
    lists: Vec<ListView>,
}

/// The state of one list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SupportDataList)]
struct ListView {
    /// Its name, as in its route.
    name: &'static str,
    /// How many items it has.
    count: i64,
    /// When the data in use came from the insurer.
    #[serde(with = "time::serde::rfc3339::option")]
    last_updated: Option<OffsetDateTime>,
    /// When a refresh was last tried.
    #[serde(with = "time::serde::rfc3339::option")]
    last_attempt: Option<OffsetDateTime>,
    /// Whether it failed; the older data stay in use then.
    last_attempt_failed: bool,
}

impl StatusView {
    /// `configured` is what workers will keep as the schedule when none is kept yet.
    pub(crate) fn new(
        lists: &[KindStatus],
        refresh_active: bool,
        kept: Option<Schedule>,
        configured: &str,
    ) -> Self {
        let times: Option<Vec<OffsetDateTime>> = lists.iter().map(|list| list.refreshed_at).collect();
        let health_status = Health::of(lists);
        Self {
            last_updated: times.and_then(|times| times.into_iter().min()),
            refresh_active,
            next_refresh: kept.as_ref().map(|schedule| schedule.next_run_at),
            refresh_schedule: kept.map_or_else(|| configured.to_owned(), |schedule| schedule.cron),
            health_status,
            data_available: health_status != Health::Unavailable,
            counts: lists
                .iter()
                .map(|list| (list.kind.as_str(), list.count.unwrap_or_default()))
                .collect(),
            lists: lists.iter().map(ListView::from).collect(),
        }
    }
}

impl From<&KindStatus> for ListView {
    fn from(list: &KindStatus) -> Self {
        Self {
            name: list.kind.as_str(),
            count: list.count.unwrap_or_default(),
            last_updated: list.refreshed_at,
            last_attempt: list.attempted_at,
            last_attempt_failed: list.error.is_some(),
        }
    }
}

/// Whether the lists can be used.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SupportDataHealthBody)]
pub(crate) struct HealthView {
    /// `success`.
    status: &'static str,
    health_status: Health,
    /// Whether every list was loaded at least once.
    data_available: bool,
}

impl HealthView {
    pub(crate) fn new(health_status: Health) -> Self {
        Self {
            status: "success",
            data_available: health_status != Health::Unavailable,
            health_status,
        }
    }
}

/// How a refresh ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupportDataRefresh)]
pub(crate) struct RefreshView {
    /// `success`, or `accepted` while it is under way.
    status: &'static str,
    /// Lists with new data.
    #[schema(value_type = Vec<String>)]
    refreshed: Value,
    /// Lists that keep their old data.
    #[schema(value_type = Vec<String>)]
    failed: Value,
}

impl RefreshView {
    /// A refresh whose end was not waited for.
    pub(crate) fn under_way() -> Self {
        Self {
            status: "accepted",
            refreshed: Value::Array(Vec::new()),
            failed: Value::Array(Vec::new()),
        }
    }

    /// A refresh that has ended, by what the worker noted.
    pub(crate) fn of(job: &JobView) -> Self {
        let names = |field: &str| {
            let names = job.result.as_ref().and_then(|result| result.get(field));
            names.cloned().unwrap_or_else(|| Value::Array(Vec::new()))
        };
        Self {
            status: "success",
            refreshed: names("refreshed"),
            failed: names("failed"),
        }
    }
}

/// The schedule in use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SupportDataSchedule)]
pub(crate) struct ScheduleView {
    /// `success`.
    status: &'static str,
    /// Cron expression of five fields, in UTC.
    refresh_schedule: String,
    /// When the next refresh is due.
    #[serde(with = "time::serde::rfc3339")]
    next_refresh: OffsetDateTime,
}

impl From<Schedule> for ScheduleView {
    fn from(schedule: Schedule) -> Self {
        Self {
            status: "success",
            refresh_schedule: schedule.cron,
            next_refresh: schedule.next_run_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use loadsure_core::support_data::Kind;
    use time::macros::datetime;

    use super::*;

    fn list(kind: Kind, refreshed_at: Option<OffsetDateTime>, error: Option<&str>) -> KindStatus {
        KindStatus {
            kind,
            count: refreshed_at.map(|_| 3),
            refreshed_at,
            attempted_at: refreshed_at,
            error: error.map(str::to_owned),
        }
    }

    /// P42: a refresh that failed for one list makes nothing look fresher than that list is.
    #[test]
    fn the_whole_is_as_old_as_its_oldest_part() {
        let (old, new) = (datetime!(2026-11-23 0:00 UTC), datetime!(2026-11-24 0:00 UTC));
        let mut lists = vec![
            list(Kind::Commodities, Some(new), None),
            list(Kind::LoadTypes, Some(old), Some("the outcome is unknown")),
        ];
        let view = StatusView::new(&lists, false, None, "0 0 * * *");
        assert_eq!(
            (view.last_updated, view.health_status),
            (Some(old), Health::Degraded)
        );
        lists.push(list(Kind::FreightClasses, None, None));
        let view = StatusView::new(&lists, false, None, "0 0 * * *");
        assert_eq!(
            (view.last_updated, view.health_status),
            (None, Health::Unavailable)
        );
        assert!(!view.data_available);
    }
}
