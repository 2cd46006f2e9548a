//! Users, parties and addresses.

use loadsure_core::spelling::PartyType;

use crate::openapi::schema::{
    Field, Shape, choice, email, form, named, optional, required, short, string, text,
};

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("User", user(required)),
        ("FlatUser", user(optional)),
        ("Party", party("Address")),
        ("FlatParty", party("FlatAddress")),
        ("Address", address(required)),
        ("FlatAddress", address(optional)),
    ]
}

/// How a field is made: always given, or derived when it is not.
type Presence = fn(&'static str, Shape) -> Field;

fn user(id: Presence) -> Shape {
    form(
        "Who asks for cover. The insurer wants the same id again when a certificate is read or cancelled.",
        [
            id(
                "id",
                short("The caller's own id of the user. In the flat form it is the e-mail when not given.")
                    .into(),
            ),
            required("email", email("E-mail address.")),
            required("name", short("Full name.")),
            optional("phone", short("Phone number.")),
        ],
    )
    .into()
}

fn party(address: &'static str) -> Shape {
    form(
        "A party of the shipment: the assured, whose goods are covered, or its shipper or recipient.",
        [
            required("name", short("Name of the company or person.")),
            required("email", email("E-mail address.")),
            required("address", named(address, "Postal address.")),
            optional("phone", short("Phone number.")),
            optional("ein", short("US employer identification number.")),
            optional(
                "type",
                choice("The party's part in the trade.", PartyType::ACCEPTED),
            ),
        ],
    )
    .into()
}

fn address(country: Presence) -> Shape {
    form(
        "A postal address. In the flat form its country is USA when not given.",
        [
            required("address1", short("Street and number.")),
            optional(
                "address2",
                text(200, "Second line; may be empty.").min_length(Some(0)),
            ),
            required("city", short("City.")),
            required("state", short("State or province.")),
            required("postal", short("Postal code.")),
            country("country", self::country().into()),
        ],
    )
    .into()
}

/// A country code.
pub(super) fn country() -> utoipa::openapi::schema::ObjectBuilder {
    string("ISO 3166-1 alpha-3 country code, such as USA.").pattern(Some("^[A-Z]{3}$"))
}
