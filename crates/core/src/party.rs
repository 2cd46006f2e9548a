//! The people and companies of an insurance application.

use serde::Serialize;

use crate::address::Address;
use crate::invalid::Problems;
use crate::json::Node;
use crate::spelling::PartyType;
use crate::text::{Email, Short};

/// Who asks for cover: the broker's user. The insurer wants the same id again when a certificate is read or cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// The caller's own id of the user.
    pub id: Short,
    /// E-mail.
    pub email: Email,
    /// Full name.
    pub name: Short,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Short>,
}

impl User {
    /// Reads a user, noting everything that is wrong with it.
    pub fn read(node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let id = fields.required("id", problems, Node::parse);
        let email = fields.required("email", problems, Node::parse);
        let name = fields.required("name", problems, Node::parse);
        let phone = fields.optional("phone", problems, Node::parse);
        fields.close(problems);
        Some(Self {
            id: id?,
            email: email?,
            name: name?,
            phone: phone?,
        })
    }
}

/// A party of the shipment: the assured, whose goods are covered, or its shipper or recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Name of the company or person.
    pub name: Short,
    /// E-mail.
    pub email: Email,
    /// Address.
    pub address: Address,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Short>,
    /// US employer identification number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ein: Option<Short>,
    /// The party's part in the trade.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub party_type: Option<PartyType>,
}

impl Party {
    /// Reads a party, noting everything that is wrong with it.
    pub fn read(node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let name = fields.required("name", problems, Node::parse);
        let email = fields.required("email", problems, Node::parse);
        let address = fields.required("address", problems, Address::read);
        let phone = fields.optional("phone", problems, Node::parse);
        let ein = fields.optional("ein", problems, Node::parse);
        let party_type = fields.optional("type", problems, Node::parse);
        fields.close(problems);
        Some(Self {
            name: name?,
            email: email?,
            address: address?,
            phone: phone?,
            ein: ein?,
            party_type: party_type?,
        })
    }
}
