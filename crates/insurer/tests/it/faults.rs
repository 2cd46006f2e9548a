//! What goes wrong on the way, and what may be concluded from it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use loadsure_core::insurer::{Failure, Lost, QuoteToken};
use loadsure_core::ports::Insurer;
use loadsure_core::support_data;
use loadsure_insurer::Client;
use loadsure_sandbox::{Kind, Operation};
use tokio::net::TcpListener;

use crate::raw::{Raw, Reply};
use crate::support::{Insured, lost, refused, request, settings};

const SHORT: Duration = Duration::from_millis(300);

fn impatient() -> impl FnOnce(&mut loadsure_insurer::Settings) {
    |settings| settings.request_timeout = SHORT
}

/// P20: a socket that hangs lets go after the total time, and what was sent is unknown.
#[tokio::test]
async fn a_hanging_insurer_is_given_up_and_the_outcome_is_unknown() {
    for commits in [false, true] {
        let insured = Insured::with(impatient()).await;
        let started = Instant::now();
        let (failure, certificates) = insured.buy_under(Kind::Hang { commits }).await;
        assert_eq!(lost(&failure), Lost::Timeout);
        assert_eq!(certificates, usize::from(commits));
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn an_answer_that_is_late_but_in_time_is_an_answer() {
    let insured = Insured::start().await;
    let token = insured.token().await;
    insured.spoil(
        Operation::PurchaseQuote,
        Kind::Slow {
            ms: 100,
            commits: true,
        },
    );
    insured.client.purchase(&token, &[]).await.unwrap();
}

/// P3: from here a reset before and one after the purchase look the same, so neither may be repeated.
#[tokio::test]
async fn a_reset_is_an_unknown_outcome_whether_or_not_something_was_bought() {
    for (kind, bought) in [(Kind::ResetBefore, 0), (Kind::ResetAfter, 1)] {
        let insured = Insured::start().await;
        let (failure, certificates) = insured.buy_under(kind).await;
        assert_eq!(lost(&failure), Lost::Reset);
        assert_eq!(certificates, bought);
    }
}

/// P2: a quote may be asked again, but not behind the back of the one who asked: the connection is a reused one here.
#[tokio::test]
async fn a_reset_quote_is_sent_once() {
    for kind in [Kind::ResetBefore, Kind::ResetAfter] {
        let insured = Insured::start().await;
        insured.token().await;
        insured.spoil(Operation::Quote, kind);
        assert_eq!(
            lost(&insured.client.quote(&request()).await.unwrap_err()),
            Lost::Reset
        );
        assert_eq!(insured.sandbox.requests(Operation::Quote).len(), 2);
        insured.token().await;
    }
}

/// P4: an answer that was cut short, or that no JSON can be read from, proves nothing.
#[tokio::test]
async fn a_spoilt_answer_is_an_unknown_outcome() {
    for kind in [Kind::Truncate, Kind::Garbage { commits: true }] {
        let insured = Insured::start().await;
        let (failure, certificates) = insured.buy_under(kind).await;
        assert_eq!((lost(&failure), certificates), (Lost::Unreadable, 1), "{kind:?}");
    }
}

/// P32: a page of HTML with a server error is neither relayed nor believed.
#[tokio::test]
async fn a_server_error_is_an_unknown_outcome() {
    for (status, commits) in [(500, false), (502, true), (504, true)] {
        let insured = Insured::start().await;
        let (failure, certificates) = insured.buy_under(Kind::ServerErrorHtml { status, commits }).await;
        assert_eq!(lost(&failure), Lost::ServerError(status));
        assert_eq!(certificates, usize::from(commits));
        assert!(!format!("{failure:?}").contains('<'));
    }
}

#[tokio::test]
async fn being_turned_away_says_how_long_to_wait() {
    let (some, none) = (Some(7), None);
    let insured = Insured::start().await;
    let (failure, _) = insured.buy_under(Kind::RateLimited { retry_after_s: some }).await;
    assert_eq!(refused(&failure), (429, Some(Duration::from_secs(7))));
    let (failure, _) = insured.buy_under(Kind::RateLimited { retry_after_s: none }).await;
    assert_eq!(refused(&failure), (429, None));
    let (failure, _) = insured.buy_under(Kind::Unavailable { retry_after_s: some }).await;
    assert_eq!(refused(&failure), (503, Some(Duration::from_secs(7))));
    let (failure, _) = insured.buy_under(Kind::Unavailable { retry_after_s: none }).await;
    assert_eq!(lost(&failure), Lost::ServerError(503));
    assert!(insured.sandbox.ledger().certificates.is_empty());
}

#[tokio::test]
async fn a_date_to_wait_for_is_understood() {
    let headers = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:40 GMT\r\n";
    let raw = Raw::start([Reply::answer("429 Too Many Requests", headers, "")]).await;
    let client = Client::new(settings(&raw.url("http"))).unwrap();
    let failure = client.quote(&request()).await.unwrap_err();
    assert_eq!(refused(&failure), (429, Some(Duration::from_secs(3))));
}

/// Neither an announced length nor one that only shows while reading gets past the limit.
#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read() {
    let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000)).repeat(20);
    let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunk}");
    let long = Reply::answer("200 OK", "", &format!("[{}]", " ".repeat(20_000)));
    for reply in [long, Reply::Bytes(chunked)] {
        let raw = Raw::start([reply]).await;
        let mut settings = settings(&raw.url("http"));
        settings.max_response_bytes = NonZeroU32::new(10_000).unwrap();
        let client = Client::new(settings).unwrap();
        let failure = client
            .support_data(support_data::Kind::Commodities)
            .await
            .unwrap_err();
        assert_eq!(lost(&failure), Lost::Unreadable);
    }
}

