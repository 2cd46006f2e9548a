//! Short times, so that minutes show what takes hours otherwise. They obey the rules between variables
//! that `loadsure-config` checks.

/// Times and limits of every service.
pub(super) const COMMON: [(&str, &str); 12] = [
    ("APP_ENV", "development"),
    ("LOG_LEVEL", "info"),
    ("LOG_FORMAT", "json"),
    ("SHUTDOWN_GRACE_MS", "20000"),
    ("DATABASE_POOL_SIZE", "8"),
    ("DATABASE_CONNECT_TIMEOUT_MS", "1000"),
    ("DATABASE_STATEMENT_TIMEOUT_MS", "3000"),
    ("DATABASE_WAIT_TIMEOUT_MS", "1000"),
    ("REDIS_PREFIX", "chaos"),
    ("REDIS_COMMAND_TIMEOUT_MS", "1000"),
    ("SUPPORT_DATA_REFRESH_SCHEDULE", "0 0 * * *"),
    // More than the load sends: the limiter has tests of its own.
    ("API_RATE_LIMIT_MAX_REQUESTS", "1000000"),
];

/// Times of the worker. A job is taken over after 12.5 s, which is as short as the call's time-out plus
/// the margin of ten seconds allows.
pub(super) const WORKER: [(&str, &str); 10] = [
    ("LOADSURE_CIRCUIT_OPEN_MS", "1000"),
    ("LOADSURE_CIRCUIT_OPEN_MAX_MS", "4000"),
    ("LOADSURE_CONNECT_TIMEOUT_MS", "500"),
    ("LOADSURE_REQUEST_TIMEOUT_MS", "2000"),
    ("WORKER_CONCURRENCY", "8"),
    ("QUEUE_RECLAIM_IDLE_MS", "12500"),
    ("QUEUE_HEARTBEAT_MS", "3000"),
    ("SWEEP_AFTER_MS", "13000"),
    ("RELAY_INTERVAL_MS", "500"),
    ("WORKER_DRAIN_MS", "8000"),
];

/// The monitor only watches: the workers are victims, and their number is given.
pub(super) const MONITOR: [(&str, &str); 2] = [("SCALING_ACTUATOR", "dry-run"), ("CHECK_INTERVAL", "1000")];
