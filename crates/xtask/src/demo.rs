//! A shipment to try the API with, and the commands that insure it.

use serde_json::{Value, json};
use time::{Date, Duration, OffsetDateTime};

use crate::state::State;

/// Stands for the load's own number in the body of a quote.
pub(crate) const FREIGHT_ID: &str = "DEMO-FREIGHT-ID";

/// Who asks for the demo quote; certificates are found and cancelled under it.
pub(crate) const USER_EMAIL: &str = "demo@broker.example";

/// The flat form of a quote for a load that is picked up the day after tomorrow.
pub(crate) fn quote(today: Date) -> Value {
    let pickup = today.saturating_add(Duration::days(2)).to_string();
    let delivery = today.saturating_add(Duration::days(5)).to_string();
    json!({
        "freightId": FREIGHT_ID,
        "poNumber": "PO-1001",
        "description": "Washing machines, 40 pallets",
        "value": 50000,
        "currency": "USD",
        "commodityId": 8,
        "freightClass": "class92_5",
        "weightValue": 18000,
        "weightUnit": "lbs",
        "loadTypeId": "FULL_TRUCKLOAD_1",
        "equipmentTypeId": 2,
        "pickupDate": pickup,
        "deliveryDate": delivery,
        "originAddress1": "233 S Wacker Dr",
        "originCity": "Chicago",
        "originState": "IL",
        "originPostal": "60606",
        "originCountry": "USA",
        "destinationAddress1": "1500 Marilla St",
        "destinationCity": "Dallas",
        "destinationState": "TX",
        "destinationPostal": "75201",
        "destinationCountry": "USA",
        "carrierName": "Example Trucking LLC",
        "carrierEmail": "dispatch@carrier.example",
        "carrierPhone": "+1 312 555 0100",
        "carrierMode": "ROAD",
        "carrierIdType": "USDOT",
        "carrierIdValue": "1234567",
        "userName": "Demo User",
        "userEmail": USER_EMAIL,
        "assured": {
            "name": "Example Appliances Inc",
            "email": "shipping@assured.example",
            "address": {
                "address1": "100 Main St",
                "city": "Chicago",
                "state": "IL",
                "postal": "60601",
                "country": "USA"
            }
        }
    })
}

/// What `up` prints when everything runs.
pub(crate) fn summary(state: &State, logs: &str) -> String {
    let url = &state.url;
    let mut text = format!(
        "\nLoadsure runs.\n\n  API          {url}/api\n  API docs     {url}/api-docs\n  Health       {url}/health\n"
    );
    for (name, what) in &state.parts {
        text.push_str(&format!("  {name:<12} {what}\n"));
    }
    text.push_str(&format!("  Logs         {logs}\n"));
    match &state.key {
        Some(key) => text.push_str(&format!("  API key      {key}\n")),
        None => text.push_str("  API key      none needed (AUTH_MODE=open)\n"),
    }
    text
}

/// A shell script that quotes, books, fetches the certificate, and cancels it. It needs `curl` alone.
pub(crate) fn script(state: &State) -> String {
    let today = OffsetDateTime::now_utc().date();
    let body = serde_json::to_string(&quote(today))
        .unwrap_or_default()
        .replace(FREIGHT_ID, "DEMO-'$(date +%s)'");
    let auth = match &state.key {
        Some(key) => format!("-H 'Authorization: Bearer {key}' "),
        None => String::new(),
    };
    let url = &state.url;
    format!(
        r#"API={url}/api
call() {{ curl -sS {auth}-H 'Content-Type: application/json' "$@"; echo; }}
field() {{ grep -o "\"$1\": *\"[^\"]*\"" | head -n 1 | sed 's/.*: *"//; s/"$//'; }}
QUOTE=$(call $API/insurance/quotes -d '{body}'); echo "$QUOTE"
BOOKING=$(call $API/insurance/bookings -d "{{\"quoteId\":\"$(echo "$QUOTE" | field quoteId)\"}}"); echo "$BOOKING"
NUMBER=$(echo "$BOOKING" | field certificateNumber)
call $API/insurance/certificates/$NUMBER
call $API/insurance/certificates/$NUMBER/cancel -d '{{"userId":"demo@broker.example","reason":"CANNLN","emailAssured":false}}'
"#
    )
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpListener;
    use std::process::Command;

    use super::*;

    /// Answers as the API would, and returns the requests: first line and body.
    fn serve(listener: &TcpListener, answers: &[&str]) -> Vec<(String, String)> {
        let answer = |answer: &&str| {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut lines = stream.by_ref().lines().map(Result::unwrap);
            let first = lines.next().unwrap();
            let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
            assert!(
                head.contains(&"Authorization: Bearer demo-key".to_owned()),
                "{head:?}"
            );
            let length = head.iter().find_map(|line| line.strip_prefix("Content-Length: "));
            let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
            stream.read_exact(&mut body).unwrap();
            let length = answer.len();
            write!(
                stream.get_mut(),
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{answer}"
            )
            .unwrap();
            (first, String::from_utf8(body).unwrap())
        };
        answers.iter().map(answer).collect()
    }

    #[test]
    fn the_printed_script_buys_and_cancels_with_curl_alone() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = State {
            pid: 1,
            url,
            key: Some("demo-key".into()),
            parts: vec![],
            api_pid: 2,
            monitor_pid: 3,
        };
        let shell = Command::new("sh").arg("-c").arg(script(&state)).spawn().unwrap();
        let asked = serve(
            &listener,
            &[
                r#"{"status":"success","quote":{"premium":61.50,"quoteId":"q-1","currency":"USD"}}"#,
                r#"{"status":"success","booking":{"quoteId":"q-1","certificate":{"certificateNumber":"c-9"}}}"#,
                "{}",
                "{}",
            ],
        );
        assert!(shell.wait_with_output().unwrap().status.success());
        let lines: Vec<_> = asked.iter().map(|(line, _)| line.as_str()).collect();
        assert_eq!(
            lines,
            [
                "POST /api/insurance/quotes HTTP/1.1",
                "POST /api/insurance/bookings HTTP/1.1",
                "GET /api/insurance/certificates/c-9 HTTP/1.1",
                "POST /api/insurance/certificates/c-9/cancel HTTP/1.1",
            ]
        );
        let quote: Value = serde_json::from_str(&asked[0].1).unwrap();
        assert!(
            quote["freightId"].as_str().unwrap().starts_with("DEMO-"),
            "{quote}"
        );
        assert_eq!(asked[1].1, r#"{"quoteId":"q-1"}"#);
        assert_eq!(
            serde_json::from_str::<Value>(&asked[3].1).unwrap()["reason"],
            "CANNLN"
        );
    }

    #[test]
    fn the_demo_load_is_picked_up_in_the_future_and_delivered_later() {
        let quote = quote(time::macros::date!(2026 - 12 - 30));
        assert_eq!(
            (quote["pickupDate"].as_str(), quote["deliveryDate"].as_str()),
            (Some("2027-01-01"), Some("2027-01-04"))
        );
    }
}
