use rust_decimal::Decimal;
use serde_json::Value;
use time::macros::format_description;
use time::{Date, format_description::BorrowedFormatItem};

use super::Field;
use crate::reply::Problem;

const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Longest text taken; the insurer's limits are not known.
const TEXT_CHARS: usize = 2_000;

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

/// The problems found so far. A JSON `null` is a value of the wrong type, not an absent field.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Problem>);

impl Report {
    /// The problems, or `value` when there are none.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Problem>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }

    pub(crate) fn add(&mut self, code: &'static str, field: &Field<'_>, message: impl Into<String>) {
        self.0.push(Problem::at(code, field.path(), message));
    }

    pub(crate) fn invalid(&mut self, field: &Field<'_>, expected: &str) {
        self.add(
            "INVALID_VALUE",
            field,
            format!("{} must be {expected}", field.path()),
        );
    }

    /// Reads a field, noting when it is missing or when `read` makes nothing of it.
    pub(crate) fn take<'a, T>(
        &mut self,
        field: &Field<'a>,
        need: Need,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let Some(value) = field.value() else {
            if need == Need::Required {
                self.add(
                    "REQUIRED_FIELD_MISSING",
                    field,
                    format!("{} is required", field.path()),
                );
            }
            return None;
        };
        let taken = read(value);
        if taken.is_none() {
            self.invalid(field, expected);
        }
        taken
    }

    /// Text that is not empty.
    pub(crate) fn text<'a>(&mut self, field: &Field<'a>, need: Need) -> Option<&'a str> {
        self.take(field, need, "text that is not empty", |value| {
            value
                .as_str()
                .filter(|text| !text.trim().is_empty() && text.chars().count() <= TEXT_CHARS)
        })
    }

    /// Text that may be empty.
    pub(crate) fn line(&mut self, field: &Field<'_>) {
        self.take(field, Need::Optional, "text", Value::as_str);
    }

    pub(crate) fn email(&mut self, field: &Field<'_>, need: Need) {
        self.take(field, need, "an e-mail address", |value| {
            let (local, domain) = value.as_str()?.split_once('@')?;
            let plausible = !local.is_empty() && domain.contains('.') && !domain.contains(['@', ' ']);
            plausible.then_some(())
        });
    }

    pub(crate) fn date(&mut self, field: &Field<'_>, need: Need) -> Option<Date> {
        self.take(field, need, "a date written YYYY-MM-DD", |value| {
            Date::parse(value.as_str()?, DATE).ok()
        })
    }

    pub(crate) fn flag(&mut self, field: &Field<'_>) -> Option<bool> {
        self.take(field, Need::Optional, "true or false", Value::as_bool)
    }

    /// One of the insurer's spellings, exactly.
    pub(crate) fn choice<'a>(&mut self, field: &Field<'a>, need: Need, options: &[&str]) -> Option<&'a str> {
        self.take(field, need, &format!("one of {}", options.join(", ")), |value| {
            value.as_str().filter(|text| options.contains(text))
        })
    }

    /// A number above zero with at most two decimals.
    pub(crate) fn amount(&mut self, field: &Field<'_>, need: Need) -> Option<Decimal> {
        self.take(
            field,
            need,
            "a number above zero with at most two decimals",
            |value| {
                decimal(value).filter(|amount| *amount > Decimal::ZERO && amount.normalize().scale() <= 2)
            },
        )
    }

    /// A JSON number of any size and sign.
    pub(crate) fn number(&mut self, field: &Field<'_>, need: Need) -> Option<Decimal> {
        self.take(field, need, "a number", decimal)
    }

    /// A whole number from 1.
    pub(crate) fn count(&mut self, field: &Field<'_>, need: Need) -> Option<u64> {
        self.take(field, need, "a whole number from 1", |value| {
            value.as_u64().filter(|n| *n > 0)
        })
    }

    /// Whether an object is there to be looked into.
    pub(crate) fn object(&mut self, field: &Field<'_>, need: Need) -> bool {
        self.take(field, need, "an object", Value::as_object).is_some()
    }

    /// The elements of an array.
    pub(crate) fn list<'a>(&mut self, field: &Field<'a>, need: Need) -> Vec<Field<'a>> {
        self.take(field, need, "an array", Value::as_array);
        field.items()
    }

    /// An array of texts that are not empty.
    pub(crate) fn texts(&mut self, field: &Field<'_>) {
        for item in self.list(field, Need::Optional) {
            self.text(&item, Need::Required);
        }
    }
}

/// Exact: the digits are read as they were written, never through a float.
fn decimal(value: &Value) -> Option<Decimal> {
    let Value::Number(number) = value else { return None };
    let digits = number.to_string();
    Decimal::from_str_exact(&digits)
        .or_else(|_| Decimal::from_scientific(&digits))
        .ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(check: impl FnOnce(&mut Report, &Field<'_>), body: &Value) -> Vec<(String, String)> {
        let mut report = Report::default();
        check(&mut report, &Field::root(body));
        let found = report.finish::<()>(None).unwrap_err();
        found
            .into_iter()
            .map(|p| (p.code.to_owned(), p.path.unwrap_or_default()))
            .collect()
    }

    fn amount(report: &mut Report, root: &Field<'_>) {
        report.amount(&root.get("a"), Need::Required);
    }

    fn date(report: &mut Report, root: &Field<'_>) {
        report.date(root, Need::Required);
    }

    /// P35: 0 is a value that is wrong, not one that is missing; negative, wrong types and dates fail.
    #[test]
    fn a_wrong_value_is_told_apart_from_a_missing_one() {
        for wrong in [
            json!(0),
            json!(-1),
            json!("5"),
            json!(null),
            json!(1.005),
            json!(true),
        ] {
            let body = json!({"a": wrong});
            let found = problems(amount, &body);
            assert_eq!(found, [("INVALID_VALUE".to_owned(), "a".to_owned())], "{body}");
        }
        let found = problems(amount, &json!({}));
        assert_eq!(found, [("REQUIRED_FIELD_MISSING".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn dates_and_addresses_are_read_strictly() {
        for wrong in ["2026-02-30", "2026-2-3", "03/02/2026", "2026-02-03T00:00:00Z", ""] {
            let found = problems(date, &json!(wrong));
            assert_eq!(found.len(), 1, "{wrong}");
        }
        for wrong in ["a", "@b.c", "a@b", "a@b@c.d"] {
            assert_eq!(
                problems(|r, f| r.email(f, Need::Required), &json!(wrong)).len(),
                1,
                "{wrong}"
            );
        }
    }

    #[test]
    fn digits_are_kept_exactly() {
        let body: Value = serde_json::from_str("90071992547409.93").unwrap();
        assert_eq!(decimal(&body), Some("90071992547409.93".parse().unwrap()));
        assert_eq!(
            decimal(&serde_json::from_str("1e3").unwrap()),
            Some(Decimal::ONE_THOUSAND)
        );
    }
}
