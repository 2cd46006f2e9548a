//! Lists of certificates.

use actix_web::web::{Data, Json};

use crate::call::Call;
use crate::problem::Problem;
use crate::query::{self, ListParameters, NumberedParameters};
use crate::state::AppState;
use crate::views::certificate::CertificatesBody;
use crate::views::page::listed;

/// The states that this service knows; the insurer may use others, which cannot be filtered for.
const STATUSES: [&str; 4] = ["PENDING", "ACTIVE", "CANCELLED", "EXPIRED"];

/// Certificates, newest first, page by page with a cursor.
#[utoipa::path(
    get,
    path = "/api/insurance/certificates",
    tag = "certificates",
    params(ListParameters),
    responses((status = 200, description = "A page of certificates", body = CertificatesBody)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list(state: Data<AppState>, call: Call) -> Result<Json<CertificatesBody>, Problem> {
    page(&state, query::by_cursor(&call, &STATUSES)?).await
}

/// Certificates, newest first, by page number: the older form.
#[utoipa::path(
    get,
    path = "/api/insurance/certificates/list",
    tag = "certificates",
    params(NumberedParameters),
    responses((status = 200, description = "A page of certificates", body = CertificatesBody)),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn list_numbered(
    state: Data<AppState>,
    call: Call,
) -> Result<Json<CertificatesBody>, Problem> {
    page(&state, query::by_number(&call, &STATUSES)?).await
}

async fn page(state: &AppState, filter: loadsure_store::Filter) -> Result<Json<CertificatesBody>, Problem> {
    let page = state.store.certificates(&filter).await?;
    Ok(listed(page, &filter, CertificatesBody::new))
}
