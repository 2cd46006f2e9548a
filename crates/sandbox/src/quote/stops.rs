use std::collections::HashSet;

use time::Date;

use crate::check::{Field, Need, Report};

use super::{party, request};

const TYPES: [&str; 5] = [
    "PICKUP",
    "DELIVERY",
    "ADDITIONAL",
    "PORT_OF_LOADING",
    "PORT_OF_DISCHARGE",
];

/// Checks `shipment.stops`: from a pickup to a delivery, with dates up to `last` for pickups.
pub(super) fn check(report: &mut Report, field: &Field<'_>, last: Date) {
    let stops = report.list(field, Need::Required);
    let mut types = HashSet::new();
    let mut numbers = HashSet::new();
    for stop in &stops {
        if report.object(stop, Need::Required) {
            types.extend(one(report, stop, last));
            number(report, stop, &mut numbers);
        }
    }
    let both = types.contains("PICKUP") && types.contains("DELIVERY");
    if field.value().is_some_and(serde_json::Value::is_array) && !both {
        report.invalid(field, "a list with at least a PICKUP and a DELIVERY");
    }
}

fn one<'a>(report: &mut Report, stop: &Field<'a>, last: Date) -> Option<&'a str> {
    let kind = report.choice(&stop.get("stopType"), Need::Required, &TYPES)?;
    let end = matches!(kind, "PICKUP" | "DELIVERY");
    let need = if end { Need::Required } else { Need::Optional };
    let date = report.date(&stop.get("date"), need);
    if let (Some(date), "PICKUP") = (date, kind) {
        request::not_too_far(report, &stop.get("date"), date, last);
    }
    party::address(report, &stop.get("address"), need);
    let port = if kind.starts_with("PORT_") {
        Need::Required
    } else {
        Need::Optional
    };
    report.text(&stop.get("name"), port);
    party::country(report, &stop.get("country"), port);
    report.text(&stop.get("locode"), Need::Optional);
    report.text(&stop.get("stopId"), Need::Optional);
    Some(kind)
}

fn number(report: &mut Report, stop: &Field<'_>, seen: &mut HashSet<u64>) {
    let field = stop.get("stopNumber");
    if let Some(number) = report.count(&field, Need::Optional)
        && !seen.insert(number)
    {
        report.invalid(&field, "different for each stop");
    }
}
