use std::collections::VecDeque;

use serde_json::Value;

use super::container::{Container, State};

/// A request, as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `list`, `inspect`, `create`, `start`, `stop`, `remove` or `version`.
    pub verb: &'static str,
    /// The name of the container, where there is one.
    pub container: String,
    /// The query.
    pub query: String,
}

/// What the engine holds.
#[derive(Debug, Default)]
pub struct Engine {
    pub(super) containers: Vec<Container>,
    pub(super) requests: Vec<Request>,
    /// Verbs that fail once each, with the status.
    faults: VecDeque<(&'static str, u16)>,
    /// Names of containers that do not end at SIGTERM.
    stubborn: Vec<String>,
    created: u32,
}

impl Engine {
    /// Creates a container, as `POST /containers/create` does. `None`: the name is taken.
    pub fn create(&mut self, name: &str, body: Value) -> Option<String> {
        if self.find(name).is_some() {
            return None;
        }
        self.created += 1;
        // Ids differ from their first digit on, as the engine's do.
        let id = format!("{:0<64x}", self.created.wrapping_mul(0x9e37_79b1) | 0x1000_0000);
        self.containers.push(Container {
            id: id.clone(),
            name: name.to_owned(),
            state: State::Created,
            body,
        });
        Some(id)
    }

    /// Forgets a container, by its name.
    pub fn remove(&mut self, name: &str) {
        self.containers.retain(|one| one.name != name);
    }

    /// Puts a container, by its name or id, into a state.
    pub fn set_state(&mut self, container: &str, state: State) {
        if let Some(found) = self.find_mut(container) {
            found.state = state;
        }
    }

    /// Lets a container, by its name, go on at SIGTERM, so that it is killed when its grace is over.
    pub fn ignore_sigterm(&mut self, name: &str) {
        self.stubborn.push(name.to_owned());
    }

    /// Lets the next request of a verb fail with a status.
    pub fn fail_next(&mut self, verb: &'static str, status: u16) {
        self.faults.push_back((verb, status));
    }

    /// All containers, oldest first.
    #[must_use]
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    /// What was asked, oldest first.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    pub(super) fn fault(&mut self, verb: &'static str) -> Option<u16> {
        let at = self.faults.iter().position(|(failing, _)| *failing == verb)?;
        self.faults.remove(at).map(|(_, status)| status)
    }

    pub(super) fn find(&self, container: &str) -> Option<&Container> {
        self.containers
            .iter()
            .find(|one| one.id == container || one.name == container)
    }

    pub(super) fn find_mut(&mut self, container: &str) -> Option<&mut Container> {
        let mut all = self.containers.iter_mut();
        all.find(|one| one.id == container || one.name == container)
    }

    /// How a container's process ends that is told to.
    pub(super) fn end(&self, name: &str) -> State {
        let killed = self.stubborn.iter().any(|stubborn| stubborn == name);
        State::Exited {
            code: if killed { 137 } else { 0 },
        }
    }
}
