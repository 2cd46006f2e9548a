//! The goods of a request for a quote. Their dimensions have no field at the insurer and are not sent.

use loadsure_core::cargo::{
    Cargo as DomainCargo, CargoValue, Particulars as DomainParticulars,
    TemperatureRange as DomainTemperatureRange, Weight as DomainWeight,
};
use loadsure_core::freight_class::FreightClasses;
use loadsure_core::text::{Long, Short};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::spellings::Spellings;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cargo<'a> {
    cargo_value: CargoValue,
    commodity: &'a [u32],
    #[serde(skip_serializing_if = "Option::is_none")]
    other_commodity: Option<&'a Short>,
    full_description_of_cargo: &'a Long,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<Weight<'a>>,
    /// Objects with percentages: the form that was exercised against the live API (loadsure-api.md 3.4).
    #[serde(skip_serializing_if = "FreightClasses::is_empty")]
    freight_class: &'a FreightClasses,
    #[serde(flatten)]
    particulars: Particulars<'a>,
}

impl<'a> Cargo<'a> {
    pub(super) fn of(cargo: &'a DomainCargo, spellings: &'a Spellings) -> Self {
        Self {
            cargo_value: cargo.cargo_value,
            commodity: &cargo.commodity,
            other_commodity: cargo.other_commodity.as_ref(),
            full_description_of_cargo: &cargo.full_description_of_cargo,
            weight: cargo.weight.map(|weight| Weight::of(weight, spellings)),
            freight_class: &cargo.freight_class,
            particulars: Particulars::of(&cargo.particulars, spellings),
        }
    }
}

#[derive(Serialize)]
struct Weight<'a> {
    unit: &'a str,
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    value: Decimal,
}

impl<'a> Weight<'a> {
    fn of(weight: DomainWeight, spellings: &'a Spellings) -> Self {
        Self {
            unit: spellings.of(weight.unit),
            value: weight.value,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Particulars<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    nmfc_number: Option<&'a Short>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a Long>,
    #[serde(skip_serializing_if = "Option::is_none")]
    marks_and_numbers: Option<&'a Short>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hs_codes: &'a [Short],
    #[serde(skip_serializing_if = "Option::is_none")]
    used_goods: Option<bool>,
    #[serde(rename = "storedPast30days", skip_serializing_if = "Option::is_none")]
    stored_past_30_days: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    containerization: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    packaging: &'a [Short],
    #[serde(skip_serializing_if = "Option::is_none")]
    truckload: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature_range: Option<TemperatureRange<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms_of_sale: Option<&'a Short>,
}

impl<'a> Particulars<'a> {
    fn of(particulars: &'a DomainParticulars, spellings: &'a Spellings) -> Self {
        let temperatures = particulars.temperature_range;
        Self {
            nmfc_number: particulars.nmfc_number.as_ref(),
            notes: particulars.notes.as_ref(),
            marks_and_numbers: particulars.marks_and_numbers.as_ref(),
            hs_codes: &particulars.hs_codes,
            used_goods: particulars.used_goods,
            stored_past_30_days: particulars.stored_past_30_days,
            containerization: particulars.containerization.map(|code| spellings.of(code)),
            packaging: &particulars.packaging,
            truckload: particulars.truckload.map(|code| spellings.of(code)),
            temperature_range: temperatures.map(|range| TemperatureRange::of(range, spellings)),
            terms_of_sale: particulars.terms_of_sale.as_ref(),
        }
    }
}

#[derive(Serialize)]
struct TemperatureRange<'a> {
    unit: &'a str,
    #[serde(
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    minimum: Option<Decimal>,
    #[serde(
        with = "rust_decimal::serde::arbitrary_precision_option",
        skip_serializing_if = "Option::is_none"
    )]
    maximum: Option<Decimal>,
}

impl<'a> TemperatureRange<'a> {
    fn of(range: DomainTemperatureRange, spellings: &'a Spellings) -> Self {
        Self {
            unit: spellings.of(range.unit),
            minimum: range.minimum,
            maximum: range.maximum,
        }
    }
}
