#![doc = include_str!("../README.md")]

pub mod document;
mod fault;
mod platform;
mod plot;
mod random;
mod report;
mod run;
mod scaler;
mod service_time;
mod sight;
mod table;
mod time;
mod traffic;
mod worker;
mod world;

pub use fault::Fault;
pub use plot::{PlotError, svg};
pub use report::{Minute, Report};
pub use run::{compare, record, run};
pub use scaler::Policy;
pub use table::{Row, csv, minutes_csv, table};
pub use traffic::{BadRecording, HEADER, Recording, Trace};
