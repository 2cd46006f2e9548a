//! The table of a measurement.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::load::{Load, Tally};
use super::memory::Memory;

/// One run.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    connections: u32,
    /// Quotes per second that were asked for; none when as many as possible.
    rate: Option<u32>,
    seconds: f64,
    /// Answers 201.
    created: u64,
    pub(super) per_second: f64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    /// Every other answer by status.
    others: BTreeMap<String, u64>,
    memory: Vec<Memory>,
}

impl Row {
    pub(super) fn new(load: &Load, tally: Tally, memory: Vec<Memory>) -> Self {
        let ms = |micros: u64| Duration::from_micros(micros).as_secs_f64() * 1000.0;
        let at = |percentile| ms(tally.latency.value_at_percentile(percentile));
        let created = tally.latency.len();
        Self {
            connections: load.connections,
            rate: load.rate,
            seconds: tally.took.as_secs_f64(),
            created,
            per_second: per_second(created, tally.took),
            p50_ms: at(50.0),
            p90_ms: at(90.0),
            p99_ms: at(99.0),
            max_ms: ms(tally.latency.max()),
            others: tally.others,
            memory,
        }
    }
}

/// Through nanoseconds per quote, since a count has no lossless way to a float.
fn per_second(count: u64, took: Duration) -> f64 {
    match u32::try_from(count) {
        Ok(0) => 0.0,
        Ok(count) => f64::from(count) / took.as_secs_f64(),
        Err(_) => f64::INFINITY,
    }
}

/// All runs, one line each, with the memory of each process below.
pub(super) fn table(rows: &[Row]) -> String {
    let mut text = format!(
        "{:>11} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}  other answers\n",
        "connections", "201", "201/s", "p50 ms", "p90 ms", "p99 ms", "max ms"
    );
    for row in rows {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(
            text,
            "{:>11} {:>9} {:>9.1} {:>9.2} {:>9.2} {:>9.2} {:>9.2}  {}",
            row.connections,
            row.created,
            row.per_second,
            row.p50_ms,
            row.p90_ms,
            row.p99_ms,
            row.max_ms,
            others(row)
        );
        for memory in &row.memory {
            let (process, resident, peak) =
                (&memory.process, memory.resident_kb / 1024, memory.peak_kb / 1024);
            let _ = writeln!(
                text,
                "{:>11} {process}: {resident} MB resident, {peak} MB at most",
                ""
            );
        }
    }
    text
}

fn others(row: &Row) -> String {
    if row.others.is_empty() {
        return "none".to_owned();
    }
    row.others
        .iter()
        .map(|(what, count)| format!("{what}: {count}"))
        .collect::<Vec<_>>()
        .join(", ")
}
