//! The full form.

use serde_json::{Map, Value};

use super::{Context, FeeFields, QuoteRequest, extras};
use crate::fee::{Fee, FeeKind};
use crate::invalid::{FieldCode, Problems};
use crate::json::{Node, Object};
use crate::party::{Party, User};
use crate::shipment::Shipment;

/// Reads the full form, noting everything that is wrong with it.
pub(super) fn read(node: &Node<'_>, context: &Context<'_>, problems: &mut Problems) -> Option<QuoteRequest> {
    let mut fields = node.object(problems)?;
    let user = fields.required("user", problems, User::read);
    let assured = fields.required("assured", problems, Party::read);
    let shipment = fields.required("shipment", problems, |node, p| read_shipment(node, context, p));
    let fee = read_fee(&mut fields, problems);
    let strict_checking = fields.optional("strictChecking", problems, Node::boolean);
    let account_id = fields.optional("accountId", problems, Node::parse);
    let custom_fields = fields.optional("customFields", problems, extras::read_custom_fields);
    let additional = fields.optional("additionalAuthorizedUsers", problems, |node, p| {
        node.list(p, 20, Node::parse)
    });
    let coverage_limit = fields.optional("coverageLimit", problems, extras::read_limit);
    let callback_url = fields.optional("callbackUrl", problems, extras::read_callback);
    let request_metadata = fields.optional("requestMetadata", problems, extras::read_metadata);
    let (shipment, inner_fee) = shipment?;
    let fee = one_fee(fee?, inner_fee, &fields, problems);
    fields.close(problems);
    Some(QuoteRequest {
        user: user?,
        assured: assured?,
        shipment,
        fee: fee?,
        strict_checking: strict_checking?,
        account_id: account_id?,
        custom_fields: custom_fields?.unwrap_or_default(),
        additional_authorized_users: additional?.unwrap_or_default(),
        coverage_limit: coverage_limit?,
        callback_url: callback_url?,
        request_metadata: request_metadata?,
    })
}

fn read_shipment(
    node: &Node<'_>,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Option<(Shipment, Option<Fee>)> {
    let mut fields = node.object(problems)?;
    let shipment = Shipment::read(&mut fields, &context.known, context.today, problems);
    let fee = read_fee(&mut fields, problems);
    fields.close(problems);
    Some((shipment?, fee?))
}

/// Callers put the fee at the top or into the shipment; in both places at once it would be unclear which counts.
fn one_fee(
    outer: Option<Fee>,
    inner: Option<Fee>,
    fields: &Object<'_>,
    problems: &mut Problems,
) -> Option<Option<Fee>> {
    if outer.is_some() && inner.is_some() {
        let path = fields.path_of("integrationFeeType");
        problems.add(path, FieldCode::Conflict, "is given at the top and in shipment");
        return None;
    }
    Some(outer.or(inner))
}

fn read_fee(fields: &mut Object<'_>, problems: &mut Problems) -> Option<Option<Fee>> {
    let kind: Option<Option<FeeKind>> = fields.optional("integrationFeeType", problems, Node::parse);
    let value = fields.get("integrationFeeValue");
    match (kind?, value) {
        (None, None) => Some(None),
        (Some(kind), Some(node)) => {
            let value = node.decimal(problems)?;
            node.accept(problems, Fee::new(kind, value)).map(Some)
        }
        (kind, _) => {
            let missing = if kind.is_some() {
                "integrationFeeValue"
            } else {
                "integrationFeeType"
            };
            problems.add(
                fields.path_of(missing),
                FieldCode::Required,
                "is required beside the other fee field",
            );
            None
        }
    }
}

/// Writes a request in the full form.
pub(super) fn write(request: &QuoteRequest) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            body.insert(name.to_owned(), value);
        }
    };
    put("user", json(&request.user));
    put("assured", json(&request.assured));
    put("shipment", json(&request.shipment));
    if let Some(fee) = request.fee.map(FeeFields::from) {
        put("integrationFeeType", json(&fee.integration_fee_type));
        put(
            "integrationFeeValue",
            json(&fee).get("integrationFeeValue").cloned().unwrap_or_default(),
        );
    }
    put("strictChecking", json(&request.strict_checking));
    put("accountId", json(&request.account_id));
    if !request.custom_fields.is_empty() {
        let fields = request
            .custom_fields
            .iter()
            .map(|(name, value)| (name.clone(), json(value)));
        put("customFields", Value::Object(fields.collect()));
    }
    if !request.additional_authorized_users.is_empty() {
        put(
            "additionalAuthorizedUsers",
            json(&request.additional_authorized_users),
        );
    }
    if let Some(limit) = &request.coverage_limit {
        put(
            "coverageLimit",
            serde_json::json!({"currency": limit.currency, "value": limit.amount}),
        );
    }
    put("callbackUrl", json(&request.callback_url));
    put("requestMetadata", json(&request.request_metadata));
    Value::Object(body)
}

/// Serializing our own types to JSON cannot fail: their keys are text and they hold no foreign `Serialize`.
fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
