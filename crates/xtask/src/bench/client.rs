//! One keep-alive HTTP/1.1 connection to the API. No more than that: the client shares the
//! processors with what it measures.

use anyhow::{Context as _, bail};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Where the API is, and how to be let in.
#[derive(Clone, Debug)]
pub(super) struct Api {
    host: String,
    authorization: Option<String>,
}

/// An open connection.
pub(super) struct Connection {
    api: Api,
    sender: SendRequest<Full<Bytes>>,
}

impl Api {
    /// `url` is `http://host:port`.
    pub(super) fn new(url: &str, key: Option<String>) -> anyhow::Result<Self> {
        let Some(host) = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/')) else {
            bail!("{url} is not of the form http://host:port");
        };
        Ok(Self {
            host: host.to_owned(),
            authorization: key.map(|key| format!("Bearer {key}")),
        })
    }

    pub(super) async fn connect(&self) -> anyhow::Result<Connection> {
        Ok(Connection {
            api: self.clone(),
            sender: self.open().await?,
        })
    }

    async fn open(&self) -> anyhow::Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.host)
            .await
            .with_context(|| format!("cannot connect to {}", self.host))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Ends with the sender; what goes wrong shows in the answer that is missing.
        tokio::spawn(connection);
        Ok(sender)
    }
}

impl Connection {
    /// Posts a quote and reads the whole answer.
    pub(super) async fn post_quote(&mut self, body: String) -> anyhow::Result<StatusCode> {
        let mut request = Request::post("/api/insurance/quotes")
            .header(HOST, &self.api.host)
            .header(CONTENT_TYPE, "application/json");
        if let Some(authorization) = &self.api.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Full::from(body))?).await?;
        let status = response.status();
        response.into_body().collect().await?;
        Ok(status)
    }

    /// Connects again after an error.
    pub(super) async fn renew(&mut self) -> anyhow::Result<()> {
        self.sender = self.api.open().await?;
        Ok(())
    }
}
