//! One circuit for each operation: a summary that fails says nothing about purchases.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use loadsure_core::insurer::{Failure, Operation};

use super::Watcher;
use super::breaker::{Breaker, Circuit, CircuitPolicy, Pass};

/// The circuits of all operations.
#[derive(Debug)]
pub(super) struct Circuits {
    policy: CircuitPolicy,
    breakers: Mutex<HashMap<Operation, Breaker>>,
}

/// A call that is let through. Dropping it says that the call was given up half-way.
pub(super) struct Trial<'a> {
    circuits: &'a Circuits,
    watcher: &'a dyn Watcher,
    operation: Operation,
    pass: Option<Pass>,
}

impl Circuits {
    pub(super) fn new(policy: CircuitPolicy) -> Self {
        Self {
            policy,
            breakers: Mutex::default(),
        }
    }

    /// How long no call of an operation will be made, if none would be made now.
    pub(super) fn closed_in(&self, operation: Operation) -> Option<Duration> {
        self.with(operation, |breaker, now| breaker.closed_in(now))
    }

    /// Where the circuit of an operation stands, whether or not anybody calls.
    pub(super) fn circuit(&self, operation: Operation) -> Circuit {
        self.with(operation, |breaker, now| breaker.circuit_at(now))
    }

    /// Asks for leave to make a call.
    pub(super) fn admit<'a>(
        &'a self,
        operation: Operation,
        watcher: &'a dyn Watcher,
    ) -> Result<Trial<'a>, Duration> {
        let pass = self.watched(operation, watcher, |breaker, now| breaker.admit(now))?;
        Ok(Trial {
            circuits: self,
            watcher,
            operation,
            pass: Some(pass),
        })
    }

    /// Does something to a circuit, and tells the watcher when that changed it.
    fn watched<T>(
        &self,
        operation: Operation,
        watcher: &dyn Watcher,
        work: impl FnOnce(&mut Breaker, Instant) -> T,
    ) -> T {
        let (result, before, after) = self.with(operation, |breaker, now| {
            let before = breaker.circuit();
            (work(breaker, now), before, breaker.circuit())
        });
        if before != after {
            watcher.circuit_changed(operation, after);
        }
        result
    }

    fn with<T>(&self, operation: Operation, work: impl FnOnce(&mut Breaker, Instant) -> T) -> T {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers
            .entry(operation)
            .or_insert_with(|| Breaker::new(self.policy));
        work(breaker, Instant::now())
    }
}

impl Trial<'_> {
    /// The call ended.
    pub(super) fn ended(mut self, failure: Option<&Failure>) {
        let failed = failure.is_some_and(counts);
        if let Some(pass) = self.pass.take() {
            self.circuits
                .watched(self.operation, self.watcher, |breaker, now| {
                    breaker.ended(pass, failed, now);
                });
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if let Some(pass) = self.pass.take() {
            self.circuits
                .watched(self.operation, self.watcher, |breaker, now| {
                    breaker.abandoned(pass, now);
                });
        }
    }
}

/// An insurer that refuses or declines is there. One that cannot be reached, or answers nothing that makes sense, may
/// not be.
const fn counts(failure: &Failure) -> bool {
    match failure {
        Failure::NotSent(_) | Failure::Unknown { .. } => true,
        Failure::Refused { .. } | Failure::Declined { .. } => false,
    }
}
