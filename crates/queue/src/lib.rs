#![doc = include_str!("../README.md")]

mod config;
mod connection;
mod consumer;
mod dead_letter;
mod document;
mod entry;
mod error;
mod event;
mod heartbeat;
mod loss;
mod message;
pub mod names;
mod pause;
mod queue;
mod replies;
mod reply;
mod sample;
mod script;
mod tail;
mod upkeep;
mod wire;

pub use config::{Config, Lengths};
pub use consumer::{Config as ConsumerConfig, Consumer, Delivery, Gauge, Handler, Outcome, Slots};
pub use dead_letter::{Buried, DeadLetter, Payload};
pub use entry::{Entry, EntryId, InvalidEntryId};
pub use error::Error;
pub use event::{Event, Events, Notice};
pub use heartbeat::{Activity, Heartbeat, Seen};
pub use message::{DecodeError, Message};
pub use names::Names;
pub use pause::{Pause, Pauses};
pub use queue::Queue;
pub use replies::{Replies, Waiter};
pub use reply::Reply;
pub use sample::{Lag, StreamSample, Unknown};
pub use tail::{From, Step, Tail};
