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
    /// Outcomes called unknown while no fault was active.
    NeedlesslyUnknown,
    /// Processes that ended by themselves.
    Surprises,
    /// Crash points that no worker came to: the fault was planned, and shows nothing.
    NotReached,
    /// Operations that never succeeded again after a fault.
    NotRecovered,
    /// Less was done than the scenario promises, so that its other lines show nothing.
    TooLittle,
}

impl Finding {
    /// What was to be done so often, and was not.
    pub(crate) fn too_little(what: &str, promised: u64, done: usize) -> Option<Self> {
        let enough = u64::try_from(done).is_ok_and(|done| done >= promised);
        (!enough).then(|| Self {
            count: Count::TooLittle,
            ids: format!("{done} {what} instead of {promised}"),
        })
    }
}

impl Count {
    pub(crate) const ALL: [Self; 13] = [
        Self::JobsLost,
        Self::DoublePurchases,
        Self::MadeUpCertificates,
        Self::ForgottenPurchases,
        Self::CancelledInForce,
        Self::ForgottenCancellations,
        Self::ToldOtherwise,
        Self::NoAnswer,
        Self::NeedlesslyUnknown,
        Self::Surprises,
        Self::NotReached,
        Self::NotRecovered,
        Self::TooLittle,
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
            Self::NeedlesslyUnknown => "outcomes called unknown without a fault",
            Self::Surprises => "processes that ended by themselves",
            Self::NotReached => "crash points that were planned and not reached",
            Self::NotRecovered => "operations that never succeeded again after a fault",
            Self::TooLittle => "things that the scenario promises and did not do",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_was_promised_is_found() {
        assert_eq!(Finding::too_little("quotes", 50, 50), None);
        let found = Finding::too_little("quotes", 50, 49).unwrap();
        assert_eq!(
            (found.count, found.ids.as_str()),
            (Count::TooLittle, "49 quotes instead of 50")
        );
    }

    #[test]
    fn every_count_is_a_line_of_its_own() {
        let titles: std::collections::BTreeSet<_> = Count::ALL.map(Count::title).into();
        assert_eq!(titles.len(), Count::ALL.len());
    }
}
