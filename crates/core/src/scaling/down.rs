//! When workers are removed, and how many.

use super::number::float;
use super::view::{Proposal, View};
use super::{Estimates, Reason};

/// A job that has waited longer than this, in milliseconds, waits for a slot: the time to hand one over is far less.
const WAITING: u64 = 5_000;

/// Up to this many workers only one is removed at a time; of more, up to half.
const FEW: u32 = 3;

/// What is done when fewer workers have sufficed for long; `None` otherwise.
pub(super) fn down(view: &View<'_>, estimates: &Estimates) -> Option<Proposal> {
    let wanted = view.wanted();
    let window = view.policy.guards.need_window_ms;
    let need = view.history.greatest_need(view.now, window)?.max(estimates.need);
    if need >= wanted || wanted <= view.policy.limits.min() || !is_calm(view, estimates) {
        return None;
    }
    let steps = if wanted <= FEW { 1 } else { wanted / 2 };
    let target = wanted
        .saturating_sub(steps)
        .max(need)
        .max(view.policy.limits.min());
    Some(Proposal::new(target, Reason::Surplus { need }))
}

/// Whether nothing waits for a worker.
pub(super) fn is_calm(view: &View<'_>, estimates: &Estimates) -> bool {
    let workers = f64::from(view.wanted().max(1));
    let few = view.kinds().all(|(kind, sample)| {
        let is_new = sample.oldest_unread_ms.is_none_or(|age| age < WAITING);
        let slots = float(sample.slots) / workers;
        let unread = estimates.kinds.get(&kind).map_or(0, |kind| kind.unread);
        is_new && (unread == 0 || float(unread) < slots)
    });
    few && !estimates.is_hot
}
