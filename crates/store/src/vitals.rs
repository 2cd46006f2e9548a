//! A few numbers by which a new version is judged.

use loadsure_core::ports::Fault;

use crate::Store;
use crate::fault::corrupt;
use crate::sql::Sql;

/// What must not grow because of a new version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Jobs that were due more than a minute ago and have not ended.
    pub overdue: u64,
    /// Jobs that were given up.
    pub dead: u64,
    /// Purchases whose outcome is unknown.
    pub unknown: u64,
}

const VITALS: &str = "SELECT
    (SELECT count(*) FROM jobs WHERE state IN ('pending', 'published') AND due_at < now() - interval '60 seconds'),
    (SELECT count(*) FROM jobs WHERE state = 'dead'),
    (SELECT count(*) FROM bookings WHERE status = 'outcome_unknown')";

impl Store {
    /// The numbers as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn vitals(&self) -> Result<Vitals, Fault> {
        let what = "reading what a version is judged by";
        let client = self.client().await?;
        let row = client.row(what, VITALS, &[]).await?.ok_or(corrupt(what))?;
        let count = |at: usize| u64::try_from(row.get::<_, i64>(at)).map_err(|_| corrupt(what));
        Ok(Vitals {
            overdue: count(0)?,
            dead: count(1)?,
            unknown: count(2)?,
        })
    }
}
