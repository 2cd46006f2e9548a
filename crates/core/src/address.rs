//! Postal addresses.

use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::invalid::{FieldCode, Invalid, Problems};
use crate::json::Node;
use crate::text::Short;

/// An ISO 3166-1 alpha-3 country code. Source of the list: the `rust_iso3166` crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country(&'static str);

impl Country {
    /// The three-letter code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0
    }
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        rust_iso3166::from_alpha3(text)
            .map(|country| Self(country.alpha3))
            .ok_or_else(|| {
                Invalid::new(
                    FieldCode::NotACountry,
                    "must be an ISO 3166-1 alpha-3 code such as USA",
                )
            })
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// Street and number.
    pub address1: Short,
    /// Second line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address2: Option<Short>,
    /// City.
    pub city: Short,
    /// State or province.
    pub state: Short,
    /// Postal code.
    pub postal: Short,
    /// Country.
    pub country: Country,
}

impl Address {
    /// Reads an address, noting everything that is wrong with it.
    pub fn read(node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let address1 = fields.required("address1", problems, Node::parse);
        let address2 = fields.optional("address2", problems, read_blank_as_absent);
        let city = fields.required("city", problems, Node::parse);
        let state = fields.required("state", problems, Node::parse);
        let postal = fields.required("postal", problems, Node::parse);
        let country = fields.required("country", problems, Node::parse);
        fields.close(problems);
        Some(Self {
            address1: address1?,
            address2: address2?.flatten(),
            city: city?,
            state: state?,
            postal: postal?,
            country: country?,
        })
    }
}

/// Today's callers send `""` for a second line that does not exist.
fn read_blank_as_absent(node: &Node<'_>, problems: &mut Problems) -> Option<Option<Short>> {
    if node.text(problems)?.trim().is_empty() {
        Some(None)
    } else {
        node.parse(problems).map(Some)
    }
}