/// A redirection is not followed: the key and the application would go where nobody chose to send them.
#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = Raw::start([Reply::json("{}")]).await;
    let location = format!("location: {}/api/insureLoad/quote\r\n", elsewhere.url("http"));
    for status in [
        "301 Moved",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let raw = Raw::start([Reply::answer(status, &location, "")]).await;
        let client = Client::new(settings(&raw.url("http"))).unwrap();
        assert_eq!(
            lost(&client.quote(&request()).await.unwrap_err()),
            Lost::Unreadable
        );
    }
    assert_eq!(elsewhere.connections(), 0);
}

async fn purchase_at(base_url: &str) -> Failure {
    let mut settings = settings(base_url);
    settings.connect_timeout = SHORT;
    let client = Client::new(settings).unwrap();
    client
        .purchase(&QuoteToken::new("eyJ".to_owned()), &[])
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for address in [closed.as_str(), "http://insurer.invalid"] {
        let failure = purchase_at(address).await;
        assert!(matches!(failure, Failure::NotSent(_)), "{address}: {failure:?}");
    }
}

#[tokio::test]
async fn a_failure_of_tls_sent_nothing() {
    let no_tls = Raw::start([Reply::Last("HTTP/1.1 400 Bad Request\r\n\r\n".to_owned())]).await;
    let silent = Raw::start([Reply::Deaf]).await;
    for raw in [&no_tls, &silent] {
        let failure = purchase_at(&raw.url("https")).await;
        assert!(matches!(failure, Failure::NotSent(_)), "{failure:?}");
        assert_eq!(raw.connections(), 1);
    }
}

/// After the connection stands, silence is no proof of anything.
#[tokio::test]
async fn silence_after_connecting_is_an_unknown_outcome() {
    let raw = Raw::start([Reply::Deaf]).await;
    let mut settings = settings(&raw.url("http"));
    settings.request_timeout = SHORT;
    let client = Client::new(settings).unwrap();
    let token = QuoteToken::new("eyJ".to_owned());
    assert_eq!(
        lost(&client.purchase(&token, &[]).await.unwrap_err()),
        Lost::Timeout
    );
}

/// The total time covers the body too: an answer that drips for ever ends.
#[tokio::test]
async fn an_answer_that_never_ends_is_given_up() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"certificateNumber\":\"c-1\"";
    let raw = Raw::start([Reply::Bytes(head.to_owned())]).await;
    let mut settings = settings(&raw.url("http"));
    settings.request_timeout = SHORT;
    let client = Client::new(settings).unwrap();
    let token = QuoteToken::new("eyJ".to_owned());
    assert_eq!(
        lost(&client.purchase(&token, &[]).await.unwrap_err()),
        Lost::Timeout
    );
}
