//! What must never be found.

/// Something that must never be found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) count: Count,
    /// What to look for in the logs and tables.
    pub(crate) ids: String,
}

/// The lines of the report that must be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Count {
    /// Accepted, and without an end although everything was healed.
    JobsLost,
    DoublePurchases,
    /// Clients told of a certificate that the ledger lacks.
    MadeUpCertificates,
    /// Purchases in the ledger that are neither known nor held as `outcome_unknown`.
    ForgottenPurchases,
    /// Told to be cancelled, or recorded so, and in force.
    CancelledInForce,
    /// Cancelled at the insurer, and in force by our record.
    ForgottenCancellations,
    /// What a client was told is not what the record says.
    ToldOtherwise,
    /// No final answer although everything was healed.
    NoAnswer,
    /// Processes that ended by themselves.
    Surprises,
    /// Crash points that no worker came to: the fault was planned, and shows nothing.
    NotReached,
}

impl Count {
    pub(crate) const ALL: [Self; 10] = [
        Self::JobsLost,
        Self::DoublePurchases,
        Self::MadeUpCertificates,
        Self::ForgottenPurchases,
        Self::CancelledInForce,
        Self::ForgottenCancellations,
        Self::ToldOtherwise,
        Self::NoAnswer,
        Self::Surprises,
        Self::NotReached,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::JobsLost => "jobs lost",
            Self::DoublePurchases => "double purchases in the ledger",
            Self::MadeUpCertificates => "clients told of a certificate that the ledger lacks",
            Self::ForgottenPurchases => "purchases in the ledger neither known nor held as outcome_unknown",
            Self::CancelledInForce => "cancellations told or recorded, and in force in the ledger",
            Self::ForgottenCancellations => "cancellations in the ledger that the record lacks",
            Self::ToldOtherwise => "clients told otherwise than the record says",
            Self::NoAnswer => "requests without a final answer",
            Self::Surprises => "processes that ended by themselves",
            Self::NotReached => "crash points that were planned and not reached",
        }
    }
}
