//! docs/SCALING.md says what the simulator says.

use std::fs;

use loadsure_simulator::document::{PICTURED, SEEDS, Table};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs");

fn check(table: Table) {
    let written = fs::read_to_string(format!("{DOCS}/SCALING.md")).unwrap();
    let filled = table.fill(&written, &table.rows(SEEDS)).unwrap();
    assert!(
        written == filled,
        "run `cargo xtask simulate --document` and commit the result, which differs in:\n{filled}"
    );
}

#[test]
fn the_table_of_policies_is_the_simulators() {
    check(Table::Policies);
}

#[test]
fn the_table_of_faults_is_the_simulators() {
    check(Table::Faults);
}

#[test]
fn the_pictures_are_there_and_shown() {
    let written = fs::read_to_string(format!("{DOCS}/SCALING.md")).unwrap();
    for (trace, policy) in PICTURED {
        let name = format!("scaling/{}-{}.svg", trace.name(), policy.name());
        assert!(written.contains(&format!("({name})")), "{name} is not shown");
        let picture = fs::read_to_string(format!("{DOCS}/{name}")).unwrap();
        assert!(picture.starts_with("<svg") && picture.len() < 100_000, "{name}");
    }
}
