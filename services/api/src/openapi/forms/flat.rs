//! The flat form of a quote request, with its derivations.

use super::cargo::{currency, freight_class, insured, length_unit, percentage, weight_unit};
use super::journey::{carrier_id_type, mode};
use super::parties::country;
use super::{examples, fee, own_data};
use crate::openapi::schema::{
    Field, Shape, any_of, date, email, form, list, long, measure, named, number, optional, required, short,
    text, whole,
};

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("QuoteRequestFlat", flat()),
        ("FlatCommodity", flat_commodity()),
        ("FlatFreightClass", flat_freight_class()),
    ]
}

const ABOUT: &str = "The flat form: the same application with short names at one level. Only this is derived: \
    user.id is the e-mail when not given; freightId is FR- and the quote's id when not given; the country of an \
    address is USA when not given; freightClass alone is 100 % of the load; a carrier's equipment type is the \
    shipment's when not given; stops are made of origin and destination with pickupDate and deliveryDate when \
    stops is not given; currency is USD when not given. No carrier, address, date, weight or commodity is ever \
    made up. Where one thing can be said in two ways, only one of them may be used.";

fn flat() -> Shape {
    let fields = load()
        .into_iter()
        .chain(goods())
        .chain(place(ORIGIN, "Origin"))
        .chain(place(DESTINATION, "Destination"))
        .chain([optional(
            "stops",
            list(
                "The journey, in place of origin and destination.",
                named("FlatStop", "A stop."),
            )
            .max_items(Some(100)),
        )])
        .chain(carrier())
        .chain(people())
        .chain(fee())
        .chain(own_data());
    form(ABOUT, fields)
        .examples([examples::flat(), examples::flat_with_lists()])
        .into()
}

fn load() -> [Field; 7] {
    [
        optional(
            "freightId",
            short("Bill of lading or load number; FR- and the quote's id when not given."),
        ),
        optional("poNumber", short("Purchase order number.")),
        required(
            "pickupDate",
            date("Date of the first pickup, YYYY-MM-DD, at most 30 days ahead."),
        ),
        required(
            "deliveryDate",
            date("Date of the last delivery, YYYY-MM-DD, not before pickupDate."),
        ),
        required(
            "loadTypeId",
            short("Load type id, from /api/support-data/load-types."),
        ),
        optional(
            "equipmentTypeId",
            whole("Equipment type id, from /api/support-data/equipment-types."),
        ),
        optional(
            "otherEquipmentType",
            short("What the equipment is; required for equipment type 1 (Other)."),
        ),
    ]
}

fn goods() -> [Field; 14] {
    [
        required("description", long("Full description of the goods.")),
        required("value", insured()),
        optional("currency", currency().default(Some("USD".into()))),
        optional(
            "commodityId",
            whole("Commodity id, from /api/support-data/commodities; required unless commodities is given."),
        ),
        optional(
            "commodities",
            list(
                "Several commodities, in place of commodityId.",
                named("FlatCommodity", "A commodity."),
            )
            .min_items(Some(1))
            .max_items(Some(50)),
        ),
        optional(
            "otherCommodity",
            short("What the goods are; required for commodity 1 (Miscellaneous)."),
        ),
        optional("freightClass", one_freight_class()),
        optional(
            "freightClasses",
            list(
                "Several classes, in place of freightClass; they sum to 100 %.",
                named("FlatFreightClass", "A share."),
            )
            .max_items(Some(18)),
        ),
        optional("weightValue", measure("Weight; given together with weightUnit.")),
        optional("weightUnit", weight_unit()),
        optional(
            "dimensionLength",
            measure("Length; the four dimension fields are given together."),
        ),
        optional("dimensionWidth", measure("Width.")),
        optional("dimensionHeight", measure("Height.")),
        optional("dimensionUnit", length_unit()),
    ]
}

fn one_freight_class() -> Shape {
    any_of(
        "The one freight class of the whole load.",
        [
            freight_class().into(),
            number("A freight class as a number, such as 77.5.").into(),
        ],
    )
}

const ORIGIN: [&str; 6] = [
    "originAddress1",
    "originAddress2",
    "originCity",
    "originState",
    "originPostal",
    "originCountry",
];

const DESTINATION: [&str; 6] = [
    "destinationAddress1",
    "destinationAddress2",
    "destinationCity",
    "destinationState",
    "destinationPostal",
    "destinationCountry",
];

/// The six fields of one end of the journey.
fn place(names: [&'static str; 6], end: &str) -> [Field; 6] {
    let [address1, address2, city, state, postal, country_name] = names;
    let needed = |what: &str| short(&format!("{end}: {what}; required unless stops is given."));
    [
        optional(address1, needed("street and number")),
        optional(
            address2,
            text(200, &format!("{end}: second line; may be empty.")).min_length(Some(0)),
        ),
        optional(city, needed("city")),
        optional(state, needed("state or province")),
        optional(postal, needed("postal code")),
        optional(country_name, country().default(Some("USA".into()))),
    ]
}

fn carrier() -> [Field; 9] {
    [
        optional(
            "carrierName",
            short("Name of the one carrier; required with any other carrier field."),
        ),
        optional("carrierEmail", email("E-mail address of the carrier.")),
        optional("carrierPhone", short("Phone number of the carrier.")),
        optional("carrierMode", mode()),
        optional("carrierIdType", carrier_id_type()),
        optional(
            "carrierIdValue",
            short("The carrier's number; given together with carrierIdType."),
        ),
        optional(
            "carrierDotNumber",
            short("The carrier's USDOT number, in place of carrierIdType and carrierIdValue."),
        ),
        optional(
            "carrierEquipmentType",
            whole("Equipment type id of the carrier; equipmentTypeId when not given."),
        ),
        optional(
            "carriers",
            list(
                "Several carriers, in place of the carrier fields.",
                named("FlatCarrier", "A carrier."),
            )
            .max_items(Some(20)),
        ),
    ]
}

fn people() -> [Field; 7] {
    [
        optional(
            "userName",
            short("Full name of the user; required unless user is given."),
        ),
        optional(
            "userEmail",
            email("E-mail of the user; required unless user is given."),
        ),
        optional(
            "user",
            named(
                "FlatUser",
                "Who asks for cover, in place of userName and userEmail.",
            ),
        ),
        optional(
            "assuredName",
            short("Name of the assured; required unless assured is given."),
        ),
        optional(
            "assuredEmail",
            email("E-mail of the assured; required unless assured is given."),
        ),
        optional(
            "assuredAddress",
            named(
                "FlatAddress",
                "Address of the assured; required unless assured is given.",
            ),
        ),
        optional(
            "assured",
            named(
                "FlatParty",
                "Whose goods are covered, in place of the three assured fields.",
            ),
        ),
    ]
}

fn flat_commodity() -> Shape {
    form(
        "A commodity.",
        [required(
            "id",
            whole("Commodity id, from /api/support-data/commodities."),
        )],
    )
    .into()
}

fn flat_freight_class() -> Shape {
    form(
        "The share of a load that belongs to one freight class.",
        [
            required("classId", freight_class()),
            required("percentage", percentage()),
        ],
    )
    .into()
}
