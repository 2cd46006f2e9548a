//! Tests against a real Redis server, one private server per test.

mod consume;
mod replies;
mod support;
