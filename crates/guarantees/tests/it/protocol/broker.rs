//! Redis of the model: entries that are unread, or pending with whoever read them.

use loadsure_core::job::{Kind, Ticket};
use loadsure_store::{DueJob, Published};

/// An entry of a stream that is not acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) ticket: Ticket,
    /// The worker that it is pending with.
    pub(crate) owner: Option<u8>,
    pub(crate) deliveries: u32,
}

/// All streams.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    next: u64,
    entries: Vec<Entry>,
}

impl Broker {
    pub(crate) fn publish(&mut self, kind: Kind, ticket: Ticket) -> Published {
        self.next += 1;
        self.entries.push(Entry {
            id: self.next,
            kind,
            ticket,
            owner: None,
            deliveries: 0,
        });
        Published {
            job: ticket.job,
            attempt: ticket.attempt,
            entry_id: format!("{}-0", self.next),
        }
    }

    /// Gives a worker the next entry that nobody has read.
    pub(crate) fn read(&mut self, worker: u8) -> Option<Entry> {
        let entry = self.entries.iter_mut().find(|entry| entry.owner.is_none())?;
        Some(deliver(entry, worker))
    }

    pub(crate) fn has_unread(&self) -> bool {
        self.entries.iter().any(|entry| entry.owner.is_none())
    }

    /// Gives a worker what was published last.
    pub(crate) fn last(&mut self, worker: u8) -> Option<Entry> {
        self.entries.last_mut().map(|entry| deliver(entry, worker))
    }

    /// Gives a worker an entry that is pending with another.
    pub(crate) fn reclaim(&mut self, worker: u8, pick: u8) -> Option<Entry> {
        let mut pending: Vec<&mut Entry> = self
            .entries
            .iter_mut()
            .filter(|entry| entry.owner.is_some())
            .collect();
        let index = usize::from(pick).checked_rem(pending.len())?;
        Some(deliver(pending[index], worker))
    }

    /// Whoever owns it by now: `XACK` does not ask.
    pub(crate) fn acknowledge(&mut self, id: u64) {
        self.entries.retain(|entry| entry.id != id);
    }

    pub(crate) fn duplicate(&mut self, pick: u8) {
        if let Some(index) = usize::from(pick).checked_rem(self.entries.len()) {
            let (kind, ticket) = (self.entries[index].kind, self.entries[index].ticket);
            self.publish(kind, ticket);
        }
    }

    pub(crate) fn lose(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn has(&self, job: &DueJob) -> bool {
        let id = job.entry_id.as_deref();
        self.entries
            .iter()
            .any(|entry| Some(format!("{}-0", entry.id).as_str()) == id)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn deliver(entry: &mut Entry, worker: u8) -> Entry {
    entry.owner = Some(worker);
    entry.deliveries += 1;
    entry.clone()
}
