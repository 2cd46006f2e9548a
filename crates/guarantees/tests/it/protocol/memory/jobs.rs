//! How attempts and jobs end.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Ticket;
use loadsure_core::ports::{Fault, Jobs};
use loadsure_core::retry::Backoff;
use serde_json::Value;

use super::{Memory, State, Tables};

impl Tables {
    pub(super) fn retry(&mut self, ticket: Ticket, backoff: Backoff) {
        let job = self.jobs.get_mut(&ticket.job);
        if let Some(job) = job.filter(|job| job.is_open() && job.attempt == ticket.attempt) {
            job.state = State::Pending;
            job.attempt += 1;
            job.entry = None;
            job.errors += i32::from(backoff.counts);
        }
    }

    pub(super) fn failed(&self, ticket: Ticket) -> u32 {
        self.jobs
            .get(&ticket.job)
            .map_or(0, |job| u32::try_from(job.errors).unwrap())
    }

    pub(super) fn bury(&mut self, ticket: Ticket) {
        if let Some(job) = self.jobs.get_mut(&ticket.job).filter(|job| job.is_open()) {
            job.state = State::Dead;
            job.errors += 1;
        }
    }
}

impl Jobs for Memory {
    async fn retry(&self, ticket: Ticket, backoff: Backoff, _: &str) -> Result<(), Fault> {
        self.tables().retry(ticket, backoff);
        Ok(())
    }

    async fn finish(&self, ticket: Ticket, _: Value) -> Result<(), Fault> {
        self.tables().end(ticket.job, State::Done);
        Ok(())
    }

    async fn bury(&self, ticket: Ticket, _: ErrorCode, _: &str) -> Result<(), Fault> {
        self.tables().bury(ticket);
        Ok(())
    }
}
