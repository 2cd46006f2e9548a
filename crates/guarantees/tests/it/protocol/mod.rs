//! The job protocol against a model of it.

mod broker;
mod form;
mod gate;
mod gated;
mod in_memory;
mod in_sql;
mod insurer;
mod law;
mod memory;
mod op;
mod reach;
mod sim;
mod snapshot;
mod sql;
mod storage;
