//! Whether a sandbox that runs elsewhere answers.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::blocking::Client;

const PATIENCE: Duration = Duration::from_secs(2);

/// Asks the sandbox that listens at `address` whether it is there; one that listens everywhere is asked at home.
///
/// # Errors
/// When it does not answer within two seconds, or otherwise than with success.
pub fn ask(mut address: SocketAddr) -> Result<(), reqwest::Error> {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    let client = Client::builder().timeout(PATIENCE).no_proxy().build()?;
    client
        .get(format!("http://{address}/health"))
        .send()?
        .error_for_status()?;
    Ok(())
}
