//! The tables of docs/SCALING.md, and where in it they are.

use std::num::NonZeroU64;

use crate::{Fault, Policy, Row, Trace, compare, table};

/// Seeds of the tables.
pub const SEEDS: NonZeroU64 = NonZeroU64::MIN.saturating_add(9);

/// What there are pictures of.
pub const PICTURED: [(Trace, Policy); 8] = [
    (Trace::Diurnal, Policy::Adaptive),
    (Trace::Diurnal, Policy::Keda),
    (Trace::Step, Policy::Adaptive),
    (Trace::Step, Policy::Predictive),
    (Trace::OnOff, Policy::Adaptive),
    (Trace::OnOff, Policy::Keda),
    (Trace::Flash, Policy::Adaptive),
    (Trace::Flash, Policy::Predictive),
];

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Every policy against every trace.
    Policies,
    /// The service's rule, with and without level 1, and KEDA's formula under each fault.
    Faults,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Policies, Self::Faults];

    /// Its rows.
    #[must_use]
    pub fn rows(self, seeds: NonZeroU64) -> Vec<Row> {
        match self {
            Self::Policies => compare(&Trace::MADE_UP, &Policy::COMPARED, &[], seeds),
            Self::Faults => {
                let policies = [Policy::Adaptive, Policy::Predictive, Policy::Keda];
                compare(&[Trace::Step], &policies, &Fault::ALL, seeds)
            }
        }
    }

    /// The document with these rows in the place of those that it has; `None` where a mark is missing.
    #[must_use]
    pub fn fill(self, document: &str, rows: &[Row]) -> Option<String> {
        const END: &str = "\n<!-- end -->";
        let begin = match self {
            Self::Policies => "<!-- policies -->\n\n",
            Self::Faults => "<!-- faults -->\n\n",
        };
        let from = document.find(begin)? + begin.len();
        let to = from + document.get(from..)?.find(END)?;
        let mut text = document.to_owned();
        text.replace_range(from..to, &table(rows));
        Some(text)
    }
}
