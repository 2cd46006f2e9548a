//! Which entries this consumer works on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::entry::EntryId;

/// The entries in progress. Each is held by one guard, so that none runs twice at once in this process.
#[derive(Debug, Clone, Default)]
pub(super) struct InFlight {
    entries: Arc<Mutex<HashMap<EntryId, CancellationToken>>>,
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
        entries.insert(id, lost.clone());
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

    /// The entries that are in progress and still ours.
    pub(super) fn ours(&self) -> Vec<EntryId> {
        self.lock()
            .iter()
            .filter(|(_, lost)| !lost.is_cancelled())
            .map(|(id, _)| *id)
            .collect()
    }

    /// Marks entries that are no longer ours.
    pub(super) fn mark_lost(&self, ids: &[EntryId]) {
        let entries = self.lock();
        ids.iter()
            .filter_map(|id| entries.get(id))
            .for_each(CancellationToken::cancel);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EntryId, CancellationToken>> {
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
        assert!(guard.lost().is_cancelled() && set.ours().is_empty() && set.contains(id));
        drop(guard);
        assert!(set.enter(id).is_some());
    }
}
