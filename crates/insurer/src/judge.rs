//! The four classes of failure (design.md, section 6), decided from status, headers and body.
//!
//! | seen | class |
//! |---|---|
//! | 429; 503 with `Retry-After` | refused |
//! | 401, and 403 in the insurer's own form | refused: our key is wrong, which is not the caller's application |
//! | other 4xx; 2xx with `errors` or `success: false` | declined |
//! | 4xx with a web page; 408; 3xx; 5xx; 2xx that is not JSON of the known shape | unknown |
//! | a purchase that is refused *and* names a certificate | unknown |
//!
//! A 401 called *declined* would tell a caller that their load cannot be covered. *Refused* is tried again and ends as
//! `insurer_unavailable`, and a purchase waits for the key to be put right instead of failing.
//!
//! A web page with a 4xx comes from a gateway, and some gateways judge the answer after the insurer did its work. So it
//! does not prove that nothing was bought.

use loadsure_core::insurer::{Failure, Lost};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;
use time::OffsetDateTime;

use crate::flaw::Flaw;
use crate::{reasons, retry_after};

/// What status and headers decide alone; `None` when the body is needed.
pub(crate) fn head(status: StatusCode, headers: &HeaderMap, now: OffsetDateTime) -> Option<Failure> {
    let retry_after = retry_after::read(headers, now);
    let status = status.as_u16();
    match status {
        401 | 429 => Some(Failure::Refused { status, retry_after }),
        503 if retry_after.is_some() => Some(Failure::Refused { status, retry_after }),
        500..=599 => Some(Failure::Unknown {
            what: Lost::ServerError(status),
            source: None,
        }),
        408 => Some(Flaw::Status(status).into()),
        200..=299 | 400..=499 => None,
        _ => Some(Flaw::Status(status).into()),
    }
}

/// What a whole answer says: the JSON of a success, or a failure.
pub(crate) fn body(status: StatusCode, body: &[u8], buys: bool) -> Result<Value, Failure> {
    let parsed = serde_json::from_slice::<Value>(body);
    let status = status.as_u16();
    if !(200..=299).contains(&status) {
        return Err(refusal(status, body, parsed.ok().as_ref(), buys));
    }
    let answer = parsed.map_err(Flaw::NotJson)?;
    if reasons::refuses(&answer) {
        return Err(declined(status, &answer, buys));
    }
    Ok(answer)
}

fn refusal(status: u16, body: &[u8], answer: Option<&Value>, buys: bool) -> Failure {
    match answer {
        None if body.trim_ascii_start().starts_with(b"<") => Flaw::Page(status).into(),
        _ if status == 403 => Failure::Refused {
            status,
            retry_after: None,
        },
        Some(answer) => declined(status, answer, buys),
        None => Failure::Declined {
            status,
            reasons: reasons::of_text(body),
        },
    }
}

fn declined(status: u16, answer: &Value, buys: bool) -> Failure {
    let names_certificate = answer
        .get("certificateNumber")
        .is_some_and(|number| !number.is_null());
    if buys && names_certificate {
        return Flaw::Contradiction.into();
    }
    Failure::Declined {
        status,
        reasons: reasons::of(answer),
    }
}

#[cfg(test)]
mod tests {
    use loadsure_core::certificate::{Facts, Number};
    use proptest::prelude::*;
    use reqwest::header::{HeaderValue, RETRY_AFTER};
    use serde_json::json;

    use super::*;
    use crate::answer;

