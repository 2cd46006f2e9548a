//! Operations on a certificate (`loadsure-api.md`, sections 5 to 7).

mod cancel;

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::check::{Field, Need, Report};
use crate::documents::{self, Document};
use crate::ledger::{Certificate, Refusal};
use crate::quote::PRODUCT_NAME;
use crate::reply::{Problem, Reply};
use crate::settings::Settings;

pub(crate) use cancel::cancel;

/// Shows a certificate.
pub(crate) fn summary(app: &App, body: &Value, origin: &str) -> Reply {
    match find(app, body) {
        Ok(found) => Reply::ok(&describe(app, &app.settings(), &found, origin)),
        Err(reply) => reply,
    }
}

/// Answers a fresh link to the document.
pub(crate) fn url(app: &App, body: &Value, origin: &str) -> Reply {
    match find(app, body) {
        Ok(found) => {
            let ttl = app.settings().link_ttl_s;
            let link = documents::link(
                &app.signer,
                origin,
                found.certificate_number,
                Document::Certificate,
                ttl,
            );
            Reply::ok(&json!({"url": link}))
        }
        Err(reply) => reply,
    }
}

/// The family of fields that purchase and summary share.
pub(crate) fn describe(app: &App, settings: &Settings, certificate: &Certificate, origin: &str) -> Value {
    let number = certificate.certificate_number;
    let link = |document| {
        Value::from(documents::link(
            &app.signer,
            origin,
            number,
            document,
            settings.link_ttl_s,
        ))
    };
    let mut fields = Map::from_iter(
        certificate
            .price
            .fields()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    fields.extend(
        [
            ("certificateNumber", json!(number)),
            ("productId", json!(certificate.product_id)),
            ("productName", json!(PRODUCT_NAME)),
            ("status", json!(status(settings, certificate))),
            ("certificateLink", link(Document::Certificate)),
            ("certificateWithCoverPageLink", link(Document::WithCoverPage)),
            ("fileClaimLink", json!(documents::claim_link(origin, number))),
            ("termsAndConditionsLink", json!(documents::terms_link(origin))),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    Value::Object(fields)
}

const fn status(settings: &Settings, certificate: &Certificate) -> &'static str {
    if certificate.cancellation.is_some() {
        settings.status_spelling.text()
    } else {
        "ACTIVE"
    }
}

fn find(app: &App, body: &Value) -> Result<Certificate, Reply> {
    let mut report = Report::default();
    let named = identity(&mut report, &Field::root(body));
    let (user_id, number) = report
        .finish(named)
        .map_err(|problems| Reply::invalid(&problems))?;
    app.ledger
        .certificate(user_id, number)
        .ok_or_else(|| refused(Refusal::UnknownCertificate))
}

/// Reads `userId` and `certificateNumber`. A number that is no UUID is one that does not exist.
fn identity<'a>(report: &mut Report, root: &Field<'a>) -> Option<(&'a str, Uuid)> {
    if !report.object(root, Need::Required) {
        return None;
    }
    let user_id = report.text(&root.get("userId"), Need::Required);
    let number = report.text(&root.get("certificateNumber"), Need::Required);
    user_id.zip(number.map(|text| Uuid::parse_str(text).unwrap_or_default()))
}

fn refused(refusal: Refusal) -> Reply {
    let (status, message) = match refusal {
        Refusal::UnknownCertificate => (StatusCode::NOT_FOUND, "The certificate was not found"),
        Refusal::AlreadyCancelled => (
            StatusCode::BAD_REQUEST,
            "The certificate has already been cancelled",
        ),
        Refusal::UnknownToken | Refusal::Expired | Refusal::AlreadyPurchased | Refusal::Storage => {
            return Reply::broken("the ledger could not be written");
        }
    };
    Reply::refusal(
        status,
        &[Problem::at(refusal.code(), "certificateNumber", message)],
    )
}
