//! Recorded arrivals, and recorded decisions.

use loadsure_core::scaling::{Lag, Reason, Record, Replay};
use loadsure_simulator::{BadRecording, Fault, Policy, Recording, Trace, record, run};

use crate::seeds;

#[test]
fn recorded_arrivals_are_played_back() {
    let lines = (0..600).map(|number| format!("{}.25\n", number * 2));
    let text = format!("arrival_s\n{}", lines.collect::<String>());
    let recording = Recording::parse("monday", &text).unwrap();
    let trace = Trace::Recorded(recording);
    assert_eq!(trace.name(), "monday");
    let report = run(&trace, Policy::Static(2), None, seeds());
    assert_eq!(report.jobs, 3 * 600);
    let minutes: Vec<_> = report.minutes.iter().map(|minute| minute.arrivals).collect();
    assert_eq!(minutes[..20], [30; 20]);
}

#[test]
fn a_bad_recording_is_refused_by_its_line() {
    let parse = |text: &str| Recording::parse("bad", text).unwrap_err();
    assert_eq!(parse("1.0\n2.0\n"), BadRecording::Header);
    assert_eq!(parse(""), BadRecording::Header);
    assert_eq!(parse("arrival_s\n"), BadRecording::Empty);
    for bad in ["soon", "-1", "NaN", "inf", "1,5"] {
        let text = format!("arrival_s\n0.0\n{bad}\n");
        assert_eq!(parse(&text), BadRecording::Line(3), "{bad}");
    }
}

#[test]
fn traces_have_their_rates() {
    let arrivals = |trace: &Trace, minutes: std::ops::Range<usize>| {
        let (report, _) = record(trace, Policy::Static(5), None, 1);
        let count: u64 = report.minutes[minutes.clone()]
            .iter()
            .map(|minute| minute.arrivals)
            .sum();
        f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(minutes.len()).unwrap()) / 60.0
    };
    let expected = [
        (Trace::Diurnal, 2 * 60..4 * 60, 0.28),
        (Trace::Diurnal, 14 * 60..16 * 60, 3.47),
        (Trace::Step, 0..120, 0.4),
        (Trace::Step, 120..240, 4.0),
        (Trace::OnOff, 0..480, 1.75),
        (Trace::Flash, 120..130, 6.0),
        (Trace::Flash, 0..120, 0.3),
    ];
    for (trace, minutes, rate) in expected {
        let seen = arrivals(&trace, minutes.clone());
        assert!(
            (seen - rate).abs() < 0.1 * rate,
            "{} {minutes:?}: {seen}",
            trace.name()
        );
    }
}

fn replay(records: &[Record]) -> Result<u64, u64> {
    let mut replay = Replay::default();
    for record in records {
        let text = serde_json::to_string(record).unwrap();
        let read = serde_json::from_str(&text).unwrap();
        replay.step(&read).map_err(|difference| difference.sequence)?;
    }
    Ok(replay.same())
}

#[test]
fn a_recording_is_made_again() {
    for (policy, fault) in [
        (Policy::Adaptive, None),
        (Policy::Predictive, Some(Fault::Deployments)),
        (Policy::Threshold, Some(Fault::NullLag)),
    ] {
        let (_, mut records) = record(&Trace::Step, policy, fault, 1);
        assert!(records.len() >= 6 * 360, "one every ten seconds");
        assert_eq!(
            replay(&records),
            Ok(u64::try_from(records.len()).unwrap()),
            "{policy:?} {fault:?}"
        );
        let is_busy = |record: &Record| record.decision.estimates.as_ref().is_some_and(|all| all.is_hot);
        let busy = records.iter().position(is_busy).unwrap();
        for sample in records[busy].snapshot.kinds.values_mut() {
            sample.unread = sample
                .unread
                .known()
                .map_or(sample.unread, |lag| Lag::Known(lag + 1));
        }
        assert_eq!(replay(&records), Err(records[busy].sequence));
    }
}

/// S9: the outbox knows of a job later than its stream. Where jobs are hours apart, a look between the two must not end
/// all seeing until the next job.
#[test]
fn rare_jobs_do_not_blind_the_monitor() {
    let hours = (0..4).map(|hour| format!("{}.95\n", hour * 3_600 + 9));
    let text = format!("arrival_s\n{}", hours.collect::<String>());
    let trace = Trace::Recorded(Recording::parse("rare", &text).unwrap());
    let (report, records) = record(&trace, Policy::Adaptive, None, 1);
    assert_eq!(report.jobs, 4);
    let is_between = |record: &&Record| {
        let outbox = record.snapshot.outbox.as_ref().unwrap();
        let added = record
            .snapshot
            .kinds
            .iter()
            .map(|(kind, sample)| (kind, sample.added));
        added
            .into_iter()
            .any(|(kind, added)| outbox.published.get(kind).copied().unwrap_or(0) < added)
    };
    assert_eq!(records.iter().filter(is_between).count(), 4);
    let is_blind = |record: &&Record| matches!(record.decision.reason, Reason::Unknown { .. });
    assert_eq!(records.iter().find(is_blind), None);
}

#[test]
fn only_the_services_own_rules_are_recorded() {
    let (report, records) = record(&Trace::Flash, Policy::Keda, None, 1);
    assert!(report.jobs > 0 && records.is_empty());
}
