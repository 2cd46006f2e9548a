//! The service: who lives, and one step towards another number.

use std::collections::HashMap;
use std::fmt;

use bollard::query_parameters::{
    CreateContainerOptionsBuilder, InspectContainerOptions, ListContainersOptionsBuilder,
    RemoveContainerOptionsBuilder, StopContainerOptionsBuilder,
};
use bollard::{API_DEFAULT_VERSION, Docker};

use crate::copy;
use crate::error::Error;
use crate::instance::Instance;
use crate::labels;
use crate::settings::{Endpoint, Settings};

/// Exit status of a process that SIGKILL ended.
const KILLED: i64 = 137;

/// A service of a compose project.
#[derive(Clone)]
pub struct Service {
    /// Gives up after the configured time.
    docker: Docker,
    /// Gives up only after a container had its grace.
    patient: Docker,
    project: String,
    service: String,
    grace_s: i32,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// As many live as should.
    Nothing,
    /// A container was started.
    Started {
        /// Its name.
        name: String,
    },
    /// A container was ended and removed.
    Stopped {
        /// Its name.
        name: String,
        /// Whether it had to be killed: its grace was too short for its work.
        killed: bool,
    },
}

impl Service {
    /// Connects, and agrees with the engine on a version of its API.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn connect(settings: &Settings) -> Result<Self, Error> {
        let docker = docker(settings).map_err(|error| Error::Endpoint(Box::new(error)))?;
        let docker = docker.negotiate_version().await;
        let docker = docker.map_err(|error| Error::of("tell its version", error))?;
        Ok(Self {
            patient: docker.clone().with_timeout(settings.timeout + settings.grace),
            docker,
            project: settings.project.clone(),
            service: settings.service.clone(),
            grace_s: i32::try_from(settings.grace.as_secs()).unwrap_or(i32::MAX),
        })
    }

    /// All containers of the service, the lowest number first.
    ///
    /// # Errors
    /// When the engine does not tell.
    pub async fn instances(&self) -> Result<Vec<Instance>, Error> {
        let labels = vec![
            format!("{}={}", labels::PROJECT, self.project),
            format!("{}={}", labels::SERVICE, self.service),
            format!("{}=False", labels::ONE_OFF),
        ];
        let options = ListContainersOptionsBuilder::new()
            .all(true)
            .filters(&HashMap::from([("label", labels)]))
            .build();
        let found = self.docker.list_containers(Some(options)).await;
        let found = found.map_err(|error| Error::of("list containers", error))?;
        let mut instances: Vec<Instance> = found.into_iter().filter_map(Instance::read).collect();
        instances.sort_by_key(|instance| instance.number);
        Ok(instances)
    }

    /// How many containers of the service live.
    ///
    /// # Errors
    /// When the engine does not tell.
    pub async fn alive(&self) -> Result<u32, Error> {
        let instances = self.instances().await?;
        let alive = instances.iter().filter(|instance| instance.is_alive).count();
        Ok(u32::try_from(alive).unwrap_or(u32::MAX))
    }

    /// Brings the service one container nearer to `to`, from what lives now: starts one, or ends the one with the
    /// highest number with SIGTERM and its grace. To be called until it answers [`Step::Nothing`]; the caller asks
    /// before each step whether it still may.
    ///
    /// # Errors
    /// When the step was not made. A step that is made in part is seen and finished by the next ones.
    pub async fn step(&self, to: u32) -> Result<Step, Error> {
        if to == 0 {
            return Err(Error::Zero);
        }
        let instances = self.instances().await?;
        let to = usize::try_from(to).unwrap_or(usize::MAX);
        let (alive, ended): (Vec<&Instance>, Vec<&Instance>) =
            instances.iter().partition(|instance| instance.is_alive);
        match alive.last() {
            Some(newest) if alive.len() > to => self.stop(newest).await,
            _ if alive.len() == to => Ok(Step::Nothing),
            _ => match ended.first() {
                Some(ended) => self.start(&ended.id, &ended.name).await,
                None => self.create(&instances).await,
            },
        }
    }

    async fn stop(&self, instance: &Instance) -> Result<Step, Error> {
        let options = StopContainerOptionsBuilder::new().t(self.grace_s).build();
        let stopped = self.patient.stop_container(&instance.id, Some(options)).await;
        // 304: it has ended already. 404: it is gone already.
        settled(
            &[304, 404],
            stopped.map_err(|error| Error::of("stop a container", error)),
        )?;
        let killed = self.exit_code(instance).await? == Some(KILLED);
        let options = RemoveContainerOptionsBuilder::new().v(true).build();
        let removed = self.docker.remove_container(&instance.id, Some(options)).await;
        // 409: somebody else is at it.
        settled(
            &[404, 409],
            removed.map_err(|error| Error::of("remove a container", error)),
        )?;
        Ok(Step::Stopped {
            name: instance.name.clone(),
            killed,
        })
    }

    async fn exit_code(&self, instance: &Instance) -> Result<Option<i64>, Error> {
        let found = self
            .docker
            .inspect_container(&instance.id, None::<InspectContainerOptions>)
            .await;
        match found.map_err(|error| Error::of("inspect a container", error)) {
            Ok(found) => Ok(found.state.and_then(|state| state.exit_code)),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn start(&self, id: &str, name: &str) -> Result<Step, Error> {
        let started = self.docker.start_container(id, None).await;
        settled(
            &[304],
            started.map_err(|error| Error::of("start a container", error)),
        )?;
        Ok(Step::Started {
            name: name.to_owned(),
        })
    }

    /// Creates and starts a container with the lowest number that is free.
    async fn create(&self, instances: &[Instance]) -> Result<Step, Error> {
        let template = instances.first().ok_or(Error::NoTemplate)?;
        let taken = |number: &u32| instances.iter().any(|instance| instance.number == *number);
        let number = (1..=u32::MAX)
            .find(|number| !taken(number))
            .ok_or(Error::NoTemplate)?;
        let found = self
            .docker
            .inspect_container(&template.id, None::<InspectContainerOptions>)
            .await;
        let found = found.map_err(|error| Error::of("inspect a container", error))?;
        let body = copy::of(found, number).ok_or(Error::Unreadable {
            doing: "inspect a container",
        })?;
        let name = format!("{}-{}-{number}", self.project, self.service);
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        let created = self.docker.create_container(Some(options), body).await;
        let created = created.map_err(|error| Error::of("create a container", error))?;
        let started = self.start(&created.id, &name).await;
        if started.is_err() {
            self.discard(&created.id).await;
        }
        started
    }

    /// Takes back a container that could not be started. Where that fails too, the next step finds it and starts it.
    async fn discard(&self, id: &str) {
        let options = RemoveContainerOptionsBuilder::new().v(true).force(true).build();
        if let Err(error) = self.docker.remove_container(id, Some(options)).await {
            let error = Error::of("remove a container", error);
            tracing::warn!(error = %error, "a container that could not be started is left behind");
        }
    }
}

/// Takes an answer for a success when its status says that nothing is left to do.
fn settled(statuses: &[u16], answer: Result<(), Error>) -> Result<(), Error> {
    match answer {
        Err(error) if error.status().is_some_and(|status| statuses.contains(&status)) => Ok(()),
        answer => answer,
    }
}

fn docker(settings: &Settings) -> Result<Docker, bollard::errors::Error> {
    let timeout_s = settings.timeout.as_secs();
    match &settings.endpoint {
        Endpoint::Socket(path) => {
            Docker::connect_with_unix(&path.to_string_lossy(), timeout_s, API_DEFAULT_VERSION)
        }
        Endpoint::Http(url) => {
            Docker::connect_with_http(url.as_str().trim_end_matches('/'), timeout_s, API_DEFAULT_VERSION)
        }
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("project", &self.project)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}
