//! Private PostgreSQL and Redis servers, made from installed binaries.
//!
//! Each server listens on 127.0.0.1 only, keeps its data in a folder of its own, and ends when its
//! value is dropped or when the program that started it dies.

mod binaries;
mod error;
mod free_port;
mod home;
mod os_user;
mod postgres;
mod redis;
mod slot;
mod start;

pub use binaries::{postgres as find_postgres, redis as find_redis};
pub use error::Error;
pub use free_port::free_port;
pub use postgres::{Durability, Postgres, PostgresOptions};
pub use redis::{Redis, RedisOptions};
pub use slot::Slot;
