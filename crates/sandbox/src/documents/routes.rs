use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ContentType};
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use serde::Deserialize;
use uuid::Uuid;

use super::link::{Document, holds};
use super::pdf;
use crate::app::App;
use crate::ledger::Certificate;
use crate::reply::{Problem, Reply};

const NO_COVER: &str = "Issued by a sandbox: there is no cover.";

pub(crate) fn configure(services: &mut ServiceConfig) {
    services
        .route("/documents/terms-and-conditions.pdf", web::get().to(terms))
        .route("/documents/{number}/{file}", web::get().to(document))
        .route("/claims/{number}", web::get().to(claim));
}

#[derive(Deserialize)]
struct Signature {
    expires: i64,
    signature: String,
}

async fn document(app: Data<App>, path: Path<(Uuid, String)>, query: Query<Signature>) -> HttpResponse {
    let (number, file) = path.into_inner();
    let Some(document) = Document::named(&file) else {
        return not_found();
    };
    if !holds(&app.signer, number, document, query.expires, &query.signature) {
        let problem = Problem::new("LINK_EXPIRED", "The link has expired or its signature is wrong");
        return Reply::refusal(StatusCode::FORBIDDEN, &[problem]).into_response();
    }
    // The signature already proves the right to see it, so no user is asked for.
    app.ledger
        .find(number)
        .map_or_else(not_found, |certificate| as_pdf(pages(document, &certificate)))
}

async fn terms() -> HttpResponse {
    as_pdf(vec![vec![
        "Terms and Conditions".to_owned(),
        String::new(),
        NO_COVER.to_owned(),
    ]])
}

async fn claim(app: Data<App>, number: Path<Uuid>) -> HttpResponse {
    let Some(certificate) = app.ledger.find(*number) else {
        return not_found();
    };
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><title>File a claim</title><h1>File a claim</h1>\
         <p>Certificate {}. {NO_COVER}</p></html>",
        certificate.certificate_number
    );
    HttpResponse::Ok().insert_header(ContentType::html()).body(page)
}

fn pages(document: Document, certificate: &Certificate) -> Vec<Vec<String>> {
    let price = &certificate.price;
    let money = |name: &str, amount| format!("{name}: {amount} {}", price.currency);
    let certificate_page = vec![
        "Certificate of Insurance".to_owned(),
        String::new(),
        format!("Number: {}", certificate.certificate_number),
        format!("Issued: {}", certificate.issued_at.date()),
        money("Limit", price.limit),
        money("Deductible", price.deductible),
        money("Premium", price.premium),
        money("Service fee", price.service_fee),
        money("Tax", price.tax),
        String::new(),
        NO_COVER.to_owned(),
    ];
    let cover_page = vec!["Your certificate of insurance".to_owned()];
    match document {
        Document::Certificate => vec![certificate_page],
        Document::WithCoverPage => vec![cover_page, certificate_page],
    }
}

fn as_pdf(pages: Vec<Vec<String>>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/pdf"))
        .body(pdf::write(&pages))
}

fn not_found() -> HttpResponse {
    let problem = Problem::new("NOT_FOUND", "There is no such document");
    Reply::refusal(StatusCode::NOT_FOUND, &[problem]).into_response()
}
