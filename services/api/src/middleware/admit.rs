//! Who calls, how often, and with which rights; before anything is said about routes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};
use loadsure_cache::rate_limit::Decision;
use loadsure_config::AuthMode;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::ApiKeyId;
use loadsure_core::ports::Fault;
use loadsure_store::keys::Scope;
use loadsure_store::local_tenant;
use loadsure_telemetry::fields;
use tracing::{Span, warn};

use crate::address;
use crate::call::Caller;
use crate::keys::presented;
use crate::problem::Problem;
use crate::state::AppState;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Lets in whom it knows, as often as the limit allows.
pub(crate) async fn admit<B: MessageBody + 'static>(
    state: Data<AppState>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let (outcome, decision) = decide(&state, &request).await;
    let mut response = match outcome {
        Ok(caller) => {
            let span = Span::current();
            span.record(fields::TENANT_ID, tracing::field::display(caller.tenant));
            if let Some(key) = caller.key {
                span.record(fields::API_KEY_ID, tracing::field::display(key));
            }
            request.extensions_mut().insert(caller);
            next.call(request).await?.map_into_left_body()
        }
        Err(problem) => request.error_response(problem).map_into_right_body(),
    };
    if let Some(decision) = decision {
        show(response.headers_mut(), &decision);
    }
    Ok(response)
}

/// A known key is counted by itself. Whoever is not known yet is counted by address, so that guessing keys is
/// bounded as well, and the database is not asked for each guess. A key that was known not long ago is counted by
/// itself before it is looked up again, so that a flood from its address does not shut it out.
async fn decide(
    state: &AppState,
    request: &ServiceRequest,
) -> (Result<Arc<Caller>, Problem>, Option<Decision>) {
    let key = match state.config.auth.mode {
        AuthMode::Open => None,
        AuthMode::ApiKey => bearer(request),
    };
    if let Some(hash) = &key
        && let Some(Some(caller)) = state.keys.remembered(hash).await
    {
        return count(state, &limited_as(&caller, request, state), caller).await;
    }
    let before = match &key {
        Some(hash) => state.keys.recently_valid(hash).await,
        None => None,
    };
    let name = before.map_or_else(|| client(request, state), by_key);
    let decision = state.limiter.check(&name).await;
    if let Err(problem) = judge(state, &decision) {
        return (Err(problem), Some(decision));
    }
    match (state.config.auth.mode, key) {
        (AuthMode::Open, _) => (Ok(Arc::new(everyone())), Some(decision)),
        (AuthMode::ApiKey, None) => (Err(unauthorized()), Some(decision)),
        (AuthMode::ApiKey, Some(hash)) => match state.keys.look_up(hash).await {
            Ok(Some(caller)) if before.is_some() => (Ok(caller), Some(decision)),
            Ok(Some(caller)) => count(state, &limited_as(&caller, request, state), caller).await,
            Ok(None) => (Err(unauthorized()), Some(decision)),
            Err(fault) => (Err(unavailable(fault)), Some(decision)),
        },
    }
}

async fn count(
    state: &AppState,
    name: &str,
    caller: Arc<Caller>,
) -> (Result<Arc<Caller>, Problem>, Option<Decision>) {
    let decision = state.limiter.check(name).await;
    (judge(state, &decision).map(|()| caller), Some(decision))
}

/// What the limiter's decision means for the request.
fn judge(state: &AppState, decision: &Decision) -> Result<(), Problem> {
    if let Some(error) = &decision.failure {
        state.metrics.rate_limiter().bypassed();
        // The limiter asks a server that is away once a second, so this is one line a second and not one a request.
        if !matches!(error, loadsure_cache::Error::Resting) {
            warn!(
                { fields::ERROR } = fields::causes(error),
                "the rate limit is not checked"
            );
        }
    }
    if decision.allowed {
        return Ok(());
    }
    state.metrics.rate_limiter().refused();
    let seconds = decision.retry_after.map_or(1, ceil_seconds).max(1);
    Err(Problem::new(ErrorCode::RateLimited).retry_after(seconds))
}

/// `RateLimit-Reset` is in seconds from now, not a time and not milliseconds (P31).
fn show(headers: &mut HeaderMap, decision: &Decision) {
    if decision.bypassed() {
        return;
    }
    headers.insert(LIMIT, decision.limit.into());
    headers.insert(REMAINING, decision.remaining.into());
    headers.insert(RESET, ceil_seconds(decision.reset_after).into());
}

fn ceil_seconds(duration: std::time::Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

fn limited_as(caller: &Caller, request: &ServiceRequest, state: &AppState) -> String {
    caller.key.map_or_else(|| client(request, state), by_key)
}

fn by_key(key: ApiKeyId) -> String {
    format!("key {key}")
}

fn client(request: &ServiceRequest, state: &AppState) -> String {
    let forwarded: Vec<&str> = request
        .headers()
        .get_all(X_FORWARDED_FOR)
        .filter_map(|value| value.to_str().ok())
        .collect();
    let peer = request.peer_addr().map(|address| address.ip());
    address::client(peer, &forwarded.join(","), state.config.http.trusted_proxies)
        .map_or_else(|| "unknown".to_owned(), |address| format!("address {address}"))
}

fn bearer(request: &ServiceRequest) -> Option<[u8; 32]> {
    let header = request.headers().get(header::AUTHORIZATION)?;
    presented(header.to_str().ok()?)
}

/// `AUTH_MODE=open`: one local tenant, all rights.
fn everyone() -> Caller {
    Caller {
        tenant: local_tenant(),
        key: None,
        scopes: Scope::ALL.to_vec(),
    }
}

fn unauthorized() -> Problem {
    Problem::new(ErrorCode::Unauthorized).header(header::WWW_AUTHENTICATE, "Bearer")
}

fn unavailable(fault: Arc<Fault>) -> Problem {
    let code = match *fault {
        Fault::Unavailable(_) => ErrorCode::DatabaseUnavailable,
        Fault::Refused { .. } => ErrorCode::Internal,
    };
    Problem::new(code).caused_by(fault)
}

/// What a middleware of one route becomes.
type Checked<B> = Pin<Box<dyn Future<Output = Result<ServiceResponse<EitherBody<B>>, Error>>>>;

/// Middleware of a route: the key must have this scope. It runs before the body is read.
pub(crate) fn require<B: MessageBody + 'static>(
    scope: Scope,
) -> impl Fn(ServiceRequest, Next<B>) -> Checked<B> + Clone {
    move |request, next| {
        Box::pin(async move {
            let verdict = match request.extensions().get::<Arc<Caller>>() {
                Some(caller) if caller.scopes.contains(&scope) => Ok(()),
                Some(_) => Err(Problem::new(ErrorCode::Forbidden)),
                // Only a route outside of `admit` gets here.
                None => Err(unauthorized()),
            };
            match verdict {
                Ok(()) => Ok(next.call(request).await?.map_into_left_body()),
                Err(problem) => Ok(request.error_response(problem).map_into_right_body()),
            }
        })
    }
}
