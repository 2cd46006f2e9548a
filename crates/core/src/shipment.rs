//! A shipment: the load that is to be insured.

use serde::Serialize;

use crate::cargo::Cargo;
use crate::carrier::{Carrier, OTHER_EQUIPMENT};
use crate::date::Date;
use crate::invalid::{FieldCode, Problems};
use crate::json::{Node, Object};
use crate::party::Party;
use crate::reference::Known;
use crate::stop::Stops;
use crate::text::Short;

/// The only version of the shipment form (loadsure-api.md 3.1).
pub const VERSION: &str = "2";

/// Days that a pickup may lie ahead (loadsure-api.md 3.3: the insurer refuses more).
const PICKUP_DAYS_AHEAD: i64 = 30;

/// A load, from its first pickup to its last delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shipment {
    /// Version of the form, always [`VERSION`].
    pub version: &'static str,
    /// Bill of lading or load number.
    pub freight_id: Short,
    /// Purchase order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub po_number: Option<Short>,
    /// Date of the first pickup.
    pub pickup_date: Date,
    /// Date of the last delivery, not before pickup.
    pub delivery_date: Date,
    /// Who ships.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipper: Option<Party>,
    /// Who receives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Party>,
    /// The goods.
    pub cargo: Cargo,
    /// Who carries; may be empty, since at quote time a carrier is often not known.
    pub carriers: Vec<Carrier>,
    /// The journey.
    pub stops: Stops,
    /// Load type id.
    pub load_type: Short,
    /// Equipment type id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equipment_type: Option<u32>,
    /// What the equipment is when its type is "Other".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_equipment_type: Option<Short>,
}

impl Shipment {
    /// Reads the fields of a shipment. The object stays open: the caller's fee may stand in it too.
    pub(crate) fn read(
        fields: &mut Object<'_>,
        known: &Known<'_>,
        today: Option<Date>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let version = fields.optional("version", problems, read_version);
        let freight_id = fields.required("freightId", problems, Node::parse);
        let po_number = fields.optional("poNumber", problems, Node::parse);
        let dates = read_dates(fields, today, problems);
        let shipper = fields.optional("shipper", problems, Party::read);
        let recipient = fields.optional("recipient", problems, Party::read);
        let cargo = fields.required("cargo", problems, |node, p| Cargo::read(node, known, p));
        let carriers = fields.optional("carriers", problems, |node, p| {
            node.list(p, 20, |carrier, p| Carrier::read(carrier, known, p))
        });
        let stops = fields.required("stops", problems, Stops::read);
        let load_type = fields.required("loadType", problems, |node, p| known.load_type(node, p));
        let equipment = read_equipment(fields, known, problems);
        version?;
        let (pickup_date, delivery_date) = dates?;
        let (equipment_type, other_equipment_type) = equipment?;
        Some(Self {
            version: VERSION,
            freight_id: freight_id?,
            po_number: po_number?,
            pickup_date,
            delivery_date,
            shipper: shipper?,
            recipient: recipient?,
            cargo: cargo?,
            carriers: carriers?.unwrap_or_default(),
            stops: stops?,
            load_type: load_type?,
            equipment_type,
            other_equipment_type,
        })
    }
}

fn read_version(node: &Node<'_>, problems: &mut Problems) -> Option<()> {
    if node.text(problems)? == VERSION {
        Some(())
    } else {
        node.refuse(problems, FieldCode::NotOneOf, "must be \"2\"")
    }
}

fn read_dates(fields: &mut Object<'_>, today: Option<Date>, problems: &mut Problems) -> Option<(Date, Date)> {
    let pickup: Option<Date> = fields.required("pickupDate", problems, Node::parse);
    let delivery: Option<Date> = fields.required("deliveryDate", problems, Node::parse);
    let (pickup, delivery) = (pickup?, delivery?);
    if delivery < pickup {
        problems.add(
            fields.path_of("deliveryDate"),
            FieldCode::DateOrder,
            "must not be before pickupDate",
        );
        return None;
    }
    let days_ahead = today.map_or(0, |today| (pickup.as_date() - today.as_date()).whole_days());
    if days_ahead > PICKUP_DAYS_AHEAD {
        let message = "must be at most 30 days ahead";
        problems.add(fields.path_of("pickupDate"), FieldCode::TooFarAhead, message);
        return None;
    }
    Some((pickup, delivery))
}

fn read_equipment(
    fields: &mut Object<'_>,
    known: &Known<'_>,
    problems: &mut Problems,
) -> Option<(Option<u32>, Option<Short>)> {
    let equipment_type = fields.optional("equipmentType", problems, |node, p| known.equipment_type(node, p));
    let other = fields.optional("otherEquipmentType", problems, Node::parse);
    if equipment_type == Some(Some(OTHER_EQUIPMENT)) && other == Some(None) {
        let path = fields.path_of("otherEquipmentType");
        problems.add(path, FieldCode::Required, "is required for equipment type 1");
        return None;
    }
    Some((equipment_type?, other?))
}
