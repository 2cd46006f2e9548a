//! Names of the streams. See the table in the crate documentation.

use loadsure_core::job::Kind;

/// The consumer group of every job stream.
pub const GROUP: &str = "workers";

/// Builds stream names under one prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    tag: String,
}

impl Names {
    /// Names under `prefix`, which becomes the hash tag.
    #[must_use]
    pub fn new(prefix: &str) -> Self {
        Self {
            tag: format!("{{{prefix}}}"),
        }
    }

    /// The job stream of a kind.
    #[must_use]
    pub fn jobs(&self, kind: Kind) -> String {
        format!("{}:jobs:{kind}", self.tag)
    }

    /// The dead letters of a kind.
    #[must_use]
    pub fn dead(&self, kind: Kind) -> String {
        format!("{}:dead:{kind}", self.tag)
    }

    /// The shared event stream.
    #[must_use]
    pub fn events(&self) -> String {
        format!("{}:events", self.tag)
    }

    /// The reply stream of one API instance.
    #[must_use]
    pub fn replies(&self, instance: &str) -> String {
        format!("{}:replies:{instance}", self.tag)
    }

    /// Whether `name` is a reply stream under this prefix. A worker writes to no other stream that a message names.
    #[must_use]
    pub fn is_reply_stream(&self, name: &str) -> bool {
        name.strip_prefix(&self.tag)
            .is_some_and(|rest| rest.starts_with(":replies:"))
    }

    /// Samples and decisions of the queue monitor.
    #[must_use]
    pub fn samples(&self) -> String {
        format!("{}:monitor:samples", self.tag)
    }

    /// Commands to the queue monitor.
    #[must_use]
    pub fn commands(&self) -> String {
        format!("{}:monitor:commands", self.tag)
    }

    /// Pauses that the insurer asked for.
    #[must_use]
    pub fn pauses(&self) -> String {
        format!("{}:pauses", self.tag)
    }

    /// The token bucket of an operation of the insurer.
    #[must_use]
    pub fn tokens(&self, operation: &str) -> String {
        format!("{}:tokens:{operation}", self.tag)
    }

    /// Heartbeats of the workers.
    #[must_use]
    pub fn heartbeats(&self) -> String {
        format!("{}:heartbeats", self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_hash_tag() {
        let names = Names::new("loadsure");
        assert_eq!(names.jobs(Kind::SupportData), "{loadsure}:jobs:support-data");
        assert_eq!(names.dead(Kind::Quote), "{loadsure}:dead:quote");
        assert_eq!(names.replies("api-1"), "{loadsure}:replies:api-1");
    }

    #[test]
    fn a_message_cannot_point_replies_elsewhere() {
        let names = Names::new("loadsure");
        assert!(names.is_reply_stream(&names.replies("api-1")));
        assert!(!names.is_reply_stream(&names.jobs(Kind::Booking)));
        assert!(!names.is_reply_stream("{other}:replies:api-1"));
    }
}
