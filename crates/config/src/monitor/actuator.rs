//! Who changes the number of workers.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use super::{LEASE_MS, MONITOR};
use crate::{Reader, Service, Var};

/// Who calls the platform: for scaling, and for deploying.
const PLATFORM: &[Service] = &[Service::QueueMonitor, Service::Ctl];

pub(super) const ACTUATOR: Var = Var::optional(
    "SCALING_ACTUATOR",
    MONITOR,
    "Who changes the number of workers. dry-run: nobody. process: the monitor itself starts and drains workers on this \
     machine. digitalocean: App Platform. compose: the containers of a service of Docker Compose.",
)
.or("dry-run");

pub(super) const WORKER_BINARY: Var = Var::optional(
    "WORKER_BINARY",
    MONITOR,
    "File of the worker program that SCALING_ACTUATOR=process starts; required then.",
);

pub(super) const COMPONENT: Var = Var::optional(
    "SCALING_COMPONENT",
    MONITOR,
    "Name of the workers' component in the app's spec, or of their service in the Compose file.",
)
.or("worker");

pub(crate) const TOKEN: Var = Var::optional(
    "DIGITALOCEAN_TOKEN",
    PLATFORM,
    "API token that may read and update the app (scopes app:read and app:update). Required with \
     SCALING_ACTUATOR=digitalocean, and for loadsurectl deploy.",
)
.secret();

pub(super) const APP_ID: Var = Var::optional(
    "DIGITALOCEAN_APP_ID",
    MONITOR,
    "Id of the app whose workers are scaled, a UUID. Required with SCALING_ACTUATOR=digitalocean.",
);

pub(crate) const API_URL: Var =
    Var::optional("DIGITALOCEAN_API_URL", PLATFORM, "The platform's API.").or("https://api.digitalocean.com");

pub(crate) const TIMEOUT_MS: Var = Var::optional(
    "DIGITALOCEAN_TIMEOUT_MS",
    PLATFORM,
    "Milliseconds for one request to the platform. Less than half of SCALING_LEASE_MS, so that whoever sends a change \
     still leads when it arrives.",
)
.or("10000");

pub(super) const COST_CEILING_USD: Var = Var::optional(
    "SCALING_COST_CEILING_USD",
    MONITOR,
    "Whole US dollars per month that the app may cost after a change, by the platform's own estimate. Empty: no limit.",
);

pub(super) const COMPOSE_PROJECT: Var = Var::optional(
    "COMPOSE_PROJECT",
    MONITOR,
    "Name of the Compose project. Required with SCALING_ACTUATOR=compose.",
);

pub(super) const DOCKER_HOST: Var = Var::optional(
    "DOCKER_HOST",
    MONITOR,
    "The Docker Engine: unix:///path, or tcp://host:port of a proxy that allows only what scaling needs. Never give a \
     deployed container the engine's own socket.",
)
.or_derived("unix:///var/run/docker.sock");

/// Longest time for a request to the container engine: it is on this machine, or behind one proxy.
pub const ENGINE_TIMEOUT: Duration = Duration::from_secs(5);

/// Who changes the number of workers.
#[derive(Debug, Clone)]
pub enum Actuator {
    /// Nobody: decisions are only published.
    DryRun,
    /// The monitor starts and drains this program on its own machine.
    Process(PathBuf),
    /// App Platform.
    DigitalOcean(DigitalOceanConfig),
    /// The containers of a Compose service.
    Compose(ComposeConfig),
}

/// An app on App Platform, and how its workers are scaled.
#[derive(Debug, Clone)]
pub struct DigitalOceanConfig {
    /// Token of the API.
    pub token: SecretString,
    /// The app.
    pub app_id: Uuid,
    /// Address of the API.
    pub api_url: Url,
    /// Time for one request.
    pub timeout: Duration,
    /// The workers' component in the spec.
    pub component: String,
    /// Most US dollars per month.
    pub cost_ceiling_usd: Option<NonZeroU32>,
}

/// A service of Docker Compose.
#[derive(Debug, Clone)]
pub struct ComposeConfig {
    /// The project.
    pub project: String,
    /// The workers' service in it.
    pub service: String,
    /// The Docker Engine, if not where the client library looks for it.
    pub docker_host: Option<String>,
}

