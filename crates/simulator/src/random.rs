//! Randomness that a seed makes again.

use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, Exp1, LogNormal};
use rand_pcg::Pcg64Mcg;

/// What is drawn, each from a stream of its own: one more draw of one leaves the others as they were.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Arrivals,
    Services,
    Deployments,
    Faults,
}

/// A source of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(Pcg64Mcg);

impl Random {
    pub(crate) fn new(seed: u64, stream: Stream) -> Self {
        let stream = match stream {
            Stream::Arrivals => 1,
            Stream::Services => 2,
            Stream::Deployments => 3,
            Stream::Faults => 4,
        };
        // Seeds are small numbers; the generator mixes what it is seeded with.
        Self(Pcg64Mcg::seed_from_u64(
            seed.wrapping_mul(16).wrapping_add(stream),
        ))
    }

    /// Evenly from 0 to 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        self.0.random()
    }

    /// A gap of a Poisson process with one event per unit on average.
    pub(crate) fn gap(&mut self) -> f64 {
        Exp1.sample(&mut self.0)
    }

    /// A log-normal number with this median and this spread of its logarithm.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        match LogNormal::new(median.ln(), sigma) {
            Ok(distribution) => distribution.sample(&mut self.0),
            Err(_) => median,
        }
    }
}
