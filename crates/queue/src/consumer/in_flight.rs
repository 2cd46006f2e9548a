//! Which entries this consumer works on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::entry::EntryId;

/// The entries in progress. Each is held by one guard, so that none runs twice at once in this process.
#[derive(Debug, Clone, Default)]
pub(super) struct InFlight {
    entries: Arc<Mutex<HashMap<EntryId, Progress>>>,
}

/// How far the work on an entry is.
#[derive(Debug)]
struct Progress {
    lost: CancellationToken,
    /// Its result is committed and it is being acknowledged: from now on it is no loss that it is not ours any more.
    settling: bool,
}

/// Holds one entry in the set. Leaves with the guard, also when a task panics (P22, P24).
#[derive(Debug)]
pub(super) struct Guard {
    id: EntryId,
    lost: CancellationToken,
    set: InFlight,
}

impl InFlight {
    /// Takes an entry, unless it is in progress already.
    pub(super) fn enter(&self, id: EntryId) -> Option<Guard> {
        let mut entries = self.lock();
        if entries.contains_key(&id) {
            return None;
        }
        let lost = CancellationToken::new();
        let progress = Progress {
            lost: lost.clone(),
            settling: false,
        };
        entries.insert(id, progress);
        Some(Guard {
            id,
            lost,
            set: self.clone(),
        })
    }

    /// Whether an entry is in progress.
    pub(super) fn contains(&self, id: EntryId) -> bool {
        self.lock().contains_key(&id)
    }

    /// Whether an entry is at work, and not being acknowledged already.
    pub(super) fn is_at_work(&self, id: EntryId) -> bool {
        self.lock().get(&id).is_some_and(|progress| !progress.settling)
    }

    /// The entries that are in progress and still ours.
    pub(super) fn ours(&self) -> Vec<EntryId> {
        self.lock()
            .iter()
            .filter(|(_, progress)| !progress.lost.is_cancelled())
            .map(|(id, _)| *id)
            .collect()
    }

    /// Notes that an entry is about to be acknowledged.
    pub(super) fn begin_to_settle(&self, id: EntryId) {
        if let Some(progress) = self.lock().get_mut(&id) {
            progress.settling = true;
        }
    }

    /// Marks entries that are no longer ours.
    pub(super) fn mark_lost(&self, ids: &[EntryId]) {
        let entries = self.lock();
        ids.iter()
            .filter_map(|id| entries.get(id))
            .for_each(|progress| progress.lost.cancel());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EntryId, Progress>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guard {
    pub(super) fn lost(&self) -> CancellationToken {
        self.lost.clone()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.set.lock().remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_entered_once_until_its_guard_is_gone() {
        let set = InFlight::default();
        let id = EntryId::new(1, 0);
        let guard = set.enter(id).unwrap();
        assert!(set.enter(id).is_none());
        set.mark_lost(&[id]);
        assert!(guard.lost().is_cancelled() && set.ours().is_empty() && set.is_at_work(id));
        drop(guard);
        assert!(set.enter(id).is_some());
    }

    #[test]
    fn an_entry_that_is_being_acknowledged_is_renewed_and_cannot_be_missed() {
        let set = InFlight::default();
        let id = EntryId::new(1, 0);
        let _guard = set.enter(id).unwrap();
        set.begin_to_settle(id);
        assert!(set.ours().contains(&id) && !set.is_at_work(id));
    }
}
