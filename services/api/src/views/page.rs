//! Pages of lists.

use actix_web::web::Json;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loadsure_store::{Cursor, Filter, Page, Paging};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a page lies: by cursor `limit` and `nextCursor`, by number `total`, `page`, `limit` and `pages`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pagination {
    /// Most items of a page.
    limit: u32,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// Items in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    /// Number of this page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    /// Pages in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<i64>,
}

impl Pagination {
    /// Describes a page that was read by cursor.
    pub(crate) fn by_cursor(limit: u32, next: Option<Cursor>) -> Self {
        Self {
            limit,
            next_cursor: next.map(encode),
            total: None,
            page: None,
            pages: None,
        }
    }

    /// Describes a page.
    pub(crate) fn of<T>(page: &Page<T>, filter: &Filter) -> Self {
        let limit = i64::from(filter.limit.max(1));
        match filter.paging {
            Paging::After(_) => Self::by_cursor(filter.limit, page.next),
            Paging::Number(number) => Self {
                limit: filter.limit,
                next_cursor: None,
                total: page.total,
                page: Some(number),
                pages: page.total.map(|total| (total + limit - 1) / limit),
            },
        }
    }
}

/// The body of a page of records.
pub(crate) fn listed<R, V: From<R>, B>(
    page: Page<R>,
    filter: &Filter,
    body: impl FnOnce(Vec<V>, Pagination) -> B,
) -> Json<B> {
    let pagination = Pagination::of(&page, filter);
    Json(body(page.items.into_iter().map(V::from).collect(), pagination))
}

/// A cursor as callers see it: they are to hand it back, not to read it.
fn encode(cursor: Cursor) -> String {
    URL_SAFE_NO_PAD.encode(cursor.0.as_bytes())
}

/// The cursor of a text, if it is one.
pub(crate) fn decode(text: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Uuid::from_slice(&bytes).ok().map(Cursor)
}
