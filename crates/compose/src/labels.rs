//! Labels that compose puts on containers, and finds them by.
//!
//! Source: `pkg/api/labels.go` of docker/compose v2.

/// The project.
pub(crate) const PROJECT: &str = "com.docker.compose.project";
/// The service.
pub(crate) const SERVICE: &str = "com.docker.compose.service";
/// Which one of the service's containers, from 1.
pub(crate) const NUMBER: &str = "com.docker.compose.container-number";
/// `True` for containers of `compose run`, which do not belong to the service's instances.
pub(crate) const ONE_OFF: &str = "com.docker.compose.oneoff";
/// Set by compose when it replaces a container; does not hold for a copy.
pub(crate) const REPLACE: &str = "com.docker.compose.replace";
