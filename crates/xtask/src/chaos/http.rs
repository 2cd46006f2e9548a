//! One HTTP/1.1 request on a connection of its own.

use std::fmt;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::{TrySendError, http1};
use hyper::header::{CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A request to `http://<host><path>`.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
}

/// An answer with its whole body; a body that is not JSON counts as `null`.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// No answer, and how it came to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// No connection, so nothing was sent.
    Refused,
    /// The connection ended before anything of the request was sent.
    Unsent,
    /// Ended without a whole answer, after the request was sent in part or whole.
    Cut,
    TimedOut,
}

impl Call {
    pub(crate) fn get(host: &str, path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            host: host.to_owned(),
            path: path.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn with_body(method: Method, host: &str, path: &str, body: Value) -> Self {
        Self {
            method,
            body: Some(body),
            ..Self::get(host, path)
        }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(&self, at_most: Duration) -> Result<Answer, Broken> {
        tokio::time::timeout(at_most, self.exchange())
            .await
            .unwrap_or(Err(Broken::TimedOut))
    }

    async fn exchange(&self) -> Result<Answer, Broken> {
        let stream = TcpStream::connect(&self.host)
            .await
            .map_err(|_| Broken::Refused)?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|_| Broken::Unsent)?;
        let request = self.request().map_err(|_| Broken::Unsent)?;
        let exchange = async {
            let response = sender.try_send_request(request).await.map_err(broken)?;
            let (head, body) = response.into_parts();
            let bytes = body.collect().await.map_err(|_| Broken::Cut)?.to_bytes();
            Ok(Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: serde_json::from_slice(&bytes).unwrap_or_default(),
            })
        };
        // The connection is driven here, so that it ends with a request that is given up.
        tokio::pin!(exchange);
        tokio::select! {
            answer = &mut exchange => answer,
            _ended = connection => exchange.await,
        }
    }

    fn request(&self) -> hyper::http::Result<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header(HOST, &self.host)
            .header("connection", "close");
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = match &self.body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        request.body(Full::new(body))
    }
}

/// A request that was not begun is given back.
fn broken(mut error: TrySendError<Request<Full<Bytes>>>) -> Broken {
    match error.take_message() {
        Some(_) => Broken::Unsent,
        None => Broken::Cut,
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The stable code of a problem (RFC 9457); empty in other answers.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "connection refused",
            Self::Unsent => "connection cut before the request",
            Self::Cut => "connection cut",
            Self::TimedOut => "timed out",
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    const AT_MOST: Duration = Duration::from_secs(20);

    async fn listener() -> (TcpListener, Call) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        (listener, Call::get(&host, "/"))
    }

    #[tokio::test]
    async fn a_port_that_is_closed_refuses() {
        let (listener, call) = listener().await;
        drop(listener);
        assert_eq!(call.send(AT_MOST).await.unwrap_err(), Broken::Refused);
    }

    #[tokio::test]
    async fn a_request_that_was_read_and_not_answered_is_cut() {
        let (listener, call) = listener().await;
        let server = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
        };
        let (broken, ()) = tokio::join!(call.send(AT_MOST), server);
        assert_eq!(broken.unwrap_err(), Broken::Cut);
    }

    #[tokio::test]
    async fn a_request_on_a_connection_that_has_ended_is_not_sent() {
        let (listener, call) = listener().await;
        let (stream, accepted) = tokio::join!(TcpStream::connect(&call.host), listener.accept());
        drop(accepted.unwrap());
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream.unwrap())).await.unwrap();
        drop(connection.await);
        let error = sender
            .try_send_request(call.request().unwrap())
            .await
            .unwrap_err();
        assert_eq!(broken(error), Broken::Unsent);
    }
}
