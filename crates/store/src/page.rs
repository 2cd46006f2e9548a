//! Pages of lists: by cursor, and by number for callers of the older form.

use loadsure_core::id::TenantId;
use loadsure_core::ports::Fault;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::Store;
use crate::fault::corrupt;
use crate::sql::{Parameters, Sql};

/// The id of the last item of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub Uuid);

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// Items after a cursor, newest first: stable while new items arrive.
    After(Option<Cursor>),
    /// The n-th page, from 1, with a total: the older form.
    Number(u32),
}

/// What is wanted of a list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Whose.
    pub tenant: TenantId,
    /// Only of this status.
    pub status: Option<String>,
    /// Only made at or after this time.
    pub created_after: Option<OffsetDateTime>,
    /// Only made before this time.
    pub created_before: Option<OffsetDateTime>,
    /// Only of this load.
    pub freight_id: Option<String>,
    /// Only of this order.
    pub po_number: Option<String>,
    /// Most items.
    pub limit: u32,
    /// Which page.
    pub paging: Paging,
}

impl Filter {
    /// The cursor and the offset as parameters of a query.
    pub(crate) fn position(&self) -> (Option<Uuid>, i64) {
        match self.paging {
            Paging::After(cursor) => (cursor.map(|Cursor(id)| id), 0),
            Paging::Number(page) => (None, i64::from(page.saturating_sub(1)) * i64::from(self.limit)),
        }
    }
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// How many items there are in all; only for numbered pages.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were read with one more than the limit.
    pub(crate) fn cut(mut items: Vec<T>, limit: u32, total: Option<i64>, id: impl Fn(&T) -> Uuid) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more {
            items.last().map(|item| Cursor(id(item)))
        } else {
            None
        };
        Self { items, next, total }
    }
}

impl Store {
    /// The rows of a page, and the total where it is wanted. Every list has the same nine parameters.
    pub(crate) async fn page_rows(
        &self,
        list: &str,
        count: &str,
        filter: &Filter,
    ) -> Result<(Vec<Row>, Option<i64>), Fault> {
        let (cursor, offset) = filter.position();
        let (tenant, limit) = (filter.tenant.as_uuid(), i64::from(filter.limit) + 1);
        let Filter {
            status,
            created_after,
            created_before,
            freight_id,
            po_number,
            ..
        } = filter;
        let conditions: Parameters<'_> = &[
            &tenant,
            status,
            created_after,
            created_before,
            freight_id,
            po_number,
        ];
        let place: Parameters<'_> = &[&offset, &limit, &cursor];
        let client = self.client().await?;
        let rows = client
            .rows("listing", list, &[conditions, place].concat())
            .await?;
        if matches!(filter.paging, Paging::After(_)) {
            return Ok((rows, None));
        }
        let total = client
            .row("counting", count, conditions)
            .await?
            .ok_or(corrupt("counting"))?;
        Ok((rows, Some(total.get(0))))
    }
}
