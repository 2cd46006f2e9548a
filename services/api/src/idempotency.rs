//! The `Idempotency-Key` of requests that create or change something (design.md section 6).
//!
//! - A key is claimed in the transaction that accepts the work. What is refused before that, such as a wrong field,
//!   claims nothing: the key may be used again with a corrected body.
//! - The same key with the same method, path and body gets the stored answer, refusals of the insurer included, with
//!   `Idempotency-Replayed: true`. A new attempt after a failure needs a new key.
//! - While the work is under way the answer is 409 with `Retry-After` and the `Location` of the record. Once it has
//!   ended, whoever repeats the request gets its result, also when the first caller was answered 202 or not at all.

use actix_web::http::header::{self, HeaderName};
use loadsure_core::error_code::ErrorCode;
use loadsure_store::{Key, Replay};
use loadsure_telemetry::fields;
use sha2::{Digest as _, Sha256};
use tracing::warn;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;

/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Longest key, as in the database.
const LONGEST: usize = 255;

/// The key of a request, if it has one.
///
/// # Errors
/// When it is empty, too long, given twice, or has characters other than printable ASCII.
pub(crate) fn key(call: &Call, body: &[u8]) -> Result<Option<Key>, Problem> {
    let mut given = call.raw_headers(IDEMPOTENCY_KEY);
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let key = key.to_str().unwrap_or_default().trim();
    let is_usable = !key.is_empty() && key.len() <= LONGEST && given.next().is_none();
    if !is_usable {
        let rule = "must be given once, with 1 to 255 printable ASCII characters";
        return Err(Problem::new(ErrorCode::InvalidIdempotencyKey).detail(rule));
    }
    let mut hash = Sha256::new();
    for part in [call.method().as_bytes(), call.path().as_bytes()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(body);
    Ok(Some(Key {
        key: key.to_owned(),
        fingerprint: hash.finalize().into(),
    }))
}

/// Keeps the answer for a key, once the work has ended. When that fails, a repeated request reads the record instead.
pub(crate) async fn keep(state: &AppState, call: &Call, key: Option<&Key>, answer: &Answer) {
    let Some(key) = key.filter(|_| answer.is_final()) else {
        return;
    };
    let stored = answer.to_stored();
    if let Err(fault) = state.store.store_answer(call.tenant(), key, &stored).await {
        warn!(
            { fields::ERROR } = fields::causes(&fault),
            "an answer is not kept for its idempotency key"
        );
    }
}

/// Answers a request whose key was used before. `current` reads how the work of the record stands now.
///
/// # Errors
/// When the key stands for another request or for work under way, and those of `current`.
pub(crate) async fn replay(
    replay: Replay,
    location: impl Fn(Uuid) -> String,
    current: impl AsyncFnOnce(Uuid) -> Result<Answer, Problem>,
) -> Result<Answer, Problem> {
    match replay {
        Replay::Reused => Err(Problem::new(ErrorCode::IdempotencyKeyReused)),
        Replay::Answered(stored) => Ok(Answer::replayed(stored)),
        Replay::Accepted { subject, .. } => {
            let answer = current(subject).await?;
            if !answer.is_under_way() {
                return Ok(answer.again());
            }
            let problem = Problem::new(ErrorCode::IdempotencyInProgress);
            Err(problem.header(header::LOCATION, &location(subject)))
        }
    }
}
