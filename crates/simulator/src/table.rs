//! Reports as text.

use crate::report::Report;

/// One line of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// The name of the trace.
    pub trace: String,
    /// The name of the policy.
    pub policy: String,
    /// The name of the fault; empty for none.
    pub fault: String,
    /// What came of it.
    pub report: Report,
}

/// The columns.
const COLUMNS: [&str; 10] = [
    "trace",
    "policy",
    "fault",
    "missed",
    "p95 wait",
    "longest",
    "deployments/h",
    "reversals",
    "worker-hours",
    "careless",
];

/// A table in Markdown, as wide as its contents. `careless` counts requests for fewer workers while jobs waited or what
/// was seen was wrong.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let has_faults = rows.iter().any(|row| !row.fault.is_empty());
    let mut lines = vec![COLUMNS.map(str::to_owned)];
    lines.extend(rows.iter().map(cells));
    let columns: Vec<_> = (0..COLUMNS.len())
        .filter(|column| has_faults || *column != 2)
        .collect();
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<_> = columns.iter().map(|column| width(*column)).collect();
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        for (column, width) in columns.iter().zip(&widths) {
            let cell = &line[*column];
            // Words to the left, numbers to the right.
            let cell = if *column < 3 {
                format!("| {cell:<width$} ")
            } else {
                format!("| {cell:>width$} ")
            };
            text.push_str(&cell);
        }
        text.push_str("|\n");
        if number == 0 {
            for (column, width) in columns.iter().zip(&widths) {
                let rule = "-".repeat(*width + 1);
                text.push_str(&if *column < 3 {
                    format!("|:{rule}")
                } else {
                    format!("|{rule}:")
                });
            }
            text.push_str("|\n");
        }
    }
    text
}

/// The same as comma-separated values, in plain units.
#[must_use]
pub fn csv(rows: &[Row]) -> String {
    let mut text = "trace,policy,fault,jobs,missed,p95_wait_s,max_wait_ms,deployments,reversals,worker_hours,careless,hours\n"
        .to_owned();
    for row in rows {
        let report = &row.report;
        let line = format!(
            "{},{},{},{},{},{},{},{},{},{:.2},{},{:.2}\n",
            row.trace,
            row.policy,
            row.fault,
            report.jobs,
            report.missed,
            report.p95_wait_s(),
            report.max_wait_ms,
            report.deployments,
            report.reversals,
            report.worker_hours(),
            report.careless,
            report.hours(),
        );
        text.push_str(&line);
    }
    text
}

/// The minutes of the first run as comma-separated values.
#[must_use]
pub fn minutes_csv(report: &Report) -> String {
    let mut text = "minute,arrivals,backlog,wait_ms,workers\n".to_owned();
    for (number, minute) in report.minutes.iter().enumerate() {
        let line = format!(
            "{number},{},{},{},{}\n",
            minute.arrivals, minute.backlog, minute.wait_ms, minute.workers
        );
        text.push_str(&line);
    }
    text
}

fn cells(row: &Row) -> [String; COLUMNS.len()] {
    let report = &row.report;
    [
        row.trace.clone(),
        row.policy.clone(),
        row.fault.clone(),
        format!("{:.2} %", report.missed_percent()),
        format!("{} s", report.p95_wait_s()),
        format!("{} s", report.max_wait_ms.div_ceil(1_000)),
        format!("{:.2}", report.deployments_per_hour()),
        report.reversals.to_string(),
        format!("{:.1}", report.worker_hours()),
        report.careless.to_string(),
    ]
}
