//! A way to a server that a test can close.

use loadsure_testkit::proxy::Proxy;

/// Host and port of a server's URL.
pub(crate) fn host_of(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
}

/// The same URL, through a proxy.
pub(crate) fn through(url: &str, proxy: &Proxy) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_port(Some(proxy.addr().port())).unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.to_string()
}
