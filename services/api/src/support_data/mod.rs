//! The insurer's reference data, read from memory.
//!
//! Six lists of at most a few hundred short items are kept whole in every instance, as the bytes that are answered.
//! Behind them stands PostgreSQL, never the insurer, so there is no time to live after which they would be gone
//! (P46). They are read again when a worker says that it has refreshed them, when such a message may have been
//! missed, and every few minutes in any case.

mod follow;
mod list;

use std::sync::Arc;

use arc_swap::ArcSwap;
use loadsure_core::ports::Fault;
use loadsure_core::reference::ReferenceIds;
use loadsure_core::support_data::Kind;
use loadsure_store::Store;

pub(crate) use follow::follow;
pub(crate) use list::List;

/// The lists in memory. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct SupportData {
    store: Store,
    lists: Arc<[ArcSwap<Option<List>>; Kind::ALL.len()]>,
    ids: Arc<ArcSwap<ReferenceIds>>,
}

impl SupportData {
    /// Nothing yet; see [`follow()`]. The ids of what is read go to `ids`, against which requests are checked.
    pub(crate) fn new(store: Store, ids: Arc<ArcSwap<ReferenceIds>>) -> Self {
        Self {
            store,
            lists: Arc::default(),
            ids,
        }
    }

    /// A list from memory, or from the database while memory has none; `None` when the insurer never gave it.
    pub(crate) async fn list(&self, kind: Kind) -> Result<Option<List>, Fault> {
        if let Some(list) = self.remembered(kind) {
            return Ok(Some(list));
        }
        self.read(kind).await?;
        Ok(self.remembered(kind))
    }

    /// Reads all lists again.
    pub(crate) async fn reload(&self) -> Result<(), Fault> {
        for kind in Kind::ALL {
            self.read(kind).await?;
        }
        Ok(())
    }

    fn remembered(&self, kind: Kind) -> Option<List> {
        self.slot(kind).and_then(|slot| Option::clone(&slot.load()))
    }

    fn slot(&self, kind: Kind) -> Option<&ArcSwap<Option<List>>> {
        Kind::ALL
            .iter()
            .position(|known| *known == kind)
            .and_then(|place| self.lists.get(place))
    }

    /// Several may read at once; what was refreshed last stays.
    async fn read(&self, kind: Kind) -> Result<(), Fault> {
        let Some(stored) = self.store.support_list(kind).await? else {
            return Ok(());
        };
        let Some(slot) = self.slot(kind) else {
            return Ok(());
        };
        let is_known = |known: &Option<List>| {
            let known = known.as_ref().map(List::refreshed_at);
            known.is_some_and(|known| known >= stored.refreshed_at)
        };
        if is_known(&slot.load()) {
            return Ok(());
        }
        self.ids.rcu(|ids| {
            let mut ids = ReferenceIds::clone(ids);
            ids.learn(kind, &stored.items);
            ids
        });
        let list = Arc::new(Some(List::new(&stored)));
        slot.rcu(|known| Arc::clone(if is_known(known) { known } else { &list }));
        Ok(())
    }
}
