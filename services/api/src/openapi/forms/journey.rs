//! Carriers and stops.

use loadsure_core::spelling::{CarrierIdType, Mode, StopType};

use super::parties::country;
use crate::openapi::schema::{Shape, choice, date, email, form, named, optional, required, short, whole};

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("Carrier", carrier("Address")),
        ("FlatCarrier", carrier("FlatAddress")),
        ("CarrierId", carrier_id()),
        ("Stop", stop("Address")),
        ("FlatStop", stop("FlatAddress")),
    ]
}

fn carrier(address: &'static str) -> Shape {
    form(
        "Who moves the goods on a leg. No carrier is ever made up: leave the list empty when none is known yet.",
        [
            required("mode", mode()),
            required("name", short("Name of the company.")),
            optional("email", email("E-mail address.")),
            optional("phone", short("Phone number.")),
            optional("carrierId", named("CarrierId", "Registered number.")),
            optional("address", named(address, "Postal address.")),
            optional(
                "equipmentType",
                whole(
                    "Equipment type id, from /api/support-data/equipment-types. In the flat form it is the \
                     shipment's equipmentTypeId when not given.",
                ),
            ),
            optional(
                "otherEquipmentType",
                short("What the equipment is; required for equipment type 1 (Other)."),
            ),
            optional("leg", whole("Leg of the journey.")),
        ],
    )
    .into()
}

/// How a carrier moves.
pub(super) fn mode() -> utoipa::openapi::schema::ObjectBuilder {
    choice(
        "How the goods are moved; SEA and MARINE mean the same.",
        Mode::ACCEPTED,
    )
}

/// The register of a carrier's number.
pub(super) fn carrier_id_type() -> utoipa::openapi::schema::ObjectBuilder {
    choice(
        "The register that the number belongs to; MC and MCMXFF mean the same.",
        CarrierIdType::ACCEPTED,
    )
}

fn carrier_id() -> Shape {
    form(
        "A carrier's number in a register.",
        [
            required("type", carrier_id_type()),
            required("value", short("The number.")),
        ],
    )
    .into()
}

fn stop(address: &'static str) -> Shape {
    form(
        "One stop of the journey.",
        [
            required(
                "stopType",
                choice(
                    "What happens there; INTERMEDIATE and ADDITIONAL mean the same, and CONSOLIDATION and \
                     DECONSOLIDATION are sent to the insurer as ADDITIONAL unless configured otherwise.",
                    StopType::ACCEPTED,
                ),
            ),
            required(
                "stopNumber",
                whole("Position: 1, 2, 3, … without gaps.").minimum(Some(1)),
            ),
            optional("stopId", short("The caller's own id of the stop.")),
            required("date", date("Date of arrival, YYYY-MM-DD.")),
            optional(
                "address",
                named(address, "Postal address; required unless the stop is a port."),
            ),
            optional("name", short("Name of a port; required for a port.")),
            optional("country", country()),
            optional("locode", short("UN/LOCODE of a port.")),
        ],
    )
    .into()
}
