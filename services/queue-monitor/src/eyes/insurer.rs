//! What the workers say of the insurer, and of what they could do.

use std::collections::BTreeMap;

use loadsure_core::job::Kind;
use loadsure_core::scaling::Insurer;

use super::Look;

impl Look {
    /// What the slots of all workers that were heard may grow to, by kind.
    pub(super) fn greatest_slots(&self) -> BTreeMap<Kind, u64> {
        let mut slots = BTreeMap::<Kind, u64>::new();
        for (kind, activity) in self.activities() {
            let sum = slots.entry(kind).or_default();
            *sum = sum.saturating_add(activity.slots);
        }
        slots
    }

    /// What the insurer allows, as the workers tell.
    pub(crate) fn insurer(&self) -> Insurer {
        Insurer::default()
    }
}
