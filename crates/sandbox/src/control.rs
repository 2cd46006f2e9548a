//! `/_sandbox`: what tests and demos look at and switch. No key is asked for.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::faults::Rules;
use crate::operation::Operation;
use crate::reply::{Problem, Reply};

pub(crate) fn configure(services: &mut ServiceConfig) {
    services
        .route("/health", web::get().to(health))
        .route("/_sandbox/ledger", web::get().to(ledger))
        .service(
            web::resource("/_sandbox/requests")
                .route(web::get().to(requests))
                .route(web::delete().to(forget_requests)),
        )
        .service(
            web::resource("/_sandbox/faults")
                .route(web::get().to(faults))
                .route(web::put().to(set_faults))
                .route(web::delete().to(clear_faults)),
        )
        .service(
            web::resource("/_sandbox/settings")
                .route(web::get().to(settings))
                .route(web::put().to(set_settings)),
        );
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({"status": "ok"}))
}

async fn ledger(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(app.ledger.snapshot())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    operation: Option<Operation>,
}

async fn requests(app: Data<App>, wanted: Query<Wanted>) -> HttpResponse {
    let wanted = wanted
        .operation
        .map_or_else(|| Operation::ALL.to_vec(), |one| vec![one]);
    let recorded: Vec<_> = wanted
        .into_iter()
        .flat_map(|operation| app.requests.of(operation))
        .collect();
    HttpResponse::Ok().json(recorded)
}

async fn forget_requests(app: Data<App>) -> HttpResponse {
    app.requests.clear();
    HttpResponse::NoContent().finish()
}

async fn faults(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(app.faults.active())
}

async fn set_faults(app: Data<App>, body: Bytes) -> HttpResponse {
    changed(serde_json::from_slice::<Rules>(&body).map(|rules| {
        app.faults.set(rules);
        app.faults.active()
    }))
}

async fn clear_faults(app: Data<App>) -> HttpResponse {
    app.faults.set(Rules::default());
    HttpResponse::NoContent().finish()
}

async fn settings(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(app.settings())
}

async fn set_settings(app: Data<App>, body: Bytes) -> HttpResponse {
    let patched = serde_json::from_slice(&body).and_then(|patch| app.settings().patched(patch));
    changed(patched.inspect(|settings| app.set_settings(settings.clone())))
}

/// What is in force now, or what is wrong with the request.
fn changed<T: Serialize>(result: serde_json::Result<T>) -> HttpResponse {
    match result {
        Ok(now) => HttpResponse::Ok().json(now),
        Err(error) => {
            let problem = Problem::new("INVALID_CONTROL", error.to_string());
            Reply::refusal(StatusCode::BAD_REQUEST, &[problem]).into_response()
        }
    }
}
