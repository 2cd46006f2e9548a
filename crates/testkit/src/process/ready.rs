//! The smallest HTTP probe: enough to read a status, without an HTTP client in every test program.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Time that one probe gets.
const AT_MOST: Duration = Duration::from_secs(2);

/// Whether `GET url` is answered with 200.
pub(super) async fn answers_200(url: &str) -> bool {
    matches!(tokio::time::timeout(AT_MOST, status(url)).await, Ok(Some(200)))
}

async fn status(url: &str) -> Option<u16> {
    let (host, path) = split(url)?;
    let mut stream = TcpStream::connect(host).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    // To the end, so that the server does not see a broken connection.
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let head = std::str::from_utf8(answer.get(..12)?).ok()?;
    head.strip_prefix("HTTP/1.1 ")?.parse().ok()
}

/// `host:port` and the path.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    Some(rest.find('/').map_or((rest, "/"), |at| rest.split_at(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_into_host_and_path() {
        assert_eq!(
            split("http://127.0.0.1:3000/health/ready"),
            Some(("127.0.0.1:3000", "/health/ready"))
        );
        assert_eq!(split("http://127.0.0.1:3000"), Some(("127.0.0.1:3000", "/")));
        assert_eq!(split("https://x/"), None);
    }
}
