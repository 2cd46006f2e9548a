use std::collections::{HashMap, VecDeque};

use super::route::Route;

/// How a request goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A status instead of the answer. From 520 on it is a page of the proxy in front, as the platform's own answers
    /// never are.
    Status {
        /// The status.
        status: u16,
        /// Whether the request is carried out all the same.
        done: bool,
    },
    /// 429 with `retry-after`. Nothing is done.
    RateLimited {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// No answer ever.
    Silence {
        /// Whether the request is carried out all the same.
        done: bool,
    },
    /// The connection breaks without a byte of an answer.
    Cut {
        /// Whether the request is carried out all the same.
        done: bool,
    },
}

impl Fault {
    pub(super) const fn is_done(self) -> bool {
        match self {
            Self::Status { done, .. } | Self::Silence { done } | Self::Cut { done } => done,
            Self::RateLimited { .. } => false,
        }
    }
}

/// Faults that wait for their request.
#[derive(Debug, Default)]
pub(super) struct Faults {
    next: HashMap<Route, VecDeque<Fault>>,
    lasting: HashMap<Route, Fault>,
}

impl Faults {
    pub(super) fn push(&mut self, route: Route, fault: Fault) {
        self.next.entry(route).or_default().push_back(fault);
    }

    pub(super) fn set(&mut self, route: Route, fault: Option<Fault>) {
        match fault {
            Some(fault) => self.lasting.insert(route, fault),
            None => self.lasting.remove(&route),
        };
    }

    pub(super) fn draw(&mut self, route: Route) -> Option<Fault> {
        let next = self.next.get_mut(&route).and_then(VecDeque::pop_front);
        next.or_else(|| self.lasting.get(&route).copied())
    }
}
