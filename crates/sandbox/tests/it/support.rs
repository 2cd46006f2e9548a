//! A client that knows nothing but HTTP and JSON.

use loadsure_sandbox::{Config, Operation, Sandbox};
use reqwest::{Client, Response, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

pub(crate) const USER: &str = "ada@example.com";

pub(crate) struct Caller {
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
}

impl Caller {
    pub(crate) async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self {
            sandbox: Sandbox::start(config).await.unwrap(),
            http: Client::new(),
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.base_url())
    }

    pub(crate) async fn send(&self, operation: Operation, body: &Value) -> reqwest::Result<Response> {
        let key = self.sandbox.api_key().expose_secret();
        let request = if operation.path().starts_with("/api/insureLoad/") {
            self.http.post(self.url(operation.path())).json(body)
        } else {
            self.http.get(self.url(operation.path()))
        };
        request.bearer_auth(key).send().await
    }

    pub(crate) async fn call(&self, operation: Operation, body: &Value) -> (StatusCode, Value) {
        let response = self.send(operation, body).await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Calls and expects 200.
    pub(crate) async fn ok(&self, operation: Operation, body: &Value) -> Value {
        let (status, answer) = self.call(operation, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    /// Calls, expects `status`, and answers the pairs of code and path.
    pub(crate) async fn refused(
        &self,
        operation: Operation,
        body: &Value,
        status: u16,
    ) -> Vec<(String, String)> {
        let (found, answer) = self.call(operation, body).await;
        assert_eq!(
            (found.as_u16(), &answer["success"]),
            (status, &json!(false)),
            "{answer}"
        );
        let errors = answer["errors"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        assert!(
            errors.iter().all(|error| !text(&error["message"]).is_empty()),
            "{answer}"
        );
        errors
            .iter()
            .map(|error| (text(&error["errorCode"]), text(&error["path"])))
            .collect()
    }

    /// A fresh quote token.
    pub(crate) async fn token(&self) -> String {
        let answer = self.ok(Operation::Quote, &quote_body()).await;
        answer["quoteToken"].as_str().unwrap().to_owned()
    }

    /// The number of a fresh certificate.
    pub(crate) async fn bought(&self) -> String {
        let body = json!({"quoteToken": self.token().await});
        let answer = self.ok(Operation::PurchaseQuote, &body).await;
        answer["certificateNumber"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn day(ahead: i64) -> String {
    (OffsetDateTime::now_utc().date() + Duration::days(ahead)).to_string()
}

/// A request with everything that is required and little more.
pub(crate) fn quote_body() -> Value {
    let address = json!({
        "address1": "1 Dock St", "city": "Savannah", "state": "GA", "postal": "31401", "country": "USA"
    });
    json!({
        "user": {"id": USER, "email": USER, "name": "Ada"},
        "assured": {"name": "Widgets Inc", "email": "cargo@example.com", "address": address},
        "shipment": {
            "version": "2", "freightId": "FR-1", "poNumber": "PO-1",
            "pickupDate": day(3), "deliveryDate": day(6),
            "cargo": {
                "cargoValue": {"currency": "USD", "value": 50000},
                "commodity": [6],
                "fullDescriptionOfCargo": "Shirts",
                "weight": {"unit": "kgs", "value": 900},
                "freightClass": [{"id": "class77_5", "percentage": 100}]
            },
            "carriers": [{"mode": "ROAD", "name": "Haul Co", "equipmentType": 2,
                "carrierId": {"type": "MCMXFF", "value": "MC1"}}],
            "stops": [
                {"stopType": "PICKUP", "stopNumber": 1, "date": day(3), "address": address},
                {"stopType": "ADDITIONAL", "stopNumber": 2, "date": day(4), "address": address},
                {"stopType": "DELIVERY", "stopNumber": 3, "date": day(6), "address": address}
            ],
            "loadType": "FULL_TRUCKLOAD_1", "equipmentType": 2
        }
    })
}
