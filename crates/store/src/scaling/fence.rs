//! Writing only while the term is the newest one and its time is not over.

use deadpool_postgres::Transaction;
use loadsure_core::ports::Fault;

use super::lead::LEASE;
use super::{Error, Lead};
use crate::Store;
use crate::fault::{corrupt, fault};
use crate::sql::{Parameters, Sql};

const HOLD: &str = "SELECT 1 FROM leases WHERE name = $1 AND term = $2 AND until > now() FOR SHARE";

/// A statement that runs `body` only under the term: `body` selects `FROM held`, and its own parameters begin with `$3`.
/// The lock keeps the term from changing under the write.
pub(super) fn fenced(body: &str) -> String {
    format!(
        "WITH held AS (SELECT 1 FROM leases WHERE name = $1 AND term = $2 AND until > now() FOR SHARE),
        written AS ({body}) SELECT count(*) FROM held"
    )
}

/// Locks the term within a transaction: until it ends, nobody else can begin to lead.
pub(super) async fn hold(transaction: &Transaction<'_>, lead: &Lead) -> Result<(), Error> {
    let held = transaction
        .row("checking the lead", HOLD, &[&LEASE, &lead.sql_term()])
        .await?;
    held.map(drop).ok_or(Error::Fenced)
}

impl Store {
    /// Runs a statement made by [`fenced`] with the parameters of its body.
    pub(super) async fn run_fenced(
        &self,
        what: &'static str,
        lead: &Lead,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> Result<(), Error> {
        let term = lead.sql_term();
        let ours: Parameters<'_> = &[&LEASE, &term];
        let client = self.client().await?;
        let row = client
            .row(what, sql, &[ours, parameters].concat())
            .await?
            .ok_or(corrupt(what))?;
        match row.get::<_, i64>(0) {
            0 => Err(Error::Fenced),
            _ => Ok(()),
        }
    }
}

/// Commits.
pub(super) async fn commit(transaction: Transaction<'_>, what: &'static str) -> Result<(), Fault> {
    transaction.commit().await.map_err(|error| fault(what, error))
}

/// A count as a column of the database.
pub(super) fn number<T: TryInto<i32>>(count: T) -> Result<i32, Fault> {
    count
        .try_into()
        .map_err(|_| corrupt("writing a number of workers"))
}

/// A sequence number as a column of the database.
pub(super) fn position(sequence: u64) -> Result<i64, Fault> {
    sequence
        .try_into()
        .map_err(|_| corrupt("writing a sequence number"))
}