    fn purchase(status: u16, retry_after: Option<&str>, answer: &[u8]) -> Result<Facts, Failure> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after.and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(RETRY_AFTER, value);
        }
        let status = StatusCode::from_u16(status).unwrap();
        if let Some(failure) = head(status, &headers, OffsetDateTime::UNIX_EPOCH) {
            return Err(failure);
        }
        Ok(answer::bought(&body(status, answer, true)?)?)
    }

    fn class(status: u16, answer: &str) -> &'static str {
        crate::observer::outcome(&purchase(status, None, answer.as_bytes()))
    }

    /// P18: classes come from status and shape, never from words in a text.
    #[test]
    fn every_answer_has_its_class() {
        let bought = r#"{"certificateNumber":"c-1","status":"ACTIVE"}"#;
        for (status, answer, expected) in [
            (200, bought, "ok"),
            (201, bought, "ok"),
            (200, r#"{"errors":[{"message":"no"}]}"#, "declined"),
            (200, r#"{"success":false}"#, "declined"),
            (400, r#"{"errors":["500 Internal Server Error"]}"#, "declined"),
            (404, "", "declined"),
            (409, "already sold", "declined"),
            (401, "<html>", "refused"),
            (403, r#"{"message":"bad key"}"#, "refused"),
            (429, "<html>", "refused"),
            (403, " <!doctype html>", "unknown"),
            (404, "<html>", "unknown"),
            (408, "", "unknown"),
            (500, r#"{"errors":["no"]}"#, "unknown"),
            (503, "", "unknown"),
            (302, "", "unknown"),
            (200, "", "unknown"),
            (200, "<html>", "unknown"),
            (200, r#"{"certificateNumber":"c-1""#, "unknown"),
            (204, "", "unknown"),
        ] {
            assert_eq!(class(status, answer), expected, "{status} {answer}");
        }
    }

    #[test]
    fn only_a_503_that_names_a_time_was_turned_away() {
        let with = |text| crate::observer::outcome(&purchase(503, Some(text), b""));
        assert_eq!(with("3"), "refused");
        assert_eq!(with("soon"), "unknown");
        let Err(Failure::Refused { retry_after, .. }) = purchase(429, Some("3"), b"") else {
            panic!("not refused");
        };
        assert_eq!(retry_after, Some(std::time::Duration::from_secs(3)));
    }

    /// P4: an answer that refuses and names a certificate is for a person to read.
    #[test]
    fn a_refusal_that_names_a_certificate_is_an_unknown_outcome() {
        for status in [200, 400, 409] {
            let answer = json!({"errors": ["x"], "certificateNumber": "c-1"}).to_string();
            assert_eq!(class(status, &answer), "unknown", "{status}");
        }
    }

    fn anything() -> impl Strategy<Value = Value> {
        let names = prop::sample::select(vec![
            "certificateNumber",
            "errors",
            "success",
            "status",
            "message",
            "x",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            Just(json!(1e300)),
            prop::sample::select(vec!["", "c-1", "a b", "ACTIVE", "\u{0}"]).prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names.clone(), inner, 0..6).prop_map(|map| map
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()),
            ]
        })
    }

    fn answers() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            4 => anything().prop_map(|value| value.to_string().into_bytes()),
            1 => (anything(), 0_usize..40).prop_map(|(value, end)| {
                value.to_string().into_bytes().into_iter().take(end).collect()
            }),
            1 => prop::collection::vec(any::<u8>(), 0..64),
        ]
    }

    /// A success told by other means than the code under test.
    fn is_a_sale(status: u16, answer: &[u8]) -> bool {
        let Ok(Value::Object(map)) = serde_json::from_slice(answer) else {
            return false;
        };
        let is_quiet = match map.get("errors") {
            None => true,
            Some(errors) => [json!(null), json!(false), json!([]), json!({}), json!("")].contains(errors),
        };
        let number = map.get("certificateNumber").and_then(Value::as_str);
        (200..300).contains(&status)
            && is_quiet
            && map.get("success") != Some(&json!(false))
            && number.is_some_and(|number| number.parse::<Number>().is_ok())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// P1, P13: nothing but a proper answer with a certificate's number is a sale, and no answer at all panics.
        #[test]
        fn nothing_but_a_certificate_is_a_sale(
            status in prop_oneof![Just(200_u16), 100_u16..600],
            retry_after in prop::option::of("[ -~]{0,12}"),
            answer in answers(),
        ) {
            let sold = purchase(status, retry_after.as_deref(), &answer).is_ok();
            prop_assert_eq!(sold, is_a_sale(status, &answer));
        }

        #[test]
        fn no_answer_panics_any_reader(answer in anything()) {
            let number: Number = "c-1".parse().unwrap();
            let _ = answer::offer(&answer);
            let _ = answer::summary(&answer, &number);
            let _ = answer::cancelled(&answer, &number);
            let _ = answer::link(&answer);
            for kind in loadsure_core::support_data::Kind::ALL {
                let _ = answer::list(&answer, kind);
            }
        }
    }
}
