//! The goods.

use loadsure_core::spelling::{Containerization, LengthUnit, TemperatureUnit, Truckload, WeightUnit};

use crate::openapi::schema::{
    Field, Shape, any_of, boolean, choice, form, list, long, measure, money, named, number, optional,
    required, short, string, whole,
};

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("Cargo", cargo()),
        ("CargoValue", value()),
        ("Weight", weight()),
        ("Dimensions", dimensions()),
        ("FreightClassShare", freight_class_share()),
        ("TemperatureRange", temperature_range()),
    ]
}

fn cargo() -> Shape {
    let fields = [
        required("cargoValue", named("CargoValue", "Insured value.")),
        required("commodity", commodity()),
        optional(
            "otherCommodity",
            short("What the goods are; required for commodity 1 (Miscellaneous)."),
        ),
        required("fullDescriptionOfCargo", long("Full description of the goods.")),
        optional("weight", named("Weight", "Total weight.")),
        optional(
            "freightClass",
            list(
                "How the shipment divides among freight classes, each named once. The percentages sum to exactly 100.",
                named("FreightClassShare", "One class and its share."),
            )
            .max_items(Some(18)),
        ),
        optional(
            "dimensions",
            named("Dimensions", "Outer dimensions. Kept; the insurer has no field for them."),
        ),
    ];
    form("The goods.", fields.into_iter().chain(particulars())).into()
}

/// What else may be said of the goods.
fn particulars() -> [Field; 11] {
    [
        optional(
            "nmfcNumber",
            short("Number in the National Motor Freight Classification."),
        ),
        optional("notes", long("Notes.")),
        optional("marksAndNumbers", short("Marks and numbers.")),
        optional(
            "hsCodes",
            list("Harmonized System codes.", short("A code.")).max_items(Some(50)),
        ),
        optional("usedGoods", boolean("Whether the goods are used.")),
        optional(
            "storedPast30days",
            boolean("Whether the goods were stored in the past 30 days."),
        ),
        optional(
            "containerization",
            choice("How the goods are contained.", Containerization::ACCEPTED),
        ),
        optional("packaging", packaging()),
        optional(
            "truckload",
            choice("How much of a truck the goods fill.", Truckload::ACCEPTED),
        ),
        optional(
            "temperatureRange",
            named("TemperatureRange", "The temperatures that the goods need."),
        ),
        optional(
            "termsOfSale",
            short("Terms of sale: a code (EXW) or a whole line of /api/support-data/terms-of-sales."),
        ),
    ]
}

fn commodity() -> Shape {
    any_of(
        "Commodity id, or a list of them, from /api/support-data/commodities.",
        [
            whole("A commodity id.").into(),
            list("Commodity ids.", whole("A commodity id."))
                .min_items(Some(1))
                .max_items(Some(50))
                .into(),
        ],
    )
}

fn packaging() -> Shape {
    any_of(
        "One kind of packaging, or several.",
        [
            short("A kind of packaging.").into(),
            list("Kinds of packaging.", short("A kind of packaging."))
                .max_items(Some(20))
                .into(),
        ],
    )
}

fn value() -> Shape {
    form(
        "The insured value.",
        [required("currency", currency()), required("value", insured())],
    )
    .into()
}

/// The insured amount.
pub(super) fn insured() -> utoipa::openapi::schema::ObjectBuilder {
    money("Insured value in the major unit of the currency (dollars, not cents), more than zero.")
        .exclusive_minimum(Some(0))
}

/// A currency code.
pub(super) fn currency() -> utoipa::openapi::schema::ObjectBuilder {
    string("ISO 4217 currency code, such as USD.").pattern(Some("^[A-Z]{3}$"))
}

fn weight() -> Shape {
    form(
        "A weight.",
        [
            required("unit", weight_unit()),
            required("value", measure("Weight in that unit, more than zero.")),
        ],
    )
    .into()
}

/// The unit of a weight.
pub(super) fn weight_unit() -> utoipa::openapi::schema::ObjectBuilder {
    choice(
        "Pounds or kilograms; kg and kgs mean the same.",
        WeightUnit::ACCEPTED,
    )
}

/// The unit of a length.
pub(super) fn length_unit() -> utoipa::openapi::schema::ObjectBuilder {
    choice(
        "Unit of all three: inches, feet, centimetres or metres.",
        LengthUnit::ACCEPTED,
    )
}

fn dimensions() -> Shape {
    form(
        "Outer dimensions.",
        [
            required("length", measure("Length.")),
            required("width", measure("Width.")),
            required("height", measure("Height.")),
            required("unit", length_unit()),
        ],
    )
    .into()
}

fn freight_class_share() -> Shape {
    form(
        "The share of a shipment that belongs to one freight class.",
        [
            required("id", freight_class()),
            required("percentage", percentage()),
        ],
    )
    .into()
}

/// A freight class as text.
pub(super) fn freight_class() -> utoipa::openapi::schema::ObjectBuilder {
    string("Freight class, as class77_5 or 77.5, from /api/support-data/freight-classes.")
        .pattern(Some("^(class)?[0-9]+([._][0-9]+)?$"))
}

/// A share in percent.
pub(super) fn percentage() -> utoipa::openapi::schema::ObjectBuilder {
    number("Share in percent, more than 0 and at most 100, with at most four decimals.")
        .exclusive_minimum(Some(0))
        .maximum(Some(100))
}

fn temperature_range() -> Shape {
    form(
        "The temperatures that the goods need; minimum is not above maximum.",
        [
            required(
                "unit",
                choice("Celsius or Fahrenheit.", TemperatureUnit::ACCEPTED),
            ),
            optional("minimum", number("Lowest temperature.")),
            optional("maximum", number("Highest temperature.")),
        ],
    )
    .into()
}
