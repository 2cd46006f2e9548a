//! Nobody changes anything.

use super::Count;

/// Nobody changes anything. The number of workers is what is heard.
#[derive(Debug)]
pub(crate) struct DryRun {
    heard: u32,
}

impl DryRun {
    /// `heard` stands for the number until somebody has listened.
    pub(super) const fn new(heard: u32) -> Self {
        Self { heard }
    }

    pub(super) fn count(&mut self, heard: Option<u32>) -> Count {
        self.heard = heard.unwrap_or(self.heard);
        Count {
            wanted: self.heard,
            living: self.heard,
            ..Count::default()
        }
    }
}
