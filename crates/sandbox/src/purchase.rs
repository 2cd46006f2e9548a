//! `POST /api/insureLoad/purchaseQuote` (`loadsure-api.md`, section 4).

use actix_web::http::StatusCode;
use serde_json::Value;
use time::OffsetDateTime;

use crate::app::App;
use crate::certificate;
use crate::check::{Field, Need, Report};
use crate::ledger::{Purchase, Recipient, Refusal};
use crate::pipeline::Work;
use crate::reply::{Problem, Reply};
use crate::token;

/// Buys cover for a token.
pub(crate) fn purchase(app: &App, body: &Value, origin: &str) -> Work {
    let (quote_token, send_emails_to) = match read(body) {
        Ok(request) => request,
        Err(problems) => return Reply::invalid(&problems).into(),
    };
    let claims = token::read(quote_token, &app.signer);
    let settings = app.settings();
    let purchase = Purchase {
        token: quote_token,
        claims: claims.as_ref(),
        send_emails_to,
        duplicates: settings.duplicate_purchase,
        now: OffsetDateTime::now_utc(),
    };
    let (attempt, result) = app.ledger.purchase(purchase);
    let reply = match result {
        Ok(bought) => Reply::ok(&certificate::describe(app, &settings, &bought, origin)),
        Err(refusal) => refused(refusal),
    };
    Work { reply, attempt }
}

fn read(body: &Value) -> Result<(&str, Vec<Recipient>), Vec<Problem>> {
    let mut report = Report::default();
    let root = Field::root(body);
    if !report.object(&root, Need::Required) {
        return report.finish(None);
    }
    let token = report.take(
        &root.get("quoteToken"),
        Need::Required,
        "a quote token",
        |value| value.as_str().filter(|text| !text.is_empty()),
    );
    let recipients = recipients(&mut report, &root.get("sendEmailsTo"));
    report.line(&root.get("poNumber"));
    report.texts(&root.get("additionalAuthorizedUsers"));
    payment(&mut report, &root.get("paymentMethod"));
    let updates = root.get("updates");
    if report.object(&updates, Need::Optional) {
        report.object(&updates.get("shipment"), Need::Required);
    }
    report.finish(token.map(|token| (token, recipients)))
}

/// Nobody is told when nobody is named.
fn recipients(report: &mut Report, field: &Field<'_>) -> Vec<Recipient> {
    let mut recipients = Vec::new();
    for item in report.list(field, Need::Optional) {
        let recipient = match report.choice(&item, Need::Required, &["USER", "ASSURED"]) {
            Some("USER") => Recipient::User,
            Some(_) => Recipient::Assured,
            None => continue,
        };
        if recipients.contains(&recipient) {
            report.invalid(field, "a list that names nobody twice");
        }
        recipients.push(recipient);
    }
    recipients
}

fn payment(report: &mut Report, method: &Field<'_>) {
    if report.object(method, Need::Optional) {
        for name in ["id", "paymentToken", "cardHolderName"] {
            report.text(&method.get(name), Need::Optional);
        }
        for name in ["store", "setAsDefault"] {
            report.flag(&method.get(name));
        }
    }
}

fn refused(refusal: Refusal) -> Reply {
    let (status, message) = match refusal {
        Refusal::UnknownToken => (StatusCode::NOT_FOUND, "The quote was not found"),
        Refusal::Expired => (StatusCode::BAD_REQUEST, "The quote has expired"),
        Refusal::AlreadyPurchased => (StatusCode::BAD_REQUEST, "The quote has already been purchased"),
        Refusal::UnknownCertificate | Refusal::AlreadyCancelled | Refusal::Storage => {
            return Reply::broken("the ledger could not be written");
        }
    };
    Reply::refusal(status, &[Problem::at(refusal.code(), "quoteToken", message)])
}
