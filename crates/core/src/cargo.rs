//! The goods.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::freight_class::FreightClasses;
use crate::invalid::{FieldCode, Problems};
use crate::json::{Node, Object};
use crate::money::{Amount, Currency};
use crate::reference::Known;
use crate::spelling::{Containerization, LengthUnit, TemperatureUnit, Truckload, WeightUnit};
use crate::text::{Long, Short};

/// Commodity "Miscellaneous", which needs `otherCommodity` (loadsure-api.md 3.1).
const MISCELLANEOUS: u32 = 1;

/// The insured value: more than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CargoValue {
    /// Currency.
    pub currency: Currency,
    /// Amount, in major units.
    pub value: Amount,
}

/// A weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// Unit.
    pub unit: WeightUnit,
    /// Amount, more than zero.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub value: Decimal,
}

/// Outer dimensions. Kept with the request; the insurer has no field for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dimensions {
    /// Length.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub length: Decimal,
    /// Width.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub width: Decimal,
    /// Height.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub height: Decimal,
    /// Unit of all three.
    pub unit: LengthUnit,
}

/// The temperatures that the goods need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TemperatureRange {
    /// Unit.
    pub unit: TemperatureUnit,
    /// Lowest temperature.
    #[serde(
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub minimum: Option<Decimal>,
    /// Highest temperature.
    #[serde(
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub maximum: Option<Decimal>,
}

/// The goods of a shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cargo {
    /// Insured value.
    pub cargo_value: CargoValue,
    /// Commodity ids, at least one.
    pub commodity: Vec<u32>,
    /// What the goods are when the commodity is "Miscellaneous".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_commodity: Option<Short>,
    /// Full description.
    pub full_description_of_cargo: Long,
    /// Weight.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<Weight>,
    /// Freight classes.
    #[serde(skip_serializing_if = "FreightClasses::is_empty")]
    pub freight_class: FreightClasses,
    /// Dimensions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<Dimensions>,
    /// Further particulars.
    #[serde(flatten)]
    pub particulars: Particulars,
}

/// What else may be said of the goods.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Particulars {
    /// Number in the National Motor Freight Classification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nmfc_number: Option<Short>,
    /// Notes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notes: Option<Long>,
    /// Marks and numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marks_and_numbers: Option<Short>,
    /// Harmonized System codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hs_codes: Vec<Short>,
    /// Whether the goods are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_goods: Option<bool>,
    /// Whether the goods were stored in the past 30 days. Spelt as the insurer spells it.
    #[serde(rename = "storedPast30days", skip_serializing_if = "Option::is_none")]
    pub stored_past_30_days: Option<bool>,
    /// Containerization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub containerization: Option<Containerization>,
    /// Packaging.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packaging: Vec<Short>,
    /// Truckload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truckload: Option<Truckload>,
    /// Temperatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature_range: Option<TemperatureRange>,
    /// Terms of sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms_of_sale: Option<Short>,
}

impl Cargo {
    /// Reads the goods, noting everything that is wrong with them.
    pub fn read(node: &Node<'_>, known: &Known<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let cargo_value = fields.required("cargoValue", problems, read_value);
        let commodity = fields.required("commodity", problems, |node, p| read_commodities(node, known, p));
        let other_commodity = fields.optional("otherCommodity", problems, Node::parse);
        let full_description_of_cargo = fields.required("fullDescriptionOfCargo", problems, Node::parse);
        let weight = fields.optional("weight", problems, read_weight);
        let freight_class = fields.optional("freightClass", problems, |node, p| {
            FreightClasses::read(node, known, p)
        });
        let dimensions = fields.optional("dimensions", problems, read_dimensions);
        let particulars = Particulars::read(&mut fields, known, problems);
        if let (Some(commodity), Some(None)) = (&commodity, &other_commodity)
            && commodity.contains(&MISCELLANEOUS)
        {
            problems.add(
                fields.path_of("otherCommodity"),
                FieldCode::Required,
                "is required for commodity 1",
            );
        }
        fields.close(problems);
        Some(Self {
            cargo_value: cargo_value?,
            commodity: commodity?,
            other_commodity: other_commodity?,
            full_description_of_cargo: full_description_of_cargo?,
            weight: weight?,
            freight_class: freight_class?.unwrap_or_default(),
            dimensions: dimensions?,
            particulars: particulars?,
        })
    }
}

