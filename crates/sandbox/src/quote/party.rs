use crate::check::{Field, Need, Report};

/// Checks an assured, shipper or recipient.
pub(super) fn check(report: &mut Report, party: &Field<'_>, need: Need) {
    if !report.object(party, need) {
        return;
    }
    report.text(&party.get("name"), Need::Required);
    report.email(&party.get("email"), Need::Required);
    report.text(&party.get("phone"), Need::Optional);
    report.text(&party.get("ein"), Need::Optional);
    report.choice(
        &party.get("type"),
        Need::Optional,
        &["BUYER", "SELLER", "RECIPIENT", "SHIPPER"],
    );
    address(report, &party.get("address"), Need::Required);
}

/// Checks a postal address.
pub(super) fn address(report: &mut Report, address: &Field<'_>, need: Need) {
    if !report.object(address, need) {
        return;
    }
    for name in ["address1", "city", "state", "postal"] {
        report.text(&address.get(name), Need::Required);
    }
    report.line(&address.get("address2"));
    country(report, &address.get("country"), Need::Required);
}

/// Checks a country code, ISO 3166-1 alpha-3.
pub(super) fn country(report: &mut Report, field: &Field<'_>, need: Need) {
    report.take(field, need, "a country code of ISO 3166-1 alpha-3", |value| {
        rust_iso3166::from_alpha3(value.as_str()?)
    });
}
