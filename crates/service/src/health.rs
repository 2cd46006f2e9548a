//! Asks the service that runs beside whether it can work: the health check of a container that has no shell.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::Client;

use crate::console::fail;
use crate::end::End;

/// Less than the time limit that whoever asks sets usually, so that it hears the reason.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the service is not taken for healthy.
#[derive(Debug, thiserror::Error)]
enum Unhealthy {
    #[error(
        "METRICS_ADDR must name an address and a port: nobody can be asked at a port that the system chooses"
    )]
    NoAddress,
    #[error("the service does not answer")]
    NoAnswer(#[source] reqwest::Error),
    #[error("the service cannot work now: it answers {0}")]
    Unready(StatusCode),
}

/// Asks the service whose internal address is `METRICS_ADDR`.
pub(crate) fn ask(metrics_addr: Option<SocketAddr>) -> End {
    match readiness(metrics_addr) {
        Ok(()) => End::Done,
        Err(why) => fail("unhealthy", &why),
    }
}

fn readiness(metrics_addr: Option<SocketAddr>) -> Result<(), Unhealthy> {
    let address = metrics_addr.filter(|address| address.port() != 0);
    let address = reachable(address.ok_or(Unhealthy::NoAddress)?);
    let client = Client::builder().timeout(PATIENCE).no_proxy().build();
    let asked = client.and_then(|client| client.get(format!("http://{address}/health/ready")).send());
    match asked.map_err(Unhealthy::NoAnswer)?.status() {
        StatusCode::OK => Ok(()),
        other => Err(Unhealthy::Unready(other)),
    }
}

/// A service that listens everywhere is asked at home.
fn reachable(address: SocketAddr) -> SocketAddr {
    let home = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(home, address.port())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use loadsure_telemetry::Metrics;
    use loadsure_telemetry::internal::Server;

    use super::*;

    async fn ask_elsewhere(address: Option<SocketAddr>) -> Result<(), Unhealthy> {
        tokio::task::spawn_blocking(move || readiness(address))
            .await
            .unwrap()
    }

    /// P50: healthy is who can work, not who runs.
    #[tokio::test]
    async fn only_a_service_that_can_work_is_healthy() {
        let can_work = Arc::new(AtomicBool::new(true));
        let ready = Arc::clone(&can_work);
        let ready = move || -> futures_util::future::BoxFuture<'static, bool> {
            Box::pin(std::future::ready(ready.load(Ordering::Acquire)))
        };
        let server = Server::start(
            (Ipv4Addr::LOCALHOST, 0).into(),
            Metrics::detached().unwrap(),
            ready,
        )
        .unwrap();
        let address = server.address();
        ask_elsewhere(Some(address)).await.unwrap();
        let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
        ask_elsewhere(Some(everywhere)).await.unwrap();
        can_work.store(false, Ordering::Release);
        let unready = ask_elsewhere(Some(address)).await.unwrap_err();
        assert!(matches!(
            unready,
            Unhealthy::Unready(StatusCode::SERVICE_UNAVAILABLE)
        ));
        server.stop().await;
        let gone = ask_elsewhere(Some(address)).await.unwrap_err();
        assert!(matches!(gone, Unhealthy::NoAnswer(_)));
    }

    #[test]
    fn a_port_that_the_system_chose_cannot_be_asked_at() {
        for nowhere in [None, Some((Ipv4Addr::LOCALHOST, 0).into())] {
            assert!(matches!(readiness(nowhere), Err(Unhealthy::NoAddress)));
        }
    }
}
