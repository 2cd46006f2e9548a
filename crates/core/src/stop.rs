//! Stops of a journey.

use serde::Serialize;

use crate::address::{Address, Country};
use crate::date::Date;
use crate::invalid::{FieldCode, Problems};
use crate::json::Node;
use crate::spelling::StopType;
use crate::text::Short;

/// One stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// What happens there.
    pub stop_type: StopType,
    /// Position, from 1.
    pub stop_number: u32,
    /// The caller's id of the stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_id: Option<Short>,
    /// Date of arrival.
    pub date: Date,
    /// Address; a port has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Name of a port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Short>,
    /// Country of a port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<Country>,
    /// UN/LOCODE of a port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locode: Option<Short>,
}

impl Stop {
    fn read(node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let stop_type: Option<StopType> = fields.required("stopType", problems, Node::parse);
        let stop_number = fields.required("stopNumber", problems, Node::whole);
        let stop_id = fields.optional("stopId", problems, Node::parse);
        let date = fields.required("date", problems, Node::parse);
        let address = fields.optional("address", problems, Address::read);
        let name = fields.optional("name", problems, Node::parse);
        let country = fields.optional("country", problems, Node::parse);
        let locode = fields.optional("locode", problems, Node::parse);
        let is_port = stop_type.is_some_and(StopType::is_port);
        if address == Some(None) && !is_port {
            problems.add(fields.path_of("address"), FieldCode::Required, "is required");
        }
        if name == Some(None) && is_port {
            problems.add(
                fields.path_of("name"),
                FieldCode::Required,
                "is required for a port",
            );
        }
        fields.close(problems);
        Some(Self {
            stop_type: stop_type?,
            stop_number: stop_number?,
            stop_id: stop_id?,
            date: date?,
            address: address?,
            name: name?,
            country: country?,
            locode: locode?,
        })
    }
}

/// The stops of a journey: at least one pickup and one delivery, numbered 1, 2, 3, … in any order of listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Stops(Vec<Stop>);

impl Stops {
    /// The stops as listed.
    #[must_use]
    pub fn as_slice(&self) -> &[Stop] {
        &self.0
    }

    /// Reads the stops, noting everything that is wrong with them.
    pub fn read(node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let stops = node.list(problems, 100, Stop::read)?;
        let has = |wanted| stops.iter().any(|stop| stop.stop_type == wanted);
        if !has(StopType::Pickup) {
            problems.add(
                node.path(),
                FieldCode::NoPickup,
                "must have a stop of type PICKUP",
            );
        }
        if !has(StopType::Delivery) {
            problems.add(
                node.path(),
                FieldCode::NoDelivery,
                "must have a stop of type DELIVERY",
            );
        }
        let mut numbers: Vec<u32> = stops.iter().map(|stop| stop.stop_number).collect();
        numbers.sort_unstable();
        let without_gaps = numbers.iter().copied().eq((1_u32..).take(numbers.len()));
        if !without_gaps {
            problems.add(
                node.path(),
                FieldCode::StopNumbers,
                "must be numbered 1, 2, 3, … without gaps",
            );
        }
        (has(StopType::Pickup) && has(StopType::Delivery) && without_gaps).then_some(Self(stops))
    }
}
