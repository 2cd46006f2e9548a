//! The file that a child's output goes to. A file and not a pipe: the child can go on writing
//! whatever becomes of us, and nothing has to be read for it not to block.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How much of a log is shown when a child fails.
const TAIL_LINES: usize = 20;

/// Opens a log to append to: once for each output, and the length that it had before.
pub(crate) fn open(path: &Path) -> io::Result<(File, File, u64)> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let out = OpenOptions::new().create(true).append(true).open(path)?;
    let err = out.try_clone()?;
    let start = out.metadata()?.len();
    Ok((out, err, start))
}

/// What was written after `start`, an offset in bytes.
pub(crate) fn since(path: &Path, start: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last lines that were written after `start`, an offset in bytes. For error texts, so an
/// unreadable file is an empty tail.
pub(crate) fn tail(path: &Path, start: u64) -> String {
    let text = since(path, start).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}