impl Particulars {
    fn read(fields: &mut Object<'_>, known: &Known<'_>, problems: &mut Problems) -> Option<Self> {
        let nmfc_number = fields.optional("nmfcNumber", problems, Node::parse);
        let notes = fields.optional("notes", problems, Node::parse);
        let marks_and_numbers = fields.optional("marksAndNumbers", problems, Node::parse);
        let hs_codes = fields.optional("hsCodes", problems, |node, p| node.list(p, 50, Node::parse));
        let used_goods = fields.optional("usedGoods", problems, Node::boolean);
        let stored_past_30_days = fields.optional("storedPast30days", problems, Node::boolean);
        let containerization = fields.optional("containerization", problems, Node::parse);
        let packaging = fields.optional("packaging", problems, read_packaging);
        let truckload = fields.optional("truckload", problems, Node::parse);
        let temperature_range = fields.optional("temperatureRange", problems, read_temperatures);
        let terms_of_sale = fields.optional("termsOfSale", problems, |node, p| known.terms_of_sale(node, p));
        Some(Self {
            nmfc_number: nmfc_number?,
            notes: notes?,
            marks_and_numbers: marks_and_numbers?,
            hs_codes: hs_codes?.unwrap_or_default(),
            used_goods: used_goods?,
            stored_past_30_days: stored_past_30_days?,
            containerization: containerization?,
            packaging: packaging?.unwrap_or_default(),
            truckload: truckload?,
            temperature_range: temperature_range?,
            terms_of_sale: terms_of_sale?,
        })
    }
}

fn read_value(node: &Node<'_>, problems: &mut Problems) -> Option<CargoValue> {
    let mut fields = node.object(problems)?;
    let currency = fields.required("currency", problems, Node::parse);
    let value = fields.required("value", problems, |node, problems| {
        let amount = node
            .decimal(problems)
            .and_then(|value| node.accept(problems, Amount::exact(value)))?;
        if amount.is_zero() {
            return node.refuse(problems, FieldCode::NotPositive, "must be greater than zero");
        }
        Some(amount)
    });
    fields.close(problems);
    Some(CargoValue {
        currency: currency?,
        value: value?,
    })
}

fn read_commodities(node: &Node<'_>, known: &Known<'_>, problems: &mut Problems) -> Option<Vec<u32>> {
    let ids = if node.value().is_array() {
        node.list(problems, 50, |item, problems| known.commodity(item, problems))?
    } else {
        vec![known.commodity(node, problems)?]
    };
    if ids.is_empty() {
        return node.refuse(problems, FieldCode::TooFew, "must name at least one commodity");
    }
    Some(ids)
}

fn read_weight(node: &Node<'_>, problems: &mut Problems) -> Option<Weight> {
    let mut fields = node.object(problems)?;
    let unit = fields.required("unit", problems, Node::parse);
    let value = fields.required("value", problems, read_measure);
    fields.close(problems);
    Some(Weight {
        unit: unit?,
        value: value?,
    })
}

fn read_dimensions(node: &Node<'_>, problems: &mut Problems) -> Option<Dimensions> {
    let mut fields = node.object(problems)?;
    let length = fields.required("length", problems, read_measure);
    let width = fields.required("width", problems, read_measure);
    let height = fields.required("height", problems, read_measure);
    let unit = fields.required("unit", problems, Node::parse);
    fields.close(problems);
    Some(Dimensions {
        length: length?,
        width: width?,
        height: height?,
        unit: unit?,
    })
}

/// A physical quantity: more than zero and below a thousand million, so that a slipped unit is noticed.
fn read_measure(node: &Node<'_>, problems: &mut Problems) -> Option<Decimal> {
    let value = node.decimal(problems)?;
    if value <= Decimal::ZERO {
        return node.refuse(problems, FieldCode::NotPositive, "must be greater than zero");
    }
    if value > Decimal::from(1_000_000_000_u32) {
        return node.refuse(problems, FieldCode::OutOfRange, "must be at most 1000000000");
    }
    Some(value.normalize())
}

fn read_temperatures(node: &Node<'_>, problems: &mut Problems) -> Option<TemperatureRange> {
    let mut fields = node.object(problems)?;
    let unit = fields.required("unit", problems, Node::parse);
    let minimum = fields.optional("minimum", problems, Node::decimal);
    let maximum = fields.optional("maximum", problems, Node::decimal);
    fields.close(problems);
    let range = TemperatureRange {
        unit: unit?,
        minimum: minimum?,
        maximum: maximum?,
    };
    if range
        .minimum
        .zip(range.maximum)
        .is_some_and(|(minimum, maximum)| minimum > maximum)
    {
        return node.refuse(
            problems,
            FieldCode::OutOfRange,
            "minimum must not be above maximum",
        );
    }
    Some(range)
}

/// One kind of packaging as text, or several as a list.
fn read_packaging(node: &Node<'_>, problems: &mut Problems) -> Option<Vec<Short>> {
    if node.value().is_array() {
        node.list(problems, 20, Node::parse)
    } else {
        node.parse(problems).map(|one| vec![one])
    }
}
