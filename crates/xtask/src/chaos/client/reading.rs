//! What one answer means to a client.

use std::time::Duration;

use serde_json::Value;

use crate::chaos::http::{Answer, Broken};
use crate::chaos::journal::{End, Op, Told};

/// What to do after an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing better will come.
    Final(Last),
    /// Accepted; the result is to be fetched.
    Pending {
        id: Option<String>,
        location: Option<String>,
    },
    /// Says nothing about the request: send it again.
    Again {
        code: Option<String>,
        at_least: Duration,
    },
}

/// A final answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Last {
    end: End,
    id: Option<String>,
    certificate: Option<String>,
    code: Option<String>,
}

impl Last {
    pub(super) fn into_told(self, told: Told) -> Told {
        Told {
            end: self.end,
            id: self.id.or(told.id),
            certificate: self.certificate,
            code: self.code,
            ..told
        }
    }
}

/// Reads the answer to a request of that kind, or to a look at its record.
pub(super) fn read(op: Op, answer: &Result<Answer, Broken>) -> Reading {
    match answer {
        Ok(answer) if (200..300).contains(&answer.status) => success(op, answer),
        Ok(answer) => problem(answer),
        Err(broken) => Reading::Again {
            code: Some(broken.to_string()),
            at_least: Duration::ZERO,
        },
    }
}

fn success(op: Op, answer: &Answer) -> Reading {
    let (member, id) = match op {
        Op::Quote => ("quote", "quoteId"),
        Op::Booking => ("booking", "bookingId"),
        Op::Cancellation => ("certificate", "certificateNumber"),
    };
    let record = &answer.body[member];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let id = text(&record[id]);
    let last = |end| {
        Reading::Final(Last {
            end,
            id: id.clone(),
            certificate: text(match op {
                Op::Quote => &Value::Null,
                Op::Booking => &record["policyNumber"],
                Op::Cancellation => &record["certificateNumber"],
            }),
            code: text(&record["errorCode"]),
        })
    };
    match (op, record["status"].as_str().unwrap_or_default()) {
        (Op::Quote, "active" | "expired" | "booked")
        | (Op::Booking, "active" | "cancelled")
        | (Op::Cancellation, "CANCELLED") => last(End::Done),
        (_, "declined") => last(End::Declined),
        (Op::Booking, "failed") if record["errorCode"].is_null() => last(End::Declined),
        (_, "failed") => last(End::Failed),
        (_, "outcome_unknown") => last(End::Unknown),
        _ => Reading::Pending {
            location: answer.header("location").map(str::to_owned),
            id,
        },
    }
}

fn problem(answer: &Answer) -> Reading {
    let code = answer.code();
    // The service names the record when the work has ended in a refusal, and only then for these.
    let record = answer
        .header("location")
        .and_then(|place| place.rsplit('/').next());
    let end = match answer.status {
        409 if matches!(
            code,
            "idempotency_in_progress" | "cancellation_in_progress" | "quote_not_ready"
        ) =>
        {
            None
        }
        429 => None,
        500.. if record.is_some() => Some(End::Failed),
        500.. => None,
        422 if code.ends_with("_declined") => Some(End::Declined),
        _ => Some(End::Refused),
    };
    let code = Some(code.to_owned()).filter(|code| !code.is_empty());
    match end {
        Some(end) => Reading::Final(Last {
            end,
            id: record.map(str::to_owned),
            certificate: None,
            code,
        }),
        None => Reading::Again {
            code: code.or_else(|| Some(answer.status.to_string())),
            at_least: retry_after(answer),
        },
    }
}

fn retry_after(answer: &Answer) -> Duration {
    let seconds = answer.header("retry-after").and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: Value) -> Result<Answer, Broken> {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        let headers: HeaderMap = headers.iter().map(pair).collect();
        Ok(Answer {
            status,
            headers,
            body,
        })
    }

    fn end(reading: Reading) -> Option<End> {
        match reading {
            Reading::Final(last) => Some(last.end),
            _ => None,
        }
    }

    #[test]
    fn what_was_bought_names_its_certificate() {
        let body = json!({"booking": {"bookingId": "b", "status": "active", "policyNumber": "c"}});
        let Reading::Final(last) = read(Op::Booking, &answer(201, &[], body)) else {
            panic!("not final")
        };
        assert_eq!(
            (last.end, last.id.as_deref(), last.certificate.as_deref()),
            (End::Done, Some("b"), Some("c"))
        );
    }

    #[test]
    fn an_unknown_outcome_is_final_although_it_is_answered_202() {
        let body = json!({"booking": {"bookingId": "b", "status": "outcome_unknown"}});
        assert_eq!(
            end(read(Op::Booking, &answer(202, &[("location", "/b")], body))),
            Some(End::Unknown)
        );
    }

    #[test]
    fn what_was_accepted_is_followed() {
        let body = json!({"quote": {"quoteId": "q", "status": "requested"}});
        let expected = Reading::Pending {
            id: Some("q".into()),
            location: Some("/api/q".into()),
        };
        assert_eq!(
            read(Op::Quote, &answer(202, &[("location", "/api/q")], body)),
            expected
        );
    }

    #[test]
    fn what_says_nothing_about_the_request_is_sent_again() {
        let again =
            |answer: &Result<Answer, Broken>| matches!(read(Op::Quote, answer), Reading::Again { .. });
        for broken in [Broken::Refused, Broken::Unsent, Broken::Cut, Broken::TimedOut] {
            assert!(again(&Err(broken)));
        }
        assert!(again(&answer(503, &[], json!({"code": "database_unavailable"}))));
        assert!(again(&answer(
            429,
            &[("retry-after", "1")],
            json!({"code": "rate_limited"})
        )));
        assert!(again(&answer(
            409,
            &[("location", "/x")],
            json!({"code": "idempotency_in_progress"})
        )));
    }

    #[test]
    fn a_server_error_that_names_its_record_is_the_end() {
        let failed = answer(
            502,
            &[("location", "/api/insurance/quotes/q")],
            json!({"code": "insurer_fault"}),
        );
        assert_eq!(end(read(Op::Quote, &failed)), Some(End::Failed));
        let declined = answer(422, &[("location", "/x")], json!({"code": "booking_declined"}));
        assert_eq!(end(read(Op::Booking, &declined)), Some(End::Declined));
        let booked = answer(
            409,
            &[("location", "/x")],
            json!({"code": "quote_already_booked"}),
        );
        assert_eq!(end(read(Op::Booking, &booked)), Some(End::Refused));
    }
}
