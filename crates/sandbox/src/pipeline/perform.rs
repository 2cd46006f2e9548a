use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::Call;
use crate::operation::Operation;
use crate::reference;
use crate::reply::{Problem, Reply};
use crate::{certificate, purchase, quote};

/// An answer, and the purchase attempt it tells the result of.
pub(crate) struct Work {
    pub(crate) reply: Reply,
    pub(crate) attempt: Option<u64>,
}

impl From<Reply> for Work {
    fn from(reply: Reply) -> Self {
        Self { reply, attempt: None }
    }
}

impl Call {
    /// Does the work of the operation.
    pub(super) fn perform(&self) -> Work {
        if let Some(list) = reference::list(self.operation) {
            return Reply {
                status: StatusCode::OK,
                body: list.into(),
            }
            .into();
        }
        let body = match self.json() {
            Ok(body) => body,
            Err(refused) => return refused.into(),
        };
        let (app, origin) = (&self.app, self.origin());
        match self.operation {
            Operation::Quote => quote::quote(app, &body, &origin).into(),
            Operation::PurchaseQuote => purchase::purchase(app, &body, &origin),
            Operation::CertificateSummary => certificate::summary(app, &body, &origin).into(),
            Operation::CertificateUrl => certificate::url(app, &body, &origin).into(),
            Operation::CancelCertificate => certificate::cancel(app, &body).into(),
            Operation::Commodities
            | Operation::CommodityExclusions
            | Operation::EquipmentTypes
            | Operation::LoadTypes
            | Operation::FreightClasses
            | Operation::TermsOfSales => Reply::broken("the list is missing").into(),
        }
    }

    fn json(&self) -> Result<Value, Reply> {
        let sent = self
            .request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let essence = sent.and_then(|text| text.split(';').next()).unwrap_or_default();
        if !essence.trim().eq_ignore_ascii_case("application/json") {
            let problem = Problem::new("UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json");
            return Err(Reply::refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, &[problem]));
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| Reply::invalid(&[Problem::new("MALFORMED_JSON", "The body is not valid JSON")]))
    }

    /// Scheme and host as the caller sees them, so that links work through proxies and containers.
    fn origin(&self) -> String {
        let info = self.request.connection_info();
        format!("{}://{}", info.scheme(), info.host())
    }
}
