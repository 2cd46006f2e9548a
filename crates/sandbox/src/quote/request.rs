use rust_decimal::Decimal;
use serde_json::Value;
use time::{Date, Duration};

use super::{cargo, carriers, party, stops};
use crate::check::{Field, Need, Report};
use crate::price::Cover;
use crate::reference::Reference;
use crate::reply::Problem;

/// A pickup further ahead than this is refused (known from the live API).
const PICKUP_DAYS_AHEAD: i64 = 30;

/// A quote request without problems.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) user_id: String,
    pub(crate) value: Decimal,
    pub(crate) cover: Cover,
}

/// Reads the body of a quote, or lists everything that is wrong with it.
pub(crate) fn read(body: &Value, reference: &Reference, today: Date) -> Result<Request, Vec<Problem>> {
    let mut report = Report::default();
    let root = Field::root(body);
    if !report.object(&root, Need::Required) {
        return report.finish(None);
    }
    let user_id = user(&mut report, &root.get("user"));
    party::check(&mut report, &root.get("assured"), Need::Required);
    extras(&mut report, &root);
    let shipment = root.get("shipment");
    if !report.object(&shipment, Need::Required) {
        return report.finish(None);
    }
    header(&mut report, &shipment, reference, today);
    for name in ["shipper", "recipient"] {
        party::check(&mut report, &shipment.get(name), Need::Optional);
    }
    let cargo = cargo::read(&mut report, &shipment.get("cargo"), reference);
    let modes = carriers::read(&mut report, &shipment.get("carriers"), reference);
    stops::check(
        &mut report,
        &shipment.get("stops"),
        today + Duration::days(PICKUP_DAYS_AHEAD),
    );
    let limit = limit(&mut report, &root.get("coverageLimit"), cargo.as_ref());
    let request = user_id
        .zip(cargo)
        .zip(limit)
        .map(|((user_id, cargo), limit)| Request {
            user_id,
            value: cargo.value,
            cover: Cover {
                limit,
                currency: cargo.currency,
                commodities: cargo.commodities,
                modes,
            },
        });
    report.finish(request)
}

fn user(report: &mut Report, user: &Field<'_>) -> Option<String> {
    if !report.object(user, Need::Required) {
        return None;
    }
    report.email(&user.get("email"), Need::Required);
    report.text(&user.get("name"), Need::Optional);
    report.text(&user.get("phone"), Need::Optional);
    report.text(&user.get("id"), Need::Required).map(str::to_owned)
}

fn extras(report: &mut Report, root: &Field<'_>) {
    report.flag(&root.get("strictChecking"));
    report.text(&root.get("accountId"), Need::Optional);
    report.texts(&root.get("additionalAuthorizedUsers"));
    report.take(
        &root.get("customFields"),
        Need::Optional,
        "a map of texts and numbers",
        |value| {
            value
                .as_object()?
                .values()
                .all(|value| value.is_string() || value.is_number())
                .then_some(())
        },
    );
}

fn header(report: &mut Report, shipment: &Field<'_>, reference: &Reference, today: Date) {
    report.choice(&shipment.get("version"), Need::Required, &["2"]);
    report.text(&shipment.get("freightId"), Need::Required);
    report.line(&shipment.get("poNumber"));
    let pickup = report.date(&shipment.get("pickupDate"), Need::Required);
    let delivery = report.date(&shipment.get("deliveryDate"), Need::Required);
    if let Some(pickup) = pickup {
        not_too_far(
            report,
            &shipment.get("pickupDate"),
            pickup,
            today + Duration::days(PICKUP_DAYS_AHEAD),
        );
    }
    if pickup
        .zip(delivery)
        .is_some_and(|(pickup, delivery)| delivery < pickup)
    {
        report.invalid(&shipment.get("deliveryDate"), "on or after the pickup date");
    }
    report.take(
        &shipment.get("loadType"),
        Need::Optional,
        "the id of a load type",
        |value| reference.load_types.get(value.as_str()?),
    );
    carriers::equipment(report, &shipment.get("equipmentType"), Need::Optional, reference);
}

/// The rule of thirty days, which the insurer applies to dates of pickup.
pub(super) fn not_too_far(report: &mut Report, field: &Field<'_>, pickup: Date, last: Date) {
    if pickup > last {
        let message = format!("Pickup date cannot be more than {PICKUP_DAYS_AHEAD} days in the future");
        report.add("PICKUP_DATE_TOO_FAR", field, message);
    }
}

/// The limit asked for, which is the value of the cargo when none is.
fn limit(report: &mut Report, field: &Field<'_>, cargo: Option<&cargo::Cargo>) -> Option<Decimal> {
    if !report.object(field, Need::Optional) {
        return cargo.map(|cargo| cargo.value);
    }
    let limit = report.amount(&field.get("value"), Need::Required)?;
    let currency = report.text(&field.get("currency"), Need::Required)?;
    let cargo = cargo?;
    if limit > cargo.value || currency != cargo.currency {
        report.invalid(field, "at most the value of the cargo, in its currency");
    }
    Some(limit)
}
