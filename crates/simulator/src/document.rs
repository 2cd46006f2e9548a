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

const BEGIN: [&str; 2] = ["<!-- policies -->\n\n", "<!-- faults -->\n\n"];
const END: &str = "\n<!-- end -->";

/// The rows of both tables: all policies without a fault, and the service's own under each.
#[must_use]
pub fn rows(seeds: NonZeroU64) -> [Vec<Row>; 2] {
    let own = [Policy::Adaptive, Policy::Predictive, Policy::Keda];
    [
        compare(&Trace::MADE_UP, &Policy::COMPARED, &[], seeds),
        compare(&[Trace::Step], &own, &Fault::ALL, seeds),
    ]
}

/// The document with these tables in the place of those that it has; `None` where a mark is missing.
#[must_use]
pub fn fill(document: &str, rows: &[Vec<Row>; 2]) -> Option<String> {
    let mut text = document.to_owned();
    for (begin, rows) in BEGIN.iter().zip(rows) {
        let from = text.find(begin)? + begin.len();
        let to = from + text.get(from..)?.find(END)?;
        text.replace_range(from..to, &table(rows));
    }
    Some(text)
}
