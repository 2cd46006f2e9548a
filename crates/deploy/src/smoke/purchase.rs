//! Quote, booking, certificate, cancellation.

use serde_json::{Value, json};
use time::macros::format_description;
use time::{Duration, OffsetDateTime};
use tokio::time::{Instant, sleep};

use super::{Api, PATIENCE, PAUSE, SmokeError};

/// Who buys and who cancels: the insurer lets only the same user cancel, and the flat form's user is its e-mail address.
const USER: &str = "smoke-test@example.com";

pub(super) async fn run(api: &Api, say: &mut (impl FnMut(&'static str) + Send)) -> Result<(), SmokeError> {
    let asked = api.post("quote", "/api/insurance/quotes", &request()).await?;
    let quote = id("quote", &asked, "/quote/quoteId")?;
    ended(api, "quote", &format!("/api/insurance/quotes/{quote}"), "active").await?;
    say("quoted");
    let order = json!({"quoteId": quote});
    let asked = api.post("booking", "/api/insurance/bookings", &order).await?;
    let booking = id("booking", &asked, "/booking/bookingId")?;
    let place = format!("/api/insurance/bookings/{booking}");
    let booked = ended(api, "booking", &place, "active").await?;
    let number = id("booking", &booked, "/booking/policyNumber")?;
    say("bought");
    let place = format!("/api/insurance/certificates/{number}");
    let certified = ended(api, "certificate", &place, "ACTIVE").await.map(drop);
    if certified.is_ok() {
        say("certified");
    }
    // Whatever the certificate looked like, what was bought is given back.
    let reason = json!({"userId": USER, "reason": "CANNLN", "emailAssured": false});
    api.post("cancellation", &format!("{place}/cancel"), &reason)
        .await?;
    ended(api, "cancellation", &place, "CANCELLED").await?;
    say("cancelled");
    certified
}

/// Waits until a record has come to its end.
async fn ended(api: &Api, step: &'static str, path: &str, wanted: &'static str) -> Result<Value, SmokeError> {
    let end = Instant::now() + PATIENCE;
    loop {
        let record = api.get(step, path).await?;
        let mut views = record.as_object().into_iter().flat_map(|record| record.values());
        let status = views.find_map(|view| view.get("status")?.as_str());
        match status.unwrap_or_default() {
            status if status == wanted => return Ok(record),
            "requested" | "purchasing" | "PENDING" => {}
            "ACTIVE" if wanted == "CANCELLED" => {}
            other => {
                return Err(SmokeError::Ended {
                    step,
                    status: other.to_owned(),
                });
            }
        }
        if Instant::now() >= end {
            return Err(SmokeError::Late(step));
        }
        sleep(PAUSE).await;
    }
}

fn id(step: &'static str, answer: &Value, pointer: &str) -> Result<String, SmokeError> {
    let id = answer.pointer(pointer).and_then(Value::as_str);
    id.map(str::to_owned)
        .ok_or(SmokeError::Content { step, field: "id" })
}

/// A small shipment of nobody's, between two invented addresses, under names reserved for examples (RFC 2606).
fn request() -> Value {
    json!({
        "description": "Smoke test of a deployment", "value": 1000, "currency": "USD",
        "commodityId": 6, "freightClass": "77.5", "weightValue": 100, "weightUnit": "kg",
        "loadTypeId": "FULL_TRUCKLOAD_1", "equipmentTypeId": 2,
        "pickupDate": day(3), "deliveryDate": day(6),
        "originAddress1": "1 Example Street", "originCity": "Savannah", "originState": "GA",
        "originPostal": "31401", "originCountry": "USA",
        "destinationAddress1": "2 Example Street", "destinationCity": "Dallas", "destinationState": "TX",
        "destinationPostal": "75201", "destinationCountry": "USA",
        "carrierName": "Example Carrier", "carrierEmail": "carrier@example.com",
        "carrierPhone": "+13125550100", "carrierMode": "ROAD", "carrierIdType": "USDOT",
        "carrierIdValue": "1234567", "userName": "Smoke Test", "userEmail": USER,
        "assured": {
            "name": "Example Assured", "email": "assured@example.com",
            "address": {
                "address1": "3 Example Street", "city": "Chicago", "state": "IL",
                "postal": "60601", "country": "USA",
            },
        },
    })
}

fn day(ahead: i64) -> String {
    let day = OffsetDateTime::now_utc().date() + Duration::days(ahead);
    // Every date has this form.
    day.format(format_description!("[year]-[month]-[day]"))
        .unwrap_or_default()
}
