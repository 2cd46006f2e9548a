//! Workers as containers of a Compose service.

use std::time::{Duration, Instant};

use loadsure_compose::{Endpoint, Error, Service, Settings, Step};
use loadsure_config::{ComposeConfig, ENGINE_TIMEOUT};
use loadsure_core::scaling::StandDown;
use loadsure_telemetry::fields;
use serde_json::json;
use tracing::{info, warn};
use url::Url;

use super::pause::Pause;
use super::{Count, Ending, Order};
use crate::error::StartError;
use crate::seat::Permit;

/// Where the engine is unless the configuration says otherwise.
const SOCKET: &str = "/var/run/docker.sock";

/// Workers as containers of a Compose service.
#[derive(Debug)]
pub(crate) struct Compose {
    settings: Settings,
    service: Option<Service>,
    pause: Pause,
    /// What was counted last, for as long as the engine does not answer.
    last: Count,
}

/// Adds and removes containers.
#[derive(Debug)]
pub(crate) struct ComposeTask(Option<Service>);

impl Compose {
    /// Prepares. Nothing is sent. `grace` is how long a worker may take to end.
    pub(super) fn new(config: &ComposeConfig, grace: Duration) -> Result<Self, StartError> {
        let settings = Settings {
            endpoint: endpoint(config.docker_host.as_deref())?,
            project: config.project.clone(),
            service: config.service.clone(),
            grace,
            timeout: ENGINE_TIMEOUT,
        };
        Ok(Self {
            settings,
            service: None,
            pause: Pause::default(),
            last: Count::default(),
        })
    }

    pub(super) const fn request_takes() -> Duration {
        ENGINE_TIMEOUT
    }

    pub(super) fn task(&self) -> ComposeTask {
        ComposeTask(self.service.clone())
    }

    /// The containers that live.
    pub(super) async fn count(&mut self) -> Count {
        let now = Instant::now();
        if self.pause.holds(now) {
            return self.last;
        }
        match self.ask().await {
            Ok(alive) => {
                self.pause.over();
                self.last = Count {
                    wanted: alive,
                    living: alive,
                    ..Count::default()
                };
            }
            Err(error) => {
                self.pause.failed(now, None);
                self.complain(&error);
                self.last.stand_down = Some(StandDown::PlatformUnreachable);
            }
        }
        self.last
    }

    async fn ask(&mut self) -> Result<u32, Error> {
        if let Some(service) = &self.service {
            return service.alive().await;
        }
        let service = Service::connect(&self.settings).await?;
        let alive = service.alive().await?;
        self.service = Some(service);
        Ok(alive)
    }

    fn complain(&self, error: &Error) {
        if self.last.stand_down.is_none() {
            warn!(
                { fields::ERROR } = fields::causes(error),
                "the workers cannot be counted; their number stays"
            );
        }
    }
}

impl ComposeTask {
    /// Takes one step after another, each only while this monitor surely leads and nobody wants something else.
    pub(super) async fn follow(self, order: Order, permit: &Permit) -> Ending {
        let Some(service) = self.0 else {
            return Ending::failed("the engine was never reached");
        };
        let mut killed = 0_u32;
        loop {
            if !permit.holds().await {
                return Ending::superseded("the right to change the number of workers was lost");
            }
            match service.step(order.to).await {
                Ok(Step::Nothing) => return Ending::applied(json!({"killed": killed})),
                Ok(step) => {
                    killed += u32::from(matches!(step, Step::Stopped { killed: true, .. }));
                    info!(?step, "a container was changed");
                }
                Err(error) => {
                    warn!(
                        { fields::ERROR } = fields::causes(&error),
                        "a container could not be changed"
                    );
                    return Ending::failed(error.to_string());
                }
            }
        }
    }
}

/// What `DOCKER_HOST` names.
fn endpoint(docker_host: Option<&str>) -> Result<Endpoint, StartError> {
    let host = docker_host.unwrap_or_default();
    if let Some(path) = host.strip_prefix("unix://") {
        return Ok(Endpoint::Socket(path.into()));
    }
    let http = match host.strip_prefix("tcp://") {
        Some(address) => format!("http://{address}"),
        None if host.is_empty() => return Ok(Endpoint::Socket(SOCKET.into())),
        None => host.to_owned(),
    };
    let url: Url = http.parse().map_err(StartError::DockerHost)?;
    Ok(Endpoint::Http(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_behind_a_socket_or_a_proxy() {
        let http = |text: &str| Endpoint::Http(text.parse().unwrap());
        assert_eq!(endpoint(None).unwrap(), Endpoint::Socket(SOCKET.into()));
        assert_eq!(
            endpoint(Some("unix:///run/docker.sock")).unwrap(),
            Endpoint::Socket("/run/docker.sock".into())
        );
        assert_eq!(
            endpoint(Some("tcp://proxy:2375")).unwrap(),
            http("http://proxy:2375")
        );
        assert_eq!(
            endpoint(Some("http://proxy:2375")).unwrap(),
            http("http://proxy:2375")
        );
        assert!(matches!(
            endpoint(Some("tcp://:")),
            Err(StartError::DockerHost(_))
        ));
    }
}
