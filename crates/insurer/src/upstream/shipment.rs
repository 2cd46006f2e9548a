//! The shipment of a request for a quote: dates, carriers and stops.

use loadsure_core::address::{Address, Country};
use loadsure_core::carrier::Carrier as DomainCarrier;
use loadsure_core::date::Date;
use loadsure_core::shipment::Shipment as DomainShipment;
use loadsure_core::stop::Stop as DomainStop;
use loadsure_core::text::{Email, Short};
use serde::Serialize;

use super::cargo::Cargo;
use super::quote::Party;
use crate::spellings::Spellings;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shipment<'a> {
    version: &'a str,
    freight_id: &'a Short,
    #[serde(skip_serializing_if = "Option::is_none")]
    po_number: Option<&'a Short>,
    pickup_date: Date,
    delivery_date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipper: Option<Party<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<Party<'a>>,
    cargo: Cargo<'a>,
    carriers: Vec<Carrier<'a>>,
    stops: Vec<Stop<'a>>,
    load_type: &'a Short,
    #[serde(skip_serializing_if = "Option::is_none")]
    equipment_type: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_equipment_type: Option<&'a Short>,
}

impl<'a> Shipment<'a> {
    pub(super) fn of(shipment: &'a DomainShipment, spellings: &'a Spellings) -> Self {
        let party = |party| Party::of(party, spellings);
        let carriers = shipment.carriers.iter();
        let stops = shipment.stops.as_slice().iter();
        Self {
            version: shipment.version,
            freight_id: &shipment.freight_id,
            po_number: shipment.po_number.as_ref(),
            pickup_date: shipment.pickup_date,
            delivery_date: shipment.delivery_date,
            shipper: shipment.shipper.as_ref().map(party),
            recipient: shipment.recipient.as_ref().map(party),
            cargo: Cargo::of(&shipment.cargo, spellings),
            carriers: carriers.map(|carrier| Carrier::of(carrier, spellings)).collect(),
            stops: stops.map(|stop| Stop::of(stop, spellings)).collect(),
            load_type: &shipment.load_type,
            equipment_type: shipment.equipment_type,
            other_equipment_type: shipment.other_equipment_type.as_ref(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Carrier<'a> {
    mode: &'a str,
    name: &'a Short,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a Email>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier_id: Option<CarrierId<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    equipment_type: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_equipment_type: Option<&'a Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    leg: Option<u32>,
}

#[derive(Serialize)]
struct CarrierId<'a> {
    #[serde(rename = "type")]
    register: &'a str,
    value: &'a Short,
}

impl<'a> Carrier<'a> {
    fn of(carrier: &'a DomainCarrier, spellings: &'a Spellings) -> Self {
        Self {
            mode: spellings.of(carrier.mode),
            name: &carrier.name,
            email: carrier.email.as_ref(),
            phone: carrier.phone.as_ref(),
            carrier_id: carrier.carrier_id.as_ref().map(|id| CarrierId {
                register: spellings.of(id.id_type),
                value: &id.value,
            }),
            address: carrier.address.as_ref(),
            equipment_type: carrier.equipment_type,
            other_equipment_type: carrier.other_equipment_type.as_ref(),
            leg: carrier.leg,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Stop<'a> {
    stop_type: &'a str,
    stop_number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_id: Option<&'a Short>,
    date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locode: Option<&'a Short>,
}

impl<'a> Stop<'a> {
    fn of(stop: &'a DomainStop, spellings: &'a Spellings) -> Self {
        Self {
            stop_type: spellings.of(stop.stop_type),
            stop_number: stop.stop_number,
            stop_id: stop.stop_id.as_ref(),
            date: stop.date,
            address: stop.address.as_ref(),
            name: stop.name.as_ref(),
            country: stop.country,
            locode: stop.locode.as_ref(),
        }
    }
}
