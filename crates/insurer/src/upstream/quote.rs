//! The body of a request for a quote.

use std::collections::BTreeMap;

use loadsure_core::address::Address;
use loadsure_core::money::{Amount, Currency, Money};
use loadsure_core::party::{Party as DomainParty, User};
use loadsure_core::quote_request::{CustomValue, QuoteRequest};
use loadsure_core::text::{Email, Short};
use serde::Serialize;

use super::shipment::Shipment;
use crate::spellings::Spellings;

/// The body of a request for a quote.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Quote<'a> {
    user: &'a User,
    assured: Party<'a>,
    shipment: Shipment<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict_checking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a Short>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom_fields: BTreeMap<&'a str, &'a CustomValue>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    additional_authorized_users: &'a [Email],
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage_limit: Option<Limit>,
}

impl<'a> Quote<'a> {
    pub(crate) fn of(request: &'a QuoteRequest, spellings: &'a Spellings) -> Self {
        let custom = request.custom_fields.iter();
        Self {
            user: &request.user,
            assured: Party::of(&request.assured, spellings),
            shipment: Shipment::of(&request.shipment, spellings),
            strict_checking: request.strict_checking,
            account_id: request.account_id.as_ref(),
            custom_fields: custom.map(|(name, value)| (name.as_str(), value)).collect(),
            additional_authorized_users: &request.additional_authorized_users,
            coverage_limit: request.coverage_limit.map(Limit::from),
        }
    }
}

/// A party; its address is sent as it was given.
#[derive(Serialize)]
pub(super) struct Party<'a> {
    name: &'a Short,
    email: &'a Email,
    address: &'a Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ein: Option<&'a Short>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    part: Option<&'a str>,
}

impl<'a> Party<'a> {
    pub(super) fn of(party: &'a DomainParty, spellings: &'a Spellings) -> Self {
        Self {
            name: &party.name,
            email: &party.email,
            address: &party.address,
            phone: party.phone.as_ref(),
            ein: party.ein.as_ref(),
            part: party.party_type.map(|part| spellings.of(part)),
        }
    }
}

/// An amount with its currency, as the insurer writes one.
#[derive(Serialize)]
struct Limit {
    currency: Currency,
    value: Amount,
}

impl From<Money> for Limit {
    fn from(money: Money) -> Self {
        Self {
            currency: money.currency,
            value: money.amount,
        }
    }
}
