//! The lists, as bare arrays.

use actix_web::http::header::{CacheControl, CacheDirective, ETag, EntityTag, Header as _, IfNoneMatch};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use loadsure_core::error_code::ErrorCode;
use loadsure_core::support_data::Kind;

use crate::call::Call;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::items::{Coded, CommodityExclusion, Numbered};

/// For how long, in seconds, callers may use a list without asking again. Lists change a few times a year.
const MAX_AGE: u32 = 300;

/// Declares one route per list: they differ in name and items only.
macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident: $path:literal, $kind:expr, $items:ty;)+) => {$(
        $(#[$doc])*
        #[utoipa::path(
            get,
            path = $path,
            tag = "support-data",
            params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the list that the caller has")),
            responses(
                (status = 200, description = "The list", body = $items, headers(
                    ("ETag" = String, description = "Version of the list"),
                    ("Cache-Control" = String, description = "For how long it may be used without asking again"),
                )),
                (status = 304, description = "The caller has this version"),
                (status = 503, description = "`support_data_unavailable`: never loaded yet; `database_unavailable`", body = ProblemBody),
            ),
            security(("apiKey" = ["read"])),
        )]
        pub(crate) async fn $name(
            state: Data<AppState>,
            _: Call,
            request: HttpRequest,
        ) -> Result<HttpResponse, Problem> {
            list($kind, &state, &request).await
        }
    )+};
}

lists! {
    /// Commodities, for `commodity` and `commodityId`.
    commodities: "/api/support-data/commodities", Kind::Commodities, Vec<Numbered>;
    /// What is not covered.
    commodity_exclusions: "/api/support-data/commodity-exclusions", Kind::CommodityExclusions, Vec<CommodityExclusion>;
    /// Equipment types, for `equipmentType` and `equipmentTypeId`.
    equipment_types: "/api/support-data/equipment-types", Kind::EquipmentTypes, Vec<Numbered>;
    /// Load types, for `loadType` and `loadTypeId`.
    load_types: "/api/support-data/load-types", Kind::LoadTypes, Vec<Coded>;
    /// Freight classes, for `freightClass`.
    freight_classes: "/api/support-data/freight-classes", Kind::FreightClasses, Vec<Coded>;
    /// Terms of sale, for `termsOfSale`: a code and its explanation in one text.
    terms_of_sales: "/api/support-data/terms-of-sales", Kind::TermsOfSales, Vec<String>;
}

/// Answers from memory; see [`crate::support_data`].
async fn list(kind: Kind, state: &AppState, request: &HttpRequest) -> Result<HttpResponse, Problem> {
    let list = state.support_data.list(kind).await?;
    let list = list.ok_or_else(|| Problem::new(ErrorCode::SupportDataUnavailable))?;
    let mut response = if is_known(request, list.tag()) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header(ETag(list.tag().clone()))
        .insert_header(CacheControl(vec![
            CacheDirective::Private,
            CacheDirective::MaxAge(MAX_AGE),
        ]));
    Ok(if is_known(request, list.tag()) {
        response.finish()
    } else {
        response.content_type("application/json").body(list.body())
    })
}

/// Whether the caller has this version. A header that cannot be read is no condition.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => request.headers().contains_key("if-none-match"),
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
