//! Faults that break the connection, seen by a plain socket and by a real client.

use std::io::ErrorKind;

use loadsure_sandbox::{Fault, Kind, Operation};
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Caller;

const PURCHASE: Operation = Operation::PurchaseQuote;

/// Buys over a plain socket: everything received, and how the connection ended.
async fn raw(caller: &Caller, kind: Kind) -> (Vec<u8>, Option<ErrorKind>) {
    let body = json!({"quoteToken": caller.token().await}).to_string();
    caller.sandbox.set_faults([Fault::once(PURCHASE, kind)]);
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        PURCHASE.path(),
        caller.sandbox.api_key().expose_secret(),
        body.len()
    );
    let mut socket = TcpStream::connect(caller.sandbox.address()).await.unwrap();
    socket
        .write_all(format!("{head}{body}").as_bytes())
        .await
        .unwrap();
    let mut received = Vec::new();
    let end = socket.read_to_end(&mut received).await;
    (received, end.err().map(|error| error.kind()))
}

/// P1, P3: the purchase may or may not have happened; no byte tells.
#[tokio::test]
async fn a_reset_gives_no_byte_and_only_the_later_one_buys() {
    let caller = Caller::start().await;
    for (kind, committed) in [(Kind::ResetBefore, false), (Kind::ResetAfter, true)] {
        let (received, end) = raw(&caller, kind).await;
        assert_eq!(
            (received.len(), end),
            (0, Some(ErrorKind::ConnectionReset)),
            "{kind:?}"
        );
        let ledger = caller.sandbox.ledger();
        let last = ledger.attempts.last().unwrap();
        assert_eq!((last.committed, last.answered), (committed, false), "{kind:?}");
    }
    assert_eq!(caller.sandbox.ledger().certificates.len(), 1);
}

#[tokio::test]
async fn a_client_sees_a_reset_as_an_error_of_the_request() {
    let caller = Caller::start().await;
    for kind in [Kind::ResetBefore, Kind::ResetAfter] {
        let body = json!({"quoteToken": caller.token().await});
        caller.sandbox.set_faults([Fault::always(PURCHASE, kind)]);
        let error = caller.send(PURCHASE, &body).await.unwrap_err();
        assert!(error.is_request() && !error.is_connect(), "{error:?}");
    }
}

#[tokio::test]
async fn a_truncated_answer_has_its_head_and_half_of_its_body() {
    let caller = Caller::start().await;
    let (received, _) = raw(&caller, Kind::Truncate).await;
    let text = String::from_utf8(received).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"));
    let announced = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    assert_eq!(body.len(), announced.parse::<usize>().unwrap() / 2);

    let token = caller.token().await;
    caller.sandbox.set_faults([Fault::once(PURCHASE, Kind::Truncate)]);
    let response = caller
        .send(PURCHASE, &json!({"quoteToken": token}))
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 200);
    assert!(response.bytes().await.is_err());
    let ledger = caller.sandbox.ledger();
    assert_eq!(ledger.token(&token).committed, 1);
    assert!(!ledger.attempts.last().unwrap().answered);
}

#[tokio::test]
async fn after_a_reset_the_next_call_is_served() {
    let caller = Caller::start().await;
    caller
        .sandbox
        .set_faults([Fault::once(Operation::Quote, Kind::ResetBefore)]);
    assert!(
        caller
            .send(Operation::Quote, &crate::support::quote_body())
            .await
            .is_err()
    );
    caller.token().await;
}
