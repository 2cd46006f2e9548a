//! A customer's way through a deployment: from health to a purchase that is cancelled again.

mod api;
mod purchase;

use std::time::Duration;

use loadsure_core::ports::Fault;
use loadsure_store::Store;
use serde_json::Value;
use tokio::time::{Instant, sleep};

pub(crate) use api::Api;
pub use api::Smoke;

/// How long a result, or a queue that drains, is waited for.
const PATIENCE: Duration = Duration::from_secs(180);
/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// Lists of reference data that a quote needs.
const LISTS: [&str; 4] = ["commodities", "equipment-types", "load-types", "freight-classes"];

/// Why a deployment does not serve its customers. Answers are told by status and code, never by their content.
#[derive(Debug, thiserror::Error)]
pub enum SmokeError {
    /// The client cannot be built from these settings.
    #[error("the smoke test cannot be made: {0}")]
    Settings(&'static str),
    /// A request brought no answer.
    #[error("{step}: no answer")]
    NoAnswer {
        /// What was tried.
        step: &'static str,
        /// Why.
        source: reqwest::Error,
    },
    /// An answer was another than it should be.
    #[error("{step}: answered {status}{}", suffix(.code))]
    Answer {
        /// What was tried.
        step: &'static str,
        /// The status.
        status: u16,
        /// The code of the problem.
        code: Option<String>,
    },
    /// An answer lacks something, or says something else.
    #[error("{step}: the answer has no proper {field}")]
    Content {
        /// What was tried.
        step: &'static str,
        /// What is missing.
        field: &'static str,
    },
    /// A result ended otherwise.
    #[error("{step}: ended as {status}")]
    Ended {
        /// What was tried.
        step: &'static str,
        /// The state.
        status: String,
    },
    /// A result, or the queue, did not come to its end.
    #[error("{0}: not in time")]
    Late(&'static str),
    /// The database cannot be asked about the queue.
    #[error("the queue cannot be looked at")]
    Store(#[from] Fault),
}

fn suffix(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default()
}

impl Smoke {
    /// Goes the whole way, and tells `say` each step that is done. What was bought is cancelled, also when a step after
    /// the purchase fails.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn run(
        &self,
        store: &Store,
        mut say: impl FnMut(&'static str) + Send,
    ) -> Result<(), SmokeError> {
        let api = Api::new(self)?;
        healthy(&api).await?;
        say("healthy");
        documented(&api).await?;
        say("documented");
        informed(&api).await?;
        say("reference data is there");
        purchase::run(&api, &mut say).await?;
        drained(store).await?;
        say("queue drained");
        Ok(())
    }
}

async fn healthy(api: &Api) -> Result<(), SmokeError> {
    let health = api.get("health", "/health").await?;
    match health.get("status").and_then(Value::as_str) {
        Some("ok") => Ok(()),
        _ => Err(SmokeError::Content {
            step: "health",
            field: "status",
        }),
    }
}

async fn documented(api: &Api) -> Result<(), SmokeError> {
    let step = "OpenAPI";
    let document = api.get(step, "/api-docs.json").await?;
    let version = document
        .get("openapi")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.starts_with("3.") {
        return Err(SmokeError::Content {
            step,
            field: "openapi",
        });
    }
    let bookings = document.pointer("/paths/~1api~1insurance~1bookings/post");
    bookings.map(drop).ok_or(SmokeError::Content {
        step,
        field: "path of bookings",
    })
}

async fn informed(api: &Api) -> Result<(), SmokeError> {
    let step = "reference data";
    for list in LISTS {
        let items = api.get(step, &format!("/api/support-data/{list}")).await?;
        if items.as_array().is_none_or(Vec::is_empty) {
            return Err(SmokeError::Content { step, field: "list" });
        }
    }
    Ok(())
}

async fn drained(store: &Store) -> Result<(), SmokeError> {
    let end = Instant::now() + PATIENCE;
    while store.vitals().await?.overdue > 0 {
        if Instant::now() >= end {
            return Err(SmokeError::Late("queue"));
        }
        sleep(PAUSE).await;
    }
    Ok(())
}
