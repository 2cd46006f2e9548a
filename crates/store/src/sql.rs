//! Running statements: prepared once per connection, and every error a fault.

use deadpool_postgres::GenericClient;
use loadsure_core::ports::Fault;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::fault::fault;

/// Parameters of a statement.
pub(crate) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Statements on a connection or within a transaction. `what` says what is being done, for errors.
pub(crate) trait Sql: GenericClient + Sync {
    /// All rows.
    fn rows(
        &self,
        what: &'static str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<Vec<Row>, Fault>> + Send {
        async move {
            let statement = self
                .prepare_cached(sql)
                .await
                .map_err(|error| fault(what, error))?;
            self.query(&statement, parameters)
                .await
                .map_err(|error| fault(what, error))
        }
    }

    /// The only row, if there is one.
    fn row(
        &self,
        what: &'static str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<Option<Row>, Fault>> + Send {
        async move {
            let statement = self
                .prepare_cached(sql)
                .await
                .map_err(|error| fault(what, error))?;
            self.query_opt(&statement, parameters)
                .await
                .map_err(|error| fault(what, error))
        }
    }

    /// Changes rows and returns how many they were.
    fn run(
        &self,
        what: &'static str,
        sql: &str,
        parameters: Parameters<'_>,
    ) -> impl Future<Output = Result<u64, Fault>> + Send {
        async move {
            let statement = self
                .prepare_cached(sql)
                .await
                .map_err(|error| fault(what, error))?;
            self.execute(&statement, parameters)
                .await
                .map_err(|error| fault(what, error))
        }
    }
}

impl<T: GenericClient + Sync> Sql for T {}
