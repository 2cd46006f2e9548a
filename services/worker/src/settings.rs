//! What the parts are told, from the configuration.

use std::time::Duration;

use loadsure_config::{InsurerConfig, ProtectionConfig, WorkerConfig, WorkerServiceConfig};
use loadsure_core::job::Kind;
use loadsure_core::usecase::purchase::{Limits, SEND_WITHIN};
use loadsure_insurer::{CircuitPolicy, Protection};
use loadsure_queue::{ConsumerConfig, Slots};

/// Name of this service in traces, metrics and among the connections of the database.
pub(crate) const SERVICE: &str = "loadsure-worker";

/// Beside the call itself, a worker needs this long at most to begin it, [`PATIENCE`] included, and to commit what came
/// of it. The configuration keeps `QUEUE_RECLAIM_IDLE_MS` above the call's timeout by more than this.
const COMMIT_MARGIN: Duration = Duration::from_secs(10);

/// How long a purchase that is journalled waits in all, while as many calls are under way as may be and for its token.
/// Others would take it for interrupted after [`COMMIT_MARGIN`], so it is much shorter.
const PATIENCE: Duration = Duration::from_secs(2);

/// Passes that look for entries of dead consumers within the time after which an entry counts as abandoned.
const RECLAIMS_PER_IDLE_TIME: u32 = 6;

pub(crate) fn insurer(config: &InsurerConfig) -> loadsure_insurer::Settings {
    loadsure_insurer::Settings {
        base_url: config.base_url.clone(),
        api_key: config.api_key.clone(),
        connect_timeout: config.connect_timeout,
        request_timeout: config.request_timeout,
        max_response_bytes: config.max_response_bytes,
        spellings: config.spellings.clone(),
    }
}

pub(crate) const fn protection(config: &ProtectionConfig) -> Protection {
    Protection {
        circuit: CircuitPolicy {
            failures: config.circuit_failures,
            open_for: config.circuit_open,
            open_at_most: config.circuit_open_max,
        },
        max_concurrency: config.max_concurrency,
        patience: PATIENCE,
    }
}

pub(crate) fn consumer(config: &WorkerConfig, kind: Kind, slots: Slots) -> ConsumerConfig {
    ConsumerConfig {
        slots,
        reclaim_every: config.reclaim_idle / RECLAIMS_PER_IDLE_TIME,
        reclaim_idle: config.reclaim_idle,
        renew_every: Some(config.heartbeat),
        ..ConsumerConfig::new(kind, 1)
    }
}

/// The longest that a live worker can be inside a purchase. Never more than the time after which its entry is taken
/// over, so that whoever takes it over need not wait any longer.
pub(crate) fn limits(config: &WorkerServiceConfig) -> Limits {
    let longest_call = config.insurer.request_timeout.saturating_add(COMMIT_MARGIN);
    Limits {
        longest_call: longest_call.min(config.worker.reclaim_idle),
        send_within: SEND_WITHIN,
        repeat: config.insurer.repeat_purchase,
    }
}
