use crate::check::{Field, Need, Report};
use crate::reference::Reference;

use super::party;

/// The equipment that stands for anything else and has to be named in words.
const OTHER: u64 = 1;

/// Checks `shipment.carriers`, which may be empty, and answers the modes in use.
pub(super) fn read(report: &mut Report, field: &Field<'_>, reference: &Reference) -> Vec<String> {
    let mut modes = Vec::new();
    for carrier in report.list(field, Need::Required) {
        if report.object(&carrier, Need::Required) {
            modes.extend(one(report, &carrier, reference).map(str::to_owned));
        }
    }
    modes
}

fn one<'a>(report: &mut Report, carrier: &Field<'a>, reference: &Reference) -> Option<&'a str> {
    let mode = report.choice(
        &carrier.get("mode"),
        Need::Required,
        &["ROAD", "RAIL", "MARINE", "AIR"],
    );
    report.text(&carrier.get("name"), Need::Required);
    report.email(&carrier.get("email"), Need::Optional);
    report.text(&carrier.get("phone"), Need::Optional);
    let id = carrier.get("carrierId");
    if report.object(&id, Need::Optional) {
        report.choice(
            &id.get("type"),
            Need::Required,
            &["USDOT", "MCMXFF", "SCAC", "IMO"],
        );
        report.text(&id.get("value"), Need::Required);
    }
    party::address(report, &carrier.get("address"), Need::Optional);
    let need = if mode == Some("ROAD") {
        Need::Required
    } else {
        Need::Optional
    };
    let type_id = equipment(report, &carrier.get("equipmentType"), need, reference);
    let named = if type_id == Some(OTHER) {
        Need::Required
    } else {
        Need::Optional
    };
    report.text(&carrier.get("otherEquipmentType"), named);
    report.count(&carrier.get("leg"), Need::Optional);
    mode
}

/// Checks an equipment type against the list.
pub(super) fn equipment(
    report: &mut Report,
    field: &Field<'_>,
    need: Need,
    reference: &Reference,
) -> Option<u64> {
    let id = report.count(field, need)?;
    if !reference.equipment_types.contains(&id) {
        report.add(
            "UNKNOWN_EQUIPMENT_TYPE",
            field,
            format!("Equipment type {id} does not exist"),
        );
    }
    Some(id)
}
