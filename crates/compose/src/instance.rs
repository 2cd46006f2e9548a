//! One container of the service.

use bollard::models::{ContainerSummary, ContainerSummaryStateEnum as State};

use crate::labels;

/// A container of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The engine's name for it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Which one of the service's containers, from 1.
    pub number: u32,
    /// Whether its process lives.
    pub is_alive: bool,
}

impl Instance {
    /// Reads a container of a listing. One without an id or a number is none of compose's.
    pub(crate) fn read(container: ContainerSummary) -> Option<Self> {
        let number = container.labels.as_ref()?.get(labels::NUMBER)?.parse().ok()?;
        let id = container.id?;
        let name = container.names.unwrap_or_default().into_iter().next();
        let alive = [State::RUNNING, State::RESTARTING, State::PAUSED];
        Some(Self {
            name: name.map_or_else(|| id.clone(), |name| name.trim_start_matches('/').to_owned()),
            id,
            number,
            is_alive: container.state.is_some_and(|state| alive.contains(&state)),
        })
    }
}
