//! Values with a time to live.

use std::time::Duration;

use loadsure_cache::{Cache, Error, Settings};

use crate::server::{Server, keys};

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_value_is_kept_until_it_is_deleted() {
    let server = Server::start();
    let cache = server.cache();
    assert_eq!(cache.get("commodities").await.unwrap(), None);
    cache.put("commodities", b"[\x00\xff]", LONG).await.unwrap();
    assert_eq!(cache.get("commodities").await.unwrap().unwrap(), b"[\x00\xff]");
    assert_eq!(keys(&server).await, ["{test}:cache:commodities"]);
    cache.delete("commodities").await.unwrap();
    cache.delete("commodities").await.unwrap();
    assert_eq!(cache.get("commodities").await.unwrap(), None);
}

#[tokio::test]
async fn a_value_expires() {
    let server = Server::start();
    let cache = server.cache();
    cache.put("short", b"1", Duration::from_millis(20)).await.unwrap();
    let until_it_is_gone = async {
        while cache.get("short").await.unwrap().is_some() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, until_it_is_gone).await.unwrap();
}

/// P30: neither the address nor its password is shown.
#[test]
fn a_cache_shows_no_password() {
    let settings = Settings {
        url: "redis://:hunter2@127.0.0.1".into(),
        prefix: "test".to_owned(),
        pool_size: 1.try_into().unwrap(),
        timeout: LONG,
    };
    assert!(!format!("{settings:?} {:?}", Cache::new(&settings).unwrap()).contains("hunter2"));
    let broken = Settings {
        url: "hunter2".into(),
        ..settings
    };
    let error = Cache::new(&broken).unwrap_err();
    assert!(matches!(error, Error::Address(_)));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}
