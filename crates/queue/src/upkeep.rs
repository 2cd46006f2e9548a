//! Upkeep of the job streams: trimming what is done, and telling what is still there.

use loadsure_core::job::Kind;

use crate::entry::EntryId;
use crate::error::Error;
use crate::names::GROUP;
use crate::queue::Queue;
use crate::script::{PRESENCE, TRIM};
use crate::wire;

/// Ids per script. Keeps each run of it around a millisecond.
const BATCH: usize = 500;

impl Queue {
    /// Removes entries that were read and acknowledged, and tells how many. Never removes an unread or a pending one, nor
    /// anything from a stream without a group.
    ///
    /// # Errors
    /// If Redis did not answer.
    pub async fn trim(&self, kind: Kind) -> Result<u64, Error> {
        let removed = TRIM
            .run(self.client()?, vec![self.names().jobs(kind)], Vec::new())
            .await?;
        wire::number(&removed, TRIM.name)
    }

    /// For each entry: whether a worker has it or will get it. `false` means that its job, if it is not finished, must
    /// be published again.
    ///
    /// # Errors
    /// If Redis did not answer. That says nothing about the entries.
    pub async fn presence(&self, kind: Kind, ids: &[EntryId]) -> Result<Vec<bool>, Error> {
        let mut present = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            let mut arguments = vec![GROUP.to_owned()];
            arguments.extend(batch.iter().map(ToString::to_string));
            let answer = PRESENCE
                .run(self.client()?, vec![self.names().jobs(kind)], arguments)
                .await?;
            for flag in wire::list(answer, PRESENCE.name)? {
                present.push(wire::number(&flag, PRESENCE.name)? == 1);
            }
        }
        if present.len() == ids.len() {
            Ok(present)
        } else {
            Err(Error::Protocol(PRESENCE.name))
        }
    }
}
