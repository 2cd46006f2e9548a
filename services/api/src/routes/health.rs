//! Whether this process lives, and can do its work.

use std::future::Future;
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig};
use serde::Serialize;
use utoipa::ToSchema;

use super::Endpoint;
use crate::state::AppState;

/// Longest time for one check.
const MOST: Duration = Duration::from_secs(1);

pub(super) fn configure(config: &mut ServiceConfig) {
    Endpoint::at("/health").public(health).register(config);
    Endpoint::at("/health/live").public(live).register(config);
    Endpoint::at("/health/ready").public(ready).register(config);
}

/// How things are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    /// `ok`, `unavailable` or `stopping`.
    status: &'static str,
    /// What the service depends on.
    dependencies: Dependencies,
}

/// In one word.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Liveness {
    /// `live`, `ready` or `unready`.
    status: &'static str,
}

/// What the service depends on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dependencies {
    database: Dependency,
    queue: Dependency,
    cache: Dependency,
}

/// One of them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dependency {
    /// `up` or `down`.
    #[schema(value_type = String)]
    status: State,
    /// Time that its answer took, in milliseconds, at most 1000.
    time_ms: u64,
}

/// Whether work can be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Up,
    Down,
}

impl Dependency {
    fn is_up(&self) -> bool {
        self.status == State::Up
    }
}

/// Each dependency with its state and time; 503 unless work can be accepted. The cache may be away: limits are then
/// not enforced and reference data come from the database, which is no reason to send callers away.
#[utoipa::path(
    get,
    path = "/health",
    tag = "operations",
    responses(
        (status = 200, description = "Work can be accepted", body = Health),
        (status = 503, description = "Work cannot be accepted now", body = Health),
    ),
    security(()),
)]
pub(crate) async fn health(state: Data<AppState>) -> HttpResponse {
    let (database, queue, cache) = tokio::join!(
        check(state.schema.is_usable()),
        check(answers(state.queue.ping())),
        check(answers(state.cache.probe())),
    );
    let works = database.is_up() && queue.is_up();
    let (code, status) = match (state.is_stopping(), works) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        (false, false) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (false, true) => (StatusCode::OK, "ok"),
    };
    let dependencies = Dependencies {
        database,
        queue,
        cache,
    };
    HttpResponse::build(code).json(Health { status, dependencies })
}

/// Whether this process runs.
#[utoipa::path(
    get,
    path = "/health/live",
    tag = "operations",
    responses((status = 200, description = "It does", body = Liveness)),
    security(()),
)]
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Liveness { status: "live" })
}

/// Whether this process should be given requests.
#[utoipa::path(
    get,
    path = "/health/ready",
    tag = "operations",
    responses(
        (status = 200, description = "It should", body = Liveness),
        (status = 503, description = "It should not: database or queue are away, migrations are missing, or it is stopping", body = Liveness),
    ),
    security(()),
)]
pub(crate) async fn ready(state: Data<AppState>) -> HttpResponse {
    if is_ready(&state).await {
        HttpResponse::Ok().json(Liveness { status: "ready" })
    } else {
        HttpResponse::ServiceUnavailable().json(Liveness { status: "unready" })
    }
}

/// Whether work can be accepted now.
pub(crate) async fn is_ready(state: &AppState) -> bool {
    let (database, queue) = tokio::join!(
        check(state.schema.is_usable()),
        check(answers(state.queue.ping()))
    );
    !state.is_stopping() && database.is_up() && queue.is_up()
}

/// That it answers is all that is asked of it.
async fn answers<T, E>(probe: impl Future<Output = Result<T, E>>) -> Result<bool, E> {
    probe.await.map(|_| true)
}

async fn check<E>(probe: impl Future<Output = Result<bool, E>>) -> Dependency {
    let started = Instant::now();
    let is_up = matches!(tokio::time::timeout(MOST, probe).await, Ok(Ok(true)));
    Dependency {
        status: if is_up { State::Up } else { State::Down },
        time_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
