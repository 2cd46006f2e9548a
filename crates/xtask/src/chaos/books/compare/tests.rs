//! Each violation is found in made-up books, and nothing is found in books that agree.

use std::time::Duration;

use super::super::record::{Booking, Cancellation};
use super::super::{Ledger, Record};
use super::*;

fn told(op: Op, end: End, id: &str, certificate: Option<&str>) -> Told {
    Told {
        order: 1,
        op,
        end,
        id: Some(id.to_owned()),
        certificate: certificate.map(str::to_owned),
        code: None,
        tries: 1,
        begun: Duration::ZERO,
        ended: Duration::ZERO,
    }
}

fn booking(status: &str, certificate: Option<&str>) -> Booking {
    Booking {
        status: status.to_owned(),
        token: "token".to_owned(),
        certificate: certificate.map(str::to_owned),
    }
}

/// One load: quoted, bought, cancelled, and all books agree.
fn agreeing() -> Books {
    let mut record = Record::default();
    record.quotes.insert("q".into(), "booked".into());
    record
        .bookings
        .insert("b".into(), booking("cancelled", Some("c")));
    record.cancellations.push(Cancellation {
        status: "done".into(),
        certificate: "c".into(),
    });
    let mut ledger = Ledger::default();
    ledger.tokens.insert("token".into(), vec!["c".into()]);
    ledger.cancelled.insert("c".into());
    let told = vec![
        told(Op::Quote, End::Done, "q", None),
        told(Op::Booking, End::Done, "b", Some("c")),
        told(Op::Cancellation, End::Done, "c", Some("c")),
    ];
    Books { told, record, ledger }
}

/// What is found after `change` has spoilt the books.
fn found(change: impl FnOnce(&mut Books)) -> Vec<Count> {
    let mut books = agreeing();
    change(&mut books);
    compare(&books, &[])
        .into_iter()
        .map(|finding| finding.count)
        .collect()
}

#[test]
fn books_that_agree_have_no_findings() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn work_without_an_end_is_a_lost_job() {
    let unfinished = Unfinished {
        what: "job booking".into(),
        id: "j".into(),
        state: "published".into(),
    };
    let findings = compare(&agreeing(), &[unfinished]);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].count, Count::JobsLost);
    assert_eq!(findings[0].ids, "job booking j is published");
}

/// P2: a token that was bought twice is found even when one of the certificates is known.
#[test]
fn a_token_bought_twice_is_found() {
    let found = found(|books| {
        books
            .ledger
            .tokens
            .insert("token".into(), vec!["c".into(), "d".into()]);
    });
    assert_eq!(found, [Count::DoublePurchases, Count::ForgottenPurchases]);
}

/// P1: a client was told of cover that does not exist.
#[test]
fn a_certificate_that_the_ledger_lacks_is_found() {
    let found = found(|books| {
        books.ledger.tokens.clear();
    });
    assert_eq!(found, [Count::MadeUpCertificates]);
}

/// P4: cover that nobody knows of, whatever the booking says.
#[test]
fn a_purchase_that_nobody_knows_of_is_found() {
    for status in ["failed", "requested"] {
        let found = found(|books| {
            books.told.truncate(1);
            books.record.bookings.insert("b".into(), booking(status, None));
        });
        assert_eq!(found, [Count::ForgottenPurchases], "{status}");
    }
    let without_booking = found(|books| {
        books.told.truncate(1);
        books.record.bookings.clear();
    });
    assert_eq!(without_booking, [Count::ForgottenPurchases]);
}

#[test]
fn a_purchase_held_as_unknown_is_not_forgotten() {
    let found = found(|books| {
        books.told.truncate(1);
        books
            .record
            .bookings
            .insert("b".into(), booking("outcome_unknown", None));
    });
    assert_eq!(found, []);
}

/// P1: told to be cancelled, and in force.
#[test]
fn a_cancellation_that_the_ledger_lacks_is_found_in_both_books() {
    let found = found(|books| books.ledger.cancelled.clear());
    assert_eq!(found, [Count::CancelledInForce, Count::CancelledInForce]);
}

#[test]
fn a_cancellation_that_the_record_lacks_is_found() {
    let found = found(|books| books.record.cancellations[0].status = "failed".into());
    assert_eq!(found, [Count::ForgottenCancellations]);
}

#[test]
fn a_client_told_otherwise_than_the_record_says_is_found() {
    for end in [End::Failed, End::Declined] {
        let found = found(|books| books.told[1] = told(Op::Booking, end, "b", None));
        assert_eq!(found, [Count::ToldOtherwise], "{end:?}");
    }
    let other_certificate = found(|books| {
        books.ledger.tokens.insert("other".into(), vec!["d".into()]);
        books.record.bookings.insert(
            "b2".into(),
            Booking {
                token: "other".into(),
                ..booking("active", Some("d"))
            },
        );
        books.told[1].certificate = Some("d".into());
    });
    assert_eq!(other_certificate, [Count::ToldOtherwise]);
}

#[test]
fn an_accepted_request_that_the_record_lacks_is_found() {
    let found = found(|books| {
        books.record.quotes.clear();
    });
    assert_eq!(found, [Count::ToldOtherwise]);
}

#[test]
fn a_request_without_a_final_answer_is_found() {
    for end in [End::Accepted, End::NoAnswer] {
        assert_eq!(found(|books| books.told[0].end = end), [Count::NoAnswer]);
    }
}

/// A booking that failed may be tried anew with another key: then the last word counts.
#[test]
fn a_purchase_that_was_declined_and_then_bought_by_another_request_agrees() {
    let declined = |ended| Told {
        ended: Duration::from_secs(ended),
        ..told(Op::Booking, End::Declined, "b", None)
    };
    let bought = |books: &mut Books| books.told[1].ended = Duration::from_secs(5);
    let before = found(|books| {
        bought(books);
        books.told.push(declined(4));
    });
    assert_eq!(before, []);
    let after = found(|books| {
        bought(books);
        books.told.push(declined(6));
    });
    assert_eq!(after, [Count::ToldOtherwise]);
}

/// P4: an answer that comes late, as that of a worker that was frozen, settles what was called unknown.
#[test]
fn a_certificate_that_comes_late_agrees_with_an_unknown_outcome() {
    let unknown = |issued: &'static str| {
        found(move |books| {
            books.told = vec![told(Op::Booking, End::Unknown, "b", None)];
            books
                .record
                .bookings
                .insert("b".into(), booking("active", Some(issued)));
        })
    };
    assert_eq!(unknown("c"), []);
    assert!(unknown("made-up").contains(&Count::ToldOtherwise));
}
