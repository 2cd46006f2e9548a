//! All variables, in the order of `.env.sample`.

use crate::{
    Var, app, auth, database, deploy, http, insurer, monitor, rate_limit, redis, support_data, telemetry,
    worker,
};

/// Variables that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Heading.
    pub title: &'static str,
    /// The variables, in reading order.
    pub vars: &'static [Var],
}

/// All variables by group.
pub const GROUPS: &[Group] = &[
    app::GROUP,
    database::GROUP,
    redis::GROUP,
    insurer::GROUP,
    http::GROUP,
    auth::GROUP,
    rate_limit::GROUP,
    support_data::GROUP,
    worker::GROUP,
    monitor::GROUP,
    deploy::GROUP,
    telemetry::GROUP,
];

/// All variables, in order.
pub fn variables() -> impl Iterator<Item = &'static Var> {
    GROUPS.iter().flat_map(|group| group.vars)
}
