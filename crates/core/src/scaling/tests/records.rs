//! Records can be written, read and made again.

use super::stage::{SECOND, Stage, both, predictive};
use crate::scaling::*;

/// Decisions of a term with a step, a change, and its result.
fn records(policy: Policy) -> Vec<Record> {
    let mut stage = Stage::new(policy, 1);
    let mut recorder = Recorder::new(7, History::default());
    let mut records = Vec::new();
    for look in 0..250_u64 {
        stage.rate = if look > 120 { 4 } else { 1 };
        stage.waiting(look.saturating_sub(120) * 20, 30 * SECOND);
        stage.look();
        if look == 150 {
            recorder.note(Note::Change(Change {
                id: "a".to_owned(),
                at: stage.now,
                from: 1,
                to: 3,
                ended: None,
                result: None,
            }));
        }
        if look == 170 {
            recorder.note(Note::Result {
                id: "a".to_owned(),
                at: stage.now,
                result: ChangeResult::Failed,
            });
        }
        records.push(recorder.decide(stage.snapshot.clone(), &policy, Mode::Act, stage.now));
    }
    records
}

fn replay<'a>(records: impl IntoIterator<Item = &'a Record>) -> Result<Replay, Difference> {
    let mut replay = Replay::default();
    for record in records {
        // As it is read from a file.
        let text = serde_json::to_string(record).unwrap();
        replay.step(&serde_json::from_str(&text).unwrap())?;
    }
    Ok(replay)
}

#[test]
fn every_decision_follows_from_its_record() {
    for policy in both() {
        let records = records(policy);
        assert!(records.iter().any(|record| record.decision.target > 1));
        let copies = records.iter().filter(|record| record.history.is_some());
        assert_eq!(
            copies.map(|record| record.sequence).collect::<Vec<_>>(),
            [1, 101, 201]
        );
        assert_eq!(replay(&records).unwrap().same(), 250);
        // From any copy on.
        let later = replay(&records[30..]).unwrap();
        assert_eq!((later.skipped(), later.same()), (70, 150));
        // A missing record is one gap.
        let gap = replay(records.iter().filter(|record| record.sequence != 110)).unwrap();
        assert_eq!((gap.skipped(), gap.same()), (90, 159));
    }
}

#[test]
fn one_changed_number_is_found() {
    let mut records = records(predictive());
    let kind = records[140]
        .snapshot
        .kinds
        .get_mut(&crate::job::Kind::Quote)
        .unwrap();
    kind.unread = Lag::Known(41);
    let difference = replay(&records).unwrap_err();
    assert_eq!((difference.term, difference.sequence), (7, 141));
    assert_ne!(difference.recorded, difference.decided);

    let mut forged = self::records(predictive());
    forged[3].decision.target += 1;
    assert_eq!(replay(&forged).unwrap_err().sequence, 4);
}

#[test]
fn what_is_no_number_is_not_recorded() {
    let mut stage = Stage::new(predictive(), 1);
    stage.quote().service_ms = Some(f64::NAN);
    stage.snapshot.insurer.rates_per_second = [(crate::job::Kind::Quote, f64::INFINITY)].into();
    stage.look();
    let mut recorder = Recorder::new(1, History::default());
    let record = recorder.decide(stage.snapshot.clone(), &stage.policy, Mode::Observe, stage.now);
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
}

#[test]
fn a_decision_is_written_with_its_reason() {
    let mut stage = Stage::new(predictive(), 1);
    stage.snapshot.kinds.clear();
    let decision = stage.look();
    let json = serde_json::to_value(&decision).unwrap();
    let unseen = serde_json::json!({"missing": "quote"});
    assert_eq!(
        json["reason"],
        serde_json::json!({"rule": "unknown", "unseen": unseen})
    );
    assert_eq!(serde_json::from_value::<Decision>(json).unwrap(), decision);
}
