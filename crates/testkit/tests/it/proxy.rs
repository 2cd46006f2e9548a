//! The fault proxy, in front of a server that echoes.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use loadsure_testkit::proxy::Proxy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{SOON, echo_server};

async fn proxy() -> Proxy {
    Proxy::start(echo_server().await).await.unwrap()
}

async fn echo(stream: &mut TcpStream, text: &str) -> String {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = vec![0; text.len()];
    timeout(SOON, stream.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn bytes_pass_and_an_orderly_end_passes_too() {
    let proxy = proxy().await;
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(echo(&mut stream, "hello").await, "hello");
    stream.shutdown().await.unwrap();
    assert_eq!(timeout(SOON, stream.read(&mut [0; 8])).await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn a_refused_connection_is_refused_and_an_open_one_goes_on() {
    let proxy = proxy().await;
    let mut open = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(echo(&mut open, "a").await, "a");
    proxy.refuse().await.unwrap();
    assert_eq!(
        TcpStream::connect(proxy.addr()).await.unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
    assert_eq!(echo(&mut open, "b").await, "b");
    proxy.pass().await.unwrap();
    assert_eq!(
        echo(&mut TcpStream::connect(proxy.addr()).await.unwrap(), "c").await,
        "c"
    );
}

#[tokio::test]
async fn a_cut_resets_open_connections_and_new_ones_work() {
    let proxy = proxy().await;
    let mut open = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(echo(&mut open, "a").await, "a");
    proxy.cut().await.unwrap();
    let error = timeout(SOON, open.read(&mut [0; 8])).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(
        echo(&mut TcpStream::connect(proxy.addr()).await.unwrap(), "b").await,
        "b"
    );
}

#[tokio::test]
async fn down_refuses_and_resets() {
    let proxy = proxy().await;
    let mut open = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(echo(&mut open, "a").await, "a");
    proxy.pause();
    proxy.down().await.unwrap();
    let error = timeout(SOON, open.read(&mut [0; 8])).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(
        TcpStream::connect(proxy.addr()).await.unwrap_err().kind(),
        ErrorKind::ConnectionRefused
    );
}

#[tokio::test]
async fn a_pause_holds_bytes_back_until_it_is_over() {
    let proxy = proxy().await;
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    assert_eq!(echo(&mut stream, "a").await, "a");
    proxy.pause();
    stream.write_all(b"b").await.unwrap();
    let mut answer = [0; 1];
    assert!(
        timeout(Duration::from_millis(100), stream.read_exact(&mut answer))
            .await
            .is_err()
    );
    proxy.pass().await.unwrap();
    timeout(SOON, stream.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&answer, b"b");
}

#[tokio::test]
async fn a_slow_connection_delays_each_way() {
    let proxy = proxy().await;
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    proxy.slow(Duration::from_millis(50));
    let begun = Instant::now();
    assert_eq!(echo(&mut stream, "a").await, "a");
    assert!(begun.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn without_a_server_behind_it_the_client_is_reset() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let proxy = Proxy::start(nobody.to_string()).await.unwrap();
    let mut stream = TcpStream::connect(proxy.addr()).await.unwrap();
    let ended = timeout(SOON, stream.read(&mut [0; 8])).await.unwrap();
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
}
