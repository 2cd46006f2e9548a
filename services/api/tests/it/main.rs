//! The API over real HTTP, with PostgreSQL, Redis, a worker and the sandbox insurer.

mod auth;
mod back_pressure;
mod bookings;
mod headers;
mod health;
mod idempotency;
mod input;
mod lists;
mod quotes;
mod rate_limit;
mod support;
mod waiting;
