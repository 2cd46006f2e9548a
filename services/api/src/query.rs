//! The parameters of lists: all that is wrong is told at once, and a parameter that is not known is wrong (P40).

use std::borrow::Cow;

use loadsure_core::invalid::{FieldCode, Problems};
use loadsure_core::job::Kind;
use loadsure_core::state::State;
use loadsure_store::{Cursor, Filter, Paging};
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::IntoParams;

use crate::call::Call;
use crate::problem::Problem;
use crate::views::page;

/// Items of a page unless told otherwise, and at most.
const LIMIT: (u32, u32) = (50, 200);

/// Farthest page of the older form: the database counts its way to a page, so this bounds what one request costs.
const LAST_PAGE: u32 = 10_000;

/// Parameters of a page of a list that has no filters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters in OpenAPI; they are read one by one"
)]
pub(crate) struct PageParameters {
    /// Most items, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Parameters of the list of dead letters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters in OpenAPI; they are read one by one"
)]
pub(crate) struct DeadLetterParameters {
    /// Most items, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Only of this kind, such as `quote` or `cancellation`.
    kind: Option<String>,
}

/// Parameters of a list by cursor.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters in OpenAPI; they are read one by one"
)]
pub(crate) struct ListParameters {
    /// Most items, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Only of this status.
    status: Option<String>,
    /// Only made at or after this time (RFC 3339).
    created_after: Option<String>,
    /// Only made before this time (RFC 3339).
    created_before: Option<String>,
    /// Only of this load.
    freight_id: Option<String>,
    /// Only of this order.
    po_number: Option<String>,
}

/// Parameters of a list by page number.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters in OpenAPI; they are read one by one"
)]
pub(crate) struct NumberedParameters {
    /// Number of the page, from 1.
    page: Option<u32>,
    /// Most items, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// Only of this status.
    status: Option<String>,
    /// Only made at or after this time (RFC 3339).
    created_after: Option<String>,
    /// Only made before this time (RFC 3339).
    created_before: Option<String>,
    /// Only of this load.
    freight_id: Option<String>,
    /// Only of this order.
    po_number: Option<String>,
}

/// The parameters of a query string, taken one by one; what is left is not known.
pub(crate) struct Query<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    problems: Problems,
}

impl<'a> Query<'a> {
    /// Reads a query string.
    pub(crate) fn of(text: &'a str) -> Self {
        Self {
            pairs: url::form_urlencoded::parse(text.as_bytes()).collect(),
            problems: Problems::default(),
        }
    }

    /// Takes a parameter. Given twice, it is wrong: nobody could say which one counts.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<String> {
        let index = self.pairs.iter().position(|(key, _)| key == name)?;
        let (_, value) = self.pairs.remove(index);
        if self.pairs.iter().any(|(key, _)| key == name) {
            self.pairs.retain(|(key, _)| key != name);
            self.wrong(name, FieldCode::Duplicate, "must be given once");
            return None;
        }
        Some(value.into_owned())
    }

    /// Takes a parameter that `read` understands.
    pub(crate) fn parse<T>(
        &mut self,
        name: &'static str,
        (code, message): (FieldCode, &str),
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.take(name)?;
        let value = read(&text);
        if value.is_none() {
            self.wrong(name, code, message);
        }
        value
    }

    /// Notes what is wrong with a parameter.
    pub(crate) fn wrong(&mut self, name: &str, code: FieldCode, message: &str) {
        self.problems.add(name, code, message);
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When anything was wrong, or a parameter is left.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            // The name is the caller's own, and goes back to the caller alone.
            let name: String = name.chars().take(100).collect();
            self.wrong(&name, FieldCode::UnknownField, "is not a known parameter");
        }
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.problems.into_errors()))
        }
    }
}

/// The words that a list can be filtered by.
pub(crate) fn statuses<S: State>() -> Vec<&'static str> {
    S::ALL.iter().map(|status| status.as_str()).collect()
}

/// What is wanted of a list by cursor.
///
/// # Errors
/// When a parameter is wrong.
pub(crate) fn by_cursor(call: &Call, statuses: &[&str]) -> Result<Filter, Problem> {
    let mut query = Query::of(call.query());
    let cursor = cursor(&mut query);
    filter(call, query, statuses, Paging::After(cursor))
}

/// The page that is wanted of a list without filters.
///
/// # Errors
/// When a parameter is wrong.
pub(crate) fn page(call: &Call) -> Result<(u32, Option<Cursor>), Problem> {
    let mut query = Query::of(call.query());
    let (cursor, limit) = (cursor(&mut query), limit(&mut query));
    query.finish()?;
    Ok((limit, cursor))
}

/// The page that is wanted of the dead letters, and of which kind.
///
/// # Errors
/// When a parameter is wrong.
pub(crate) fn dead_letters(call: &Call) -> Result<(Option<Kind>, u32, Option<Cursor>), Problem> {
    let mut query = Query::of(call.query());
    let (cursor, limit) = (cursor(&mut query), limit(&mut query));
    let rule = (FieldCode::NotOneOf, "must be a kind of job");
    let kind = query.parse("kind", rule, |text| text.parse().ok());
    query.finish()?;
    Ok((kind, limit, cursor))
}

/// Takes the cursor of a page.
pub(crate) fn cursor(query: &mut Query<'_>) -> Option<Cursor> {
    let rule = (FieldCode::NotAnId, "must be the nextCursor of a page");
    query.parse("cursor", rule, page::decode)
}

/// Takes how many items a page has at most.
pub(crate) fn limit(query: &mut Query<'_>) -> u32 {
    let (usual, most) = LIMIT;
    let rule = (FieldCode::OutOfRange, "must be a whole number from 1 to 200");
    query
        .parse("limit", rule, |text| whole(text, most))
        .unwrap_or(usual)
}

/// What is wanted of a list by page number.
///
/// # Errors
/// When a parameter is wrong.
pub(crate) fn by_number(call: &Call, statuses: &[&str]) -> Result<Filter, Problem> {
    let mut query = Query::of(call.query());
    let rule = (FieldCode::OutOfRange, "must be a whole number from 1 to 10000");
    let page = query.parse("page", rule, |text| whole(text, LAST_PAGE));
    filter(call, query, statuses, Paging::Number(page.unwrap_or(1)))
}

fn filter(call: &Call, mut query: Query<'_>, statuses: &[&str], paging: Paging) -> Result<Filter, Problem> {
    let limit = limit(&mut query);
    let status_rule = format!("must be one of {}", statuses.join(", "));
    let status = query.parse("status", (FieldCode::NotOneOf, &status_rule), |text| {
        statuses.contains(&text).then(|| text.to_owned())
    });
    let time_rule = (FieldCode::NotADate, "must be a time such as 2025-01-31T12:00:00Z");
    let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let created_after = query.parse("createdAfter", time_rule, time);
    let created_before = query.parse("createdBefore", time_rule, time);
    let (freight_id, po_number) = (
        reference(&mut query, "freightId"),
        reference(&mut query, "poNumber"),
    );
    query.finish()?;
    Ok(Filter {
        tenant: call.tenant(),
        status,
        created_after,
        created_before,
        freight_id,
        po_number,
        limit,
        paging,
    })
}

fn reference(query: &mut Query<'_>, name: &'static str) -> Option<String> {
    let rule = (FieldCode::BadCharacters, "must be text of 1 to 200 characters");
    query.parse(name, rule, |text| {
        let is_usable = !text.is_empty() && text.chars().count() <= 200 && !text.contains('\0');
        is_usable.then(|| text.to_owned())
    })
}

fn whole(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (1..=most).contains(number))
}
