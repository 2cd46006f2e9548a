//! Connections: reused where that is safe, and nothing is ever sent twice behind our back.

use loadsure_core::insurer::{Failure, Lost, QuoteToken};
use loadsure_core::ports::Insurer;
use loadsure_core::support_data::Kind;
use loadsure_insurer::Client;

use crate::raw::{Raw, Reply};
use crate::support::{lost, settings};

const SOLD: &str = r#"{"certificateNumber":"c-1","status":"ACTIVE"}"#;

fn client(raw: &Raw) -> Client {
    Client::new(settings(&raw.url("http"))).unwrap()
}

async fn purchase(client: &Client) -> Result<(), Failure> {
    let token = QuoteToken::new("eyJ".to_owned());
    client.purchase(&token, &[]).await.map(drop)
}

#[tokio::test]
async fn one_connection_serves_many_calls() {
    let raw = Raw::start([Reply::json("[1]")]).await;
    let client = client(&raw);
    for _ in 0..5 {
        client.clone().support_data(Kind::Commodities).await.unwrap();
    }
    assert_eq!((raw.connections(), raw.requests()), (1, 5));
}

/// P2: a purchase never meets a connection that the insurer is closing: each makes its own.
#[tokio::test]
async fn every_purchase_has_a_connection_of_its_own() {
    let raw = Raw::start([Reply::json("[1]"), Reply::json(SOLD)]).await;
    let client = client(&raw);
    client.support_data(Kind::Commodities).await.unwrap();
    for _ in 0..3 {
        purchase(&client).await.unwrap();
    }
    assert_eq!((raw.connections(), raw.requests()), (4, 4));
}

/// P2: a purchase that breaks after it was written is told as unknown and not sent again.
#[tokio::test]
async fn a_purchase_that_breaks_is_not_sent_again() {
    let raw = Raw::start([Reply::Last(String::new()), Reply::json(SOLD)]).await;
    let client = client(&raw);
    assert_eq!(lost(&purchase(&client).await.unwrap_err()), Lost::Reset);
    assert_eq!(raw.requests(), 1);
}

/// The same on a reused connection, where the stack below does have a way to try again.
#[tokio::test]
async fn a_call_that_breaks_on_a_reused_connection_is_not_sent_again() {
    let raw = Raw::start([Reply::json("[1]"), Reply::Last(String::new()), Reply::json("[1]")]).await;
    let client = client(&raw);
    client.support_data(Kind::Commodities).await.unwrap();
    let failure = client.support_data(Kind::Commodities).await.unwrap_err();
    assert_eq!(lost(&failure), Lost::Reset);
    assert_eq!((raw.connections(), raw.requests()), (1, 2));
}
