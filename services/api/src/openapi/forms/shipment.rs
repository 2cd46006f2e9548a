//! The full form of a quote request.

use loadsure_core::shipment::VERSION;

use super::{examples, fee, own_data};
use crate::openapi::schema::{
    Shape, boolean, choice, date, email, form, list, money, named, optional, required, short, whole,
};

pub(super) fn schemas() -> Vec<(&'static str, Shape)> {
    vec![
        ("QuoteRequestFull", full()),
        ("Shipment", shipment()),
        ("CoverageLimit", coverage_limit()),
    ]
}

fn full() -> Shape {
    let parties = [
        required("user", named("User", "Who asks for cover.")),
        required("assured", named("Party", "Whose goods are covered.")),
        required("shipment", named("Shipment", "The load.")),
        optional(
            "strictChecking",
            boolean("Whether the insurer should refuse partial data."),
        ),
        optional("accountId", short("The insurer's account id.")),
        optional(
            "additionalAuthorizedUsers",
            list(
                "Further users who may act on the certificate.",
                email("E-mail address."),
            )
            .max_items(Some(20)),
        ),
        optional(
            "coverageLimit",
            named(
                "CoverageLimit",
                "Limit of cover when it differs from the cargo value.",
            ),
        ),
    ];
    let about = "The full form, told apart by its shipment. The fee may stand at the top or in shipment, not in both.";
    form(about, parties.into_iter().chain(fee()).chain(own_data()))
        .examples([examples::full_smallest(), examples::full()])
        .into()
}

fn shipment() -> Shape {
    let fields = [
        optional(
            "version",
            choice("Version of the form; 2 when not given.", &[VERSION]),
        ),
        required("freightId", short("Bill of lading or load number.")),
        optional("poNumber", short("Purchase order number.")),
        required(
            "pickupDate",
            date("Date of the first pickup, YYYY-MM-DD, at most 30 days ahead."),
        ),
        required(
            "deliveryDate",
            date("Date of the last delivery, YYYY-MM-DD, not before pickupDate."),
        ),
        optional("shipper", named("Party", "Who ships.")),
        optional("recipient", named("Party", "Who receives.")),
        required("cargo", named("Cargo", "The goods.")),
        optional(
            "carriers",
            list(
                "Who carries; may be empty or left out when it is not known yet.",
                named("Carrier", "A carrier."),
            )
            .max_items(Some(20)),
        ),
        required(
            "stops",
            list(
                "The journey: at least one PICKUP and one DELIVERY.",
                named("Stop", "A stop."),
            )
            .min_items(Some(2))
            .max_items(Some(100)),
        ),
        required(
            "loadType",
            short("Load type id, from /api/support-data/load-types."),
        ),
        optional(
            "equipmentType",
            whole("Equipment type id, from /api/support-data/equipment-types."),
        ),
        optional(
            "otherEquipmentType",
            short("What the equipment is; required for equipment type 1 (Other)."),
        ),
    ];
    form(
        "A load, from its first pickup to its last delivery.",
        fields.into_iter().chain(fee()),
    )
    .into()
}

fn coverage_limit() -> Shape {
    form(
        "A limit of cover.",
        [
            required("currency", super::cargo::currency()),
            required("value", money("Limit in the major unit of the currency.")),
        ],
    )
    .into()
}
