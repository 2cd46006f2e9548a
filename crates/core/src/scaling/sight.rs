//! What can be believed of a look (S1–S3, S9).

use super::view::View;
use super::{KindSample, Lag, Outbox, Unseen};
use crate::job::Kind;

/// How much of the difference between stream and outbox is time between two looks: they are not taken at once.
const TOLERATED_JOBS: u64 = 100;

/// How old the outbox's word may be, in milliseconds, to be held against the stream's.
const OUTBOX_STALE_AFTER: u64 = 60_000;

/// A look may be ahead of the clock by this much, in milliseconds, as clocks are read one after the other.
const AHEAD: u64 = 5_000;

/// The first thing that is wrong with the look as a whole: nothing can be derived from it then.
pub(super) fn blindness(view: &View<'_>) -> Option<Unseen> {
    stale(view).or_else(|| Kind::ALL.into_iter().find_map(|kind| wrong(view, kind)))
}

/// The first kind of which nobody can say how much is unread. The rest can be believed, and so can the least that there
/// is: enough to add workers, never to remove one.
pub(super) fn dimness(view: &View<'_>) -> Option<Unseen> {
    let mut kinds = view.kinds();
    let unknown = kinds.find(|(_, sample)| sample.unread.known().is_none());
    unknown.map(|(kind, _)| Unseen::Lag(kind))
}

/// Jobs that nobody has taken, at least: as counted, else what the outbox knows of and no worker has.
pub(super) fn unread(view: &View<'_>, kind: Kind, sample: &KindSample) -> u64 {
    match (sample.unread, fresh_outbox(view)) {
        (Lag::Known(unread), _) => unread,
        (unread, None) => unread.at_least(),
        (unread, Some(outbox)) => {
            let unfinished = outbox.unfinished.get(&kind).copied().unwrap_or(0);
            unread.at_least().max(unfinished.saturating_sub(sample.pending))
        }
    }
}

fn stale(view: &View<'_>) -> Option<Unseen> {
    let now = view.now;
    let taken = [Some(view.snapshot.taken), view.history.last_taken()];
    let taken = || taken.into_iter().flatten();
    let age_ms = taken().map(|taken| now.since(taken)).max().unwrap_or(0);
    let is_ahead = taken().any(|taken| taken.since(now) > AHEAD);
    let is_stale = age_ms > view.policy.guards.stale_after_ms;
    (is_ahead || is_stale).then_some(Unseen::Stale { age_ms })
}

fn wrong(view: &View<'_>, kind: Kind) -> Option<Unseen> {
    let Some(sample) = view.snapshot.kinds.get(&kind) else {
        return Some(Unseen::Missing(kind));
    };
    if contradicts(view, kind, sample) {
        return Some(Unseen::Contradiction(kind));
    }
    let still_ms = view.history.still_ms(kind, view.now);
    (still_ms >= view.policy.guards.stale_after_ms).then_some(Unseen::Frozen(kind))
}

/// More is unread than ever came, or something old is where nothing is, or the outbox knows much better.
fn contradicts(view: &View<'_>, kind: Kind, sample: &KindSample) -> bool {
    let Some(unread) = sample.unread.known() else {
        return false;
    };
    if unread > sample.added || (unread == 0 && sample.oldest_unread_ms.is_some()) {
        return true;
    }
    let Some(outbox) = fresh_outbox(view) else {
        return false;
    };
    let unfinished = outbox.unfinished.get(&kind).copied().unwrap_or(0);
    let held = unread.saturating_add(sample.pending);
    let tolerated = TOLERATED_JOBS.max(unfinished.max(held) / 2);
    held.abs_diff(unfinished) > tolerated
}

fn fresh_outbox<'a>(view: &View<'a>) -> Option<&'a Outbox> {
    let outbox = view.snapshot.outbox.as_ref()?;
    (view.now.since(outbox.taken) <= OUTBOX_STALE_AFTER).then_some(outbox)
}
