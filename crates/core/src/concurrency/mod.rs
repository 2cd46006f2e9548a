//! How many jobs of one kind a worker does at once: as many as the insurer bears.
//!
//! Additive increase, multiplicative decrease, by which TCP finds its share of a network (RFC 5681). One more once as many
//! calls as the limit ended well while jobs had to wait for a slot; half as many when the insurer shows that it is
//! overloaded, once for all calls that were under way then. While the insurer is slower than it was, nothing is added.
//!
//! Pure: whoever calls says when a call began and ended. ADR 0009 says why this is our own.

mod latency;
mod sign;

use std::num::NonZeroU16;
use std::time::Instant;

use latency::Latency;
pub use sign::Sign;

/// Between what a [`Limit`] moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    min: NonZeroU16,
    max: NonZeroU16,
}

impl Bounds {
    /// From `min` to `max`. A least above the most counts as the most.
    #[must_use]
    pub fn new(min: NonZeroU16, max: NonZeroU16) -> Self {
        Self {
            min: min.min(max),
            max,
        }
    }

    /// The least.
    #[must_use]
    pub const fn min(self) -> NonZeroU16 {
        self.min
    }

    /// The most.
    #[must_use]
    pub const fn max(self) -> NonZeroU16 {
        self.max
    }
}

/// A call to the insurer that ended.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// When it was sent. What it waited for before is no matter of the insurer's.
    pub began: Instant,
    /// When its answer was there, or was given up.
    pub ended: Instant,
    /// What it says about the insurer.
    pub sign: Sign,
    /// Whether jobs have to wait for a slot. A limit that nobody reaches tells nothing by being borne.
    pub crowded: bool,
}

/// What a call did to a [`Limit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is one higher.
    Raised,
    /// It is half of what it was, or the least.
    Halved,
}

/// How many jobs may run at once. Begins at the least.
#[derive(Debug, Clone)]
pub struct Limit {
    bounds: Bounds,
    slots: u16,
    /// Calls that ended well while jobs waited, since the limit was last changed.
    borne: u16,
    /// When the latest congestion was seen. Calls that began before were made under the limit before.
    congested: Option<Instant>,
    latency: Latency,
}

impl Limit {
    /// The least of `bounds`.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            slots: bounds.min.get(),
            borne: 0,
            congested: None,
            latency: Latency::new(),
        }
    }

    /// The limit now.
    #[must_use]
    pub const fn slots(&self) -> u16 {
        self.slots
    }

    /// Between what it moves.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether the insurer answers about as fast as it did.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.latency.is_healthy()
    }

    /// Learns from a call, and tells whether that changed the limit.
    pub fn ended(&mut self, call: &Call) -> Option<Change> {
        let is_news = self.congested.is_none_or(|seen| call.began > seen);
        match call.sign {
            Sign::Nothing => None,
            Sign::Congested if is_news => self.halve(call.ended),
            Sign::Congested => None,
            Sign::Served => {
                self.latency
                    .note(call.ended.saturating_duration_since(call.began));
                if is_news && call.crowded {
                    self.bear()
                } else {
                    None
                }
            }
        }
    }

    fn halve(&mut self, now: Instant) -> Option<Change> {
        self.congested = Some(now);
        self.borne = 0;
        let halved = (self.slots / 2).max(self.bounds.min.get());
        (std::mem::replace(&mut self.slots, halved) != halved).then_some(Change::Halved)
    }

    fn bear(&mut self) -> Option<Change> {
        if self.slots >= self.bounds.max.get() || !self.is_healthy() {
            self.borne = 0;
            return None;
        }
        self.borne = self.borne.saturating_add(1);
        if self.borne < self.slots {
            return None;
        }
        self.borne = 0;
        self.slots = self.slots.saturating_add(1);
        Some(Change::Raised)
    }
}

#[cfg(test)]
mod tests;
