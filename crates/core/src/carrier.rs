//! Carriers.

use serde::Serialize;

use crate::address::Address;
use crate::invalid::{FieldCode, Problems};
use crate::json::Node;
use crate::reference::Known;
use crate::spelling::{CarrierIdType, Mode};
use crate::text::{Email, Short};

/// Equipment type "Other", which needs `otherEquipmentType` (loadsure-api.md 3.4).
pub(crate) const OTHER_EQUIPMENT: u32 = 1;

/// A carrier's number in a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CarrierId {
    /// The register.
    #[serde(rename = "type")]
    pub id_type: CarrierIdType,
    /// The number.
    pub value: Short,
}

/// Who moves the goods on a leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Carrier {
    /// How.
    pub mode: Mode,
    /// Name of the company.
    pub name: Short,
    /// E-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Short>,
    /// Registered number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier_id: Option<CarrierId>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Equipment type id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equipment_type: Option<u32>,
    /// What the equipment is when its type is "Other".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_equipment_type: Option<Short>,
    /// Leg of the journey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg: Option<u32>,
}

impl Carrier {
    /// Reads a carrier, noting everything that is wrong with it.
    pub fn read(node: &Node<'_>, known: &Known<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let mode = fields.required("mode", problems, Node::parse);
        let name = fields.required("name", problems, Node::parse);
        let email = fields.optional("email", problems, Node::parse);
        let phone = fields.optional("phone", problems, Node::parse);
        let carrier_id = fields.optional("carrierId", problems, read_id);
        let address = fields.optional("address", problems, Address::read);
        let equipment_type =
            fields.optional("equipmentType", problems, |node, p| known.equipment_type(node, p));
        let other_equipment_type = fields.optional("otherEquipmentType", problems, Node::parse);
        let leg = fields.optional("leg", problems, Node::whole);
        if equipment_type == Some(Some(OTHER_EQUIPMENT)) && other_equipment_type == Some(None) {
            let path = fields.path_of("otherEquipmentType");
            problems.add(path, FieldCode::Required, "is required for equipment type 1");
        }
        fields.close(problems);
        Some(Self {
            mode: mode?,
            name: name?,
            email: email?,
            phone: phone?,
            carrier_id: carrier_id?,
            address: address?,
            equipment_type: equipment_type?,
            other_equipment_type: other_equipment_type?,
            leg: leg?,
        })
    }
}

fn read_id(node: &Node<'_>, problems: &mut Problems) -> Option<CarrierId> {
    let mut fields = node.object(problems)?;
    let id_type = fields.required("type", problems, Node::parse);
    let value = fields.required("value", problems, Node::parse);
    fields.close(problems);
    Some(CarrierId {
        id_type: id_type?,
        value: value?,
    })
}
