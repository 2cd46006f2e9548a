//! The same schedules on PostgreSQL: it must keep the same promises, and stand after every event as the storage in
//! memory does.

use futures_util::FutureExt as _;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::protocol::memory::Memory;
use crate::protocol::sql::Sql;
use crate::protocol::{op, sim};

/// P2, P3, P4, P17, P19, P21, P22: the SQL implements the protocol.
#[test]
fn the_database_does_what_the_model_does() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let database = runtime.block_on(Sql::create());
    let mut runner = TestRunner::new(Config {
        cases: 120,
        max_shrink_iters: 500,
        failure_persistence: None,
        ..Config::default()
    });
    let played = runner.run(&op::schedules(50), |(repeat, schedule)| {
        let model = sim::play(Memory::default(), repeat, &schedule).now_or_never();
        let model = model.expect("nothing in memory waits");
        let real = runtime.block_on(async {
            database.empty().await;
            sim::play(&database, repeat, &schedule).await
        });
        let pairs = model.iter().flatten().zip(real.iter().flatten());
        for (step, (model, real)) in pairs.enumerate() {
            prop_assert_eq!(model, real, "after event {}", step);
        }
        prop_assert_eq!(model.map(|all| all.len()), real.map(|all| all.len()));
        Ok(())
    });
    played.unwrap_or_else(|failure| panic!("{failure}"));
}
