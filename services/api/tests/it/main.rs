//! The API over real HTTP, with PostgreSQL, Redis, a worker and the sandbox insurer.

mod auth;
mod bookings;
mod cancel;
mod certificates;
mod forms;
mod headers;
mod health;
mod idempotency;
mod input;
mod lists;
mod openapi;
mod quotes;
mod rate_limit;
mod schema;
mod support;
mod support_data;
mod waiting;
