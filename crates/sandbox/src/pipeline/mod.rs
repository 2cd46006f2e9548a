//! What happens to every request of the insurer's operations: it is recorded, its key is checked,
//! a fault may be drawn, and the work is done.

mod perform;
mod spoil;

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::operation::Operation;
use crate::reply::{Problem, Reply};

pub(crate) use perform::Work;

/// One request on its way.
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) request: HttpRequest,
    pub(crate) body: Bytes,
    pub(crate) app: Data<App>,
}

impl Call {
    /// Answers the request.
    pub(crate) async fn serve(self) -> HttpResponse {
        let app = &self.app;
        app.requests.record(self.operation, &self.request, &self.body);
        let latency = app.settings().latency_ms;
        if latency > 0 {
            self.wait(latency).await;
        }
        let authorization = self.request.headers().get(AUTHORIZATION);
        if !app.admits(authorization.and_then(|value| value.to_str().ok())) {
            return unauthorized().into_response();
        }
        match app.faults.draw(self.operation) {
            None => self.answer(self.perform()),
            Some(kind) => self.spoil(kind).await,
        }
    }

    /// Sends the result, noting that it was told.
    fn answer(&self, work: Work) -> HttpResponse {
        if let Some(attempt) = work.attempt {
            self.app.ledger.answered(attempt);
        }
        work.reply.into_response()
    }

    async fn wait(&self, ms: u64) {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(ms)) => {}
            () = self.app.closing.cancelled() => {}
        }
    }
}

fn unauthorized() -> Reply {
    let problem = Problem::new("UNAUTHORIZED", "The API key is missing or not valid");
    Reply::refusal(StatusCode::UNAUTHORIZED, &[problem])
}