impl Actuator {
    /// Remembers a problem where a request could outlast the leadership under which it was sent.
    pub(super) fn check_against(&self, reader: &mut Reader<'_>, lease: Duration) {
        const DANGER: &str = "or two monitors may change the number at once";
        match self {
            Self::DigitalOcean(platform) if platform.timeout >= lease / 2 => {
                let (timeout, lease) = (platform.timeout.as_millis(), lease.as_millis());
                let reason =
                    format!("{timeout} ms must be less than half of SCALING_LEASE_MS ({lease} ms), {DANGER}");
                reader.reject(&TIMEOUT_MS, reason);
            }
            Self::Compose(_) if ENGINE_TIMEOUT >= lease / 2 => {
                let (timeout, lease) = (ENGINE_TIMEOUT.as_millis(), lease.as_millis());
                let reason = format!(
                    "{lease} ms must be more than twice as long as a request to the engine ({timeout} ms), {DANGER}"
                );
                reader.reject(&LEASE_MS, reason);
            }
            _ => {}
        }
    }
}

/// The names of the actuators.
#[derive(Clone, Copy)]
enum Name {
    DryRun,
    Process,
    DigitalOcean,
    Compose,
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "dry-run" => Ok(Self::DryRun),
            "process" => Ok(Self::Process),
            "digitalocean" => Ok(Self::DigitalOcean),
            "compose" => Ok(Self::Compose),
            _ => Err("must be dry-run, process, digitalocean or compose"),
        }
    }
}

/// Everything that some actuator needs, whichever was chosen.
struct Given {
    binary: Option<PathBuf>,
    component: String,
    token: Option<SecretString>,
    app_id: Option<Uuid>,
    api_url: Url,
    timeout: Duration,
    cost_ceiling_usd: Option<NonZeroU32>,
    project: Option<String>,
    docker_host: Option<String>,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<Actuator> {
    let name = reader.parse(&ACTUATOR);
    let given = read_given(reader);
    let (name, given) = (name?, given?);
    match name {
        Name::DryRun => Some(Actuator::DryRun),
        Name::Process => required(reader, &WORKER_BINARY, given.binary, "process").map(Actuator::Process),
        Name::DigitalOcean => {
            let token = required(reader, &TOKEN, given.token, "digitalocean");
            let app_id = required(reader, &APP_ID, given.app_id, "digitalocean");
            Some(Actuator::DigitalOcean(DigitalOceanConfig {
                token: token?,
                app_id: app_id?,
                api_url: given.api_url,
                timeout: given.timeout,
                component: given.component,
                cost_ceiling_usd: given.cost_ceiling_usd,
            }))
        }
        Name::Compose => Some(Actuator::Compose(ComposeConfig {
            project: required(reader, &COMPOSE_PROJECT, given.project, "compose")?,
            service: given.component,
            docker_host: given.docker_host,
        })),
    }
}

fn read_given(reader: &mut Reader<'_>) -> Option<Given> {
    let binary = reader.text(&WORKER_BINARY).map(PathBuf::from);
    let component = reader.parse_with(&COMPONENT, name);
    let token = reader.optional(|r| r.secret(&TOKEN, token));
    let app_id = reader.optional(|r| r.parse_with(&APP_ID, uuid));
    let api_url = reader.http_url(&API_URL);
    let timeout = reader.millis(&TIMEOUT_MS);
    let cost_ceiling_usd = reader.optional(|r| r.nonzero_u32(&COST_CEILING_USD));
    let project = reader.optional(|r| r.parse_with(&COMPOSE_PROJECT, name));
    let docker_host = reader.optional(|r| r.parse_with(&DOCKER_HOST, docker_host));
    Some(Given {
        binary,
        component: component?,
        token: token?,
        app_id: app_id?,
        api_url: api_url?,
        timeout: timeout?,
        cost_ceiling_usd: cost_ceiling_usd?,
        project: project?,
        docker_host: docker_host?,
    })
}

fn required<T>(reader: &mut Reader<'_>, var: &Var, given: Option<T>, actuator: &str) -> Option<T> {
    if given.is_none() {
        reader.reject(var, format!("is required when SCALING_ACTUATOR is {actuator}"));
    }
    given
}

/// It becomes a part of a URL or of a filter.
fn name(text: &str) -> Result<String, &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if text.len() > 64 || !text.chars().all(allowed) {
        return Err("must be at most 64 letters, digits, '.', '_' or '-'");
    }
    Ok(text.to_owned())
}

