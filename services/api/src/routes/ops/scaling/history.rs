//! What was decided.

use actix_web::web::Data;
use loadsure_core::invalid::FieldCode;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answer::Answer;
use crate::call::Call;
use crate::problem::Problem;
use crate::query::{self, Query};
use crate::state::AppState;
use crate::views::page::Pagination;
use crate::views::scaling::HistoryBody;

/// Parameters of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters in OpenAPI; they are read one by one"
)]
pub(crate) struct HistoryParameters {
    /// Most items, 1 to 200; 50 unless given.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// `true`: only decisions to change the number.
    changes: Option<bool>,
}

/// The decisions of the last seven days, also those to change nothing, newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/ops/scaling/history",
    tag = "scaling",
    params(HistoryParameters),
    responses((status = 200, description = "A page of decisions", body = HistoryBody)),
    security(("apiKey" = ["ops"])),
)]
pub(crate) async fn history(state: Data<AppState>, call: Call) -> Result<Answer, Problem> {
    let mut query = Query::of(call.query());
    let (cursor, limit) = (query::cursor(&mut query), query::limit(&mut query));
    let rule = (FieldCode::NotOneOf, "must be true or false");
    let changes = query.parse("changes", rule, |text| text.parse::<bool>().ok());
    query.finish()?;
    let only_changes = changes.unwrap_or(false);
    let page = state.store.decisions(limit, cursor, only_changes).await?;
    let pagination = Pagination::by_cursor(limit, page.next);
    Answer::ok(&HistoryBody::new(page.items, pagination))
}
