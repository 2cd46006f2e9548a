//! New migrations on the database of the release before: they succeed on its rows, and lose none.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, bail};
use loadsure_testkit::db::TestDb;
use tokio_postgres::{Client, NoTls};

use super::{FOLDER, since};
use crate::ci::base;
use crate::ci::step::Scene;
use crate::infra::Outcome;
use crate::install::{self, Wanted};
use crate::workspace;

/// Rows of every table, as the release before had them.
const ROWS: &str = "crates/xtask/src/ci/migrations/rows.sql";

/// Builds the database of the base, fills it, and applies what is new.
pub(in crate::ci) async fn run(scene: &Scene) -> anyhow::Result<Outcome> {
    let Some(base) = scene.base()? else {
        return Ok(super::nothing_before());
    };
    let new = since(&base)?;
    if new.is_empty() {
        return Ok(Outcome::Passed);
    }
    let wanted = Wanted {
        postgres: true,
        redis: true,
    };
    install::ensure(wanted, true).await?;
    let mut texts = Vec::new();
    for path in base::files(&base, FOLDER)?
        .into_iter()
        .filter(|path| super::is_migration(path))
    {
        let text = of(&base, &path)?.with_context(|| format!("{path} is not in the base"))?;
        texts.push((path, text));
    }
    // Rows are written for the tables of their own time.
    let rows = match of(&base, ROWS)? {
        Some(rows) => rows,
        None => fs::read_to_string(workspace::root()?.join(ROWS))?,
    };
    texts.push((ROWS.to_owned(), rows));
    let database = filled(texts).await?;
    let mut client = connect(database.url()).await?;
    let before = counts(&client).await?;
    for path in &new {
        let text = fs::read_to_string(workspace::root()?.join(path))?;
        if let Err(error) = apply(&mut client, path, &text).await {
            return Ok(Outcome::Failed(format!(
                "on the database of the release before, {error:#}"
            )));
        }
    }
    Ok(match lost(&before, &counts(&client).await?) {
        Some(sentence) => Outcome::Failed(sentence),
        None => Outcome::Passed,
    })
}

fn of(base: &str, path: &str) -> anyhow::Result<Option<String>> {
    let bytes = base::file(base, path)?;
    let text = bytes.map(String::from_utf8).transpose();
    text.with_context(|| format!("{path} is not text"))
}

/// A database of its own on which these texts were run.
async fn filled(texts: Vec<(String, String)>) -> anyhow::Result<TestDb> {
    let fingerprint: String = texts.iter().map(|(_, text)| text.as_str()).collect();
    let run = |url: String| async move {
        let mut client = connect(&url).await?;
        for (path, text) in &texts {
            apply(&mut client, path, text).await?;
        }
        anyhow::Ok(())
    };
    Ok(TestDb::create(&fingerprint, run).await?)
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            eprintln!("    the connection to PostgreSQL ended: {error}");
        }
    });
    Ok(client)
}

/// In a transaction of its own, as refinery does it.
async fn apply(client: &mut Client, path: &str, text: &str) -> anyhow::Result<()> {
    let transaction = client.transaction().await?;
    let applied = transaction.batch_execute(text).await;
    applied.with_context(|| format!("{path} fails"))?;
    transaction.commit().await?;
    Ok(())
}

/// How many rows each table has.
async fn counts(client: &Client) -> anyhow::Result<BTreeMap<String, i64>> {
    let tables = client
        .query(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'",
            &[],
        )
        .await?;
    let mut counts = BTreeMap::new();
    for row in tables {
        let table: String = row.get(0);
        let count = client
            .query_one(&format!("SELECT count(*) FROM {table}"), &[])
            .await?;
        counts.insert(table, count.get(0));
    }
    if counts.is_empty() {
        bail!("the database of the release before has no table");
    }
    Ok(counts)
}

/// A table that is gone altogether is the business of the code before, which is run on the new schema.
fn lost(before: &BTreeMap<String, i64>, after: &BTreeMap<String, i64>) -> Option<String> {
    before.iter().find_map(|(table, count)| {
        let now = after.get(table)?;
        (now < count).then(|| format!("{table} had {count} rows and has {now}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> anyhow::Result<Vec<(String, String)>> {
        let root = workspace::root()?;
        let paths = super::super::current()?.into_iter().chain([ROWS.to_owned()]);
        let read = |path: String| Ok((path.clone(), fs::read_to_string(root.join(&path))?));
        paths.map(read).collect()
    }

    #[tokio::test]
    async fn every_table_has_a_row() {
        let database = filled(texts().unwrap()).await.unwrap();
        let counts = counts(&connect(database.url()).await.unwrap()).await.unwrap();
        let empty: Vec<_> = counts.iter().filter(|(_, count)| **count == 0).collect();
        assert!(empty.is_empty(), "{empty:?}");
    }

    #[test]
    fn fewer_rows_are_a_loss_and_more_are_none() {
        let counts = |count| BTreeMap::from([("jobs".to_owned(), count)]);
        assert_eq!(lost(&counts(2), &counts(1)).unwrap(), "jobs had 2 rows and has 1");
        assert_eq!(lost(&counts(2), &counts(3)), None);
    }
}
