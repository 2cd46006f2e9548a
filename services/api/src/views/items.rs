//! Items of the insurer's lists, for the description of the API: they are answered as the insurer gave them.

use utoipa::ToSchema;

/// An item with a number.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what is answered as it came from the insurer")]
pub(crate) struct Numbered {
    /// The id to use in requests.
    id: u32,
    /// What it means.
    name: String,
}

/// An item with a code.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what is answered as it came from the insurer")]
pub(crate) struct Coded {
    /// The id to use in requests.
    id: String,
    /// What it means.
    name: String,
}

/// What is not covered.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes what is answered as it came from the insurer")]
pub(crate) struct CommodityExclusion {
    /// Id of the exclusion.
    id: String,
    /// In short.
    name: String,
    /// In full.
    description: Option<String>,
    /// Place in the insurer's order.
    sort_order: Option<String>,
}