fn uuid(text: &str) -> Result<Uuid, &'static str> {
    text.parse().map_err(|_| "must be a UUID")
}

/// It becomes a header.
fn token(text: &str) -> Result<(), &'static str> {
    let printable = text.chars().all(|c| c.is_ascii_graphic());
    printable
        .then_some(())
        .ok_or("must be printable characters without blanks")
}

fn docker_host(text: &str) -> Result<String, &'static str> {
    let known = ["unix://", "tcp://", "http://"];
    let is_known = known.iter().any(|scheme| text.starts_with(scheme));
    is_known
        .then(|| text.to_owned())
        .ok_or("must start with unix://, tcp:// or http://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MonitorConfig;

    const APP: &str = "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf";

    fn config<const N: usize>(env: [(&str, &str); N]) -> Result<Actuator, String> {
        let mut reader = Reader::new(&env);
        let config = MonitorConfig::read(&mut reader).map(|config| config.actuator);
        reader.finish(config).map_err(|errors| errors.to_string())
    }

    #[test]
    fn starting_workers_needs_their_program() {
        let error = config([("SCALING_ACTUATOR", "process")]).unwrap_err();
        assert_eq!(
            error,
            "WORKER_BINARY: is required when SCALING_ACTUATOR is process"
        );
        let actuator = config([("SCALING_ACTUATOR", "process"), ("WORKER_BINARY", "bin/worker")]);
        assert!(matches!(actuator, Ok(Actuator::Process(binary)) if binary.ends_with("worker")));
    }

    #[test]
    fn everything_that_a_platform_needs_is_asked_for_at_once() {
        let error = config([("SCALING_ACTUATOR", "digitalocean")]).unwrap_err();
        assert_eq!(
            error,
            "DIGITALOCEAN_TOKEN: is required when SCALING_ACTUATOR is digitalocean\n\
             DIGITALOCEAN_APP_ID: is required when SCALING_ACTUATOR is digitalocean"
        );
        let error = config([("SCALING_ACTUATOR", "compose")]).unwrap_err();
        assert_eq!(
            error,
            "COMPOSE_PROJECT: is required when SCALING_ACTUATOR is compose"
        );
    }

    /// P45: whoever sends a change must still lead when it arrives.
    #[test]
    fn a_request_is_shorter_than_the_leadership() {
        let platform = [
            ("SCALING_ACTUATOR", "digitalocean"),
            ("DIGITALOCEAN_TOKEN", "dop_hunter2"),
            ("DIGITALOCEAN_APP_ID", APP),
        ];
        assert!(config(platform).is_ok());
        let [actuator, token, app] = platform;
        let error = config([actuator, token, app, ("DIGITALOCEAN_TIMEOUT_MS", "15000")]).unwrap_err();
        assert!(
            error.starts_with("DIGITALOCEAN_TIMEOUT_MS: 15000 ms must be less than half"),
            "{error}"
        );
    }

    /// P30: the token is neither shown nor repeated.
    #[test]
    fn the_token_is_never_shown() {
        let error = config([("DIGITALOCEAN_TOKEN", "dop hunter2")]).unwrap_err();
        assert!(
            error.starts_with("DIGITALOCEAN_TOKEN:") && !error.contains("hunter2"),
            "{error}"
        );
        let actuator = config([
            ("SCALING_ACTUATOR", "digitalocean"),
            ("DIGITALOCEAN_TOKEN", "dop_hunter2"),
            ("DIGITALOCEAN_APP_ID", APP),
        ]);
        assert!(!format!("{:?}", actuator.unwrap()).contains("hunter2"));
    }

    #[test]
    fn a_request_to_the_engine_is_shorter_too() {
        let compose = [("SCALING_ACTUATOR", "compose"), ("COMPOSE_PROJECT", "loadsure")];
        assert!(config(compose).is_ok());
        let [actuator, project] = compose;
        let error = config([actuator, project, ("SCALING_LEASE_MS", "10000")]).unwrap_err();
        assert!(
            error.starts_with("SCALING_LEASE_MS: 10000 ms must be more"),
            "{error}"
        );
    }

    #[test]
    fn a_docker_host_is_an_address() {
        assert!(docker_host("unix:///run/docker.sock").is_ok());
        assert!(docker_host("/run/docker.sock").is_err());
    }
}
