//! The database is away, slow or crowded.

use std::time::{Duration, Instant};

use loadsure_core::id::QuoteId;
use loadsure_core::ports::{Fault, Jobs as _};
use loadsure_store::{DueJob, Filter, MIGRATIONS_FINGERPRINT, Published, Settings, Store, local_tenant};
use loadsure_testkit::db::TestDb;
use loadsure_testkit::proxy::Proxy;
use loadsure_testkit::servers::{Durability, Postgres};
use tokio::sync::oneshot;

use crate::support::*;

const DEADLINE: Duration = Duration::from_secs(30);

/// Waits until the database answers.
async fn recovers(store: &Store) {
    let deadline = Instant::now() + DEADLINE;
    while let Err(error) = store.probe().await {
        assert!(Instant::now() < deadline, "never: {error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_away<T: std::fmt::Debug>(answer: Result<T, Fault>) -> bool {
    matches!(answer, Err(Fault::Unavailable(_)))
}

/// P16, P39: a database that is away is a fault and not an empty answer; once it is back, so is the store.
#[tokio::test]
async fn a_restart_of_the_server_is_survived() {
    let mut server = Postgres::private(Durability::Test).await.unwrap();
    let db = TestDb::create_on(&server.url("postgres"), &MIGRATIONS_FINGERPRINT, migrated)
        .await
        .unwrap();
    let store = Store::new(&settings(db.url(), 4)).unwrap();
    let quote = || store.quote(local_tenant(), QuoteId::generate());
    assert!(quote().await.unwrap().is_none());
    server.stop().await.unwrap();
    assert!(is_away(quote().await));
    assert!(is_away(store.probe().await));
    assert!(is_away(loadsure_store::schema_is_current(&store).await));
    server.restart().await.unwrap();
    recovers(&store).await;
    assert!(quote().await.unwrap().is_none());
}

/// P16: connections that were cut are replaced, all of them.
#[tokio::test]
async fn cut_connections_are_replaced() {
    let setup = Setup::new().await;
    let url = url::Url::parse(setup.db.url()).unwrap();
    let upstream = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let proxy = Proxy::start(upstream).await.unwrap();
    let mut through = url.clone();
    through.set_port(Some(proxy.addr().port())).unwrap();
    let store = Store::new(&settings(through.as_str(), 4)).unwrap();
    let probes = || async { tokio::join!(store.probe(), store.probe(), store.probe(), store.probe()) };
    probes().await.0.unwrap();
    proxy.cut().await.unwrap();
    recovers(&store).await;
    for _ in 0..4 {
        recovers(&store).await;
    }
    let all = probes().await;
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok() && all.3.is_ok());
    proxy.down().await.unwrap();
    let filter: Filter = setup.everything(1);
    assert!(is_away(store.quotes(&filter).await), "P39: not an empty list");
    proxy.pass().await.unwrap();
    recovers(&store).await;
}

/// P4, P24: a relay that was frozen while it held jobs does not keep others from ending them.
#[tokio::test]
async fn a_frozen_transaction_loses_its_locks() {
    let setup = Setup::new().await;
    let (_, ticket) = setup.quote().await;
    setup.run("UPDATE jobs SET due_at = now()").await;
    let freezing = Store::new(&Settings {
        statement_timeout: Duration::from_millis(300),
        ..settings(setup.db.url(), 1)
    })
    .unwrap();
    let (reached, frozen) = oneshot::channel();
    let relay = tokio::spawn(async move {
        freezing
            .relay(10, async |jobs: Vec<DueJob>| {
                reached.send(jobs.len()).unwrap();
                std::future::pending::<Result<Vec<Published>, Fault>>().await
            })
            .await
    });
    assert_eq!(frozen.await.unwrap(), 1, "the job is locked");
    // Well within its own time for a statement.
    setup.store.finish(ticket, serde_json::json!({})).await.unwrap();
    relay.abort();
}

/// P20: the server ends a statement that takes too long, and that is worth another try.
#[tokio::test]
async fn a_statement_has_a_time_limit() {
    let setup = Setup::new().await;
    let (id, _) = setup.quote().await;
    let impatient = Store::new(&Settings {
        statement_timeout: Duration::from_millis(300),
        ..settings(setup.db.url(), 1)
    })
    .unwrap();
    setup.run("BEGIN; LOCK TABLE quotes").await;
    assert!(is_away(impatient.quote(setup.tenant, id).await));
    setup.run("ROLLBACK").await;
    assert!(impatient.quote(setup.tenant, id).await.unwrap().is_some());
}

/// P20: nobody waits for ever for a connection.
#[tokio::test]
async fn waiting_for_a_connection_has_a_time_limit() {
    let setup = Setup::new().await;
    setup.quote().await;
    setup.run("UPDATE jobs SET due_at = now()").await;
    let crowded = Store::new(&Settings {
        wait_timeout: Duration::from_millis(50),
        ..settings(setup.db.url(), 1)
    })
    .unwrap();
    let (holding, held) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let publish = async |_: Vec<DueJob>| {
        holding.send(()).unwrap();
        released.await.unwrap();
        Ok::<Vec<Published>, Fault>(Vec::new())
    };
    let other = async {
        held.await.unwrap();
        let answer = crowded.probe().await;
        release.send(()).unwrap();
        answer
    };
    let (relayed, answer) = tokio::join!(crowded.relay(1, publish), other);
    relayed.unwrap();
    assert!(is_away(answer));
    crowded.probe().await.unwrap();
}
