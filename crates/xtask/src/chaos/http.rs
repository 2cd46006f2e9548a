//! One HTTP/1.1 request on a connection of its own.

use std::fmt;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
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
    /// Nothing listened, so nothing was sent.
    Refused,
    /// Ended without a whole answer.
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
            .map_err(|_| Broken::Cut)?;
        let request = self.request().map_err(|_| Broken::Cut)?;
        let exchange = async {
            let response = sender.send_request(request).await.map_err(|_| Broken::Cut)?;
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
            Self::Cut => "connection cut",
            Self::TimedOut => "timed out",
        })
    }
}
