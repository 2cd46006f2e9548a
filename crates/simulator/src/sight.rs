//! What a scaler is shown.

/// What is seen of the work and the workers at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sight {
    /// When, in virtual time. With a frozen look it lies behind.
    pub(crate) taken: u64,
    /// `None` where the server does not tell.
    pub(crate) unread: Option<u64>,
    pub(crate) pending: u64,
    pub(crate) oldest_unread_ms: Option<u64>,
    pub(crate) oldest_pending_ms: Option<u64>,
    pub(crate) added: u64,
    /// Arrivals that the outbox knows of.
    pub(crate) noted: u64,
    pub(crate) completed: u64,
    pub(crate) slots: u64,
    pub(crate) slots_max: u64,
    pub(crate) service_ms: Option<f64>,
    pub(crate) living: u32,
}

/// What is seen, and what the platform says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) now: u64,
    /// `None` where there was no look.
    pub(crate) sight: Option<Sight>,
    pub(crate) wanted: u32,
    pub(crate) is_deploying: bool,
    pub(crate) is_reachable: bool,
}
