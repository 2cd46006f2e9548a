use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use super::books::Event;

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("the journal cannot be read or written")]
    Io(#[from] io::Error),
    /// A line other than a torn last one is not an entry.
    #[error("line {line} of the journal is damaged")]
    Damaged {
        /// Counts from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// One event a line, appended before it is answered. Nothing is forced to disk: the entry survives
/// the end of the process, not that of the machine.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    /// Length of the whole entries in bytes.
    whole: u64,
}

impl Journal {
    /// Opens the file, making it if needed, and hands every event in it to `replay`.
    pub(super) fn open(path: &Path, mut replay: impl FnMut(Event)) -> Result<Self, JournalError> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        // A kill in the middle of a write leaves a last line without an end: it was never answered.
        let whole = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        for (index, line) in text[..whole].split(|byte| *byte == b'\n').enumerate() {
            if !line.is_empty() {
                let damaged = |source| JournalError::Damaged {
                    line: index + 1,
                    source,
                };
                replay(serde_json::from_slice(line).map_err(damaged)?);
            }
        }
        let whole = u64::try_from(whole).map_err(io::Error::other)?;
        file.set_len(whole)?;
        Ok(Self { file, whole })
    }

    /// Adds an event in one write.
    pub(super) fn append(&mut self, event: &Event) -> Result<(), JournalError> {
        let mut line = serde_json::to_vec(event).map_err(io::Error::from)?;
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            // Half an entry in the middle would make the whole journal unreadable.
            self.file.set_len(self.whole)?;
            return Err(error.into());
        }
        self.whole += u64::try_from(line.len()).map_err(io::Error::other)?;
        Ok(())
    }
}
