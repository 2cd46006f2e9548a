use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{identity, refused, status};
use crate::app::App;
use crate::check::{Field, Need, Report};
use crate::ledger::{Cancellation, Certificate};
use crate::reply::{Problem, Reply};
use crate::settings::{AdditionalInfoName, Settings};

const REASONS: [&str; 9] = [
    "CANASD", "CANNLN", "CANPIE", "CANCHP", "CANVAL", "CANREQ", "CANCOP", "CANREP", OTHER,
];

/// The reason that has to be explained.
const OTHER: &str = "CANOTH";

const CORRECT: &str = "cancellationAdditionalInfo";

/// As the client tuned against the live API spells it.
const MISSPELT: &str = "cancellationAdditionaInfo";

/// Cancels a certificate.
pub(crate) fn cancel(app: &App, body: &Value) -> Reply {
    let settings = app.settings();
    let (user_id, cancellation) = match read(body, &settings, OffsetDateTime::now_utc()) {
        Ok(request) => request,
        Err(problems) => return Reply::invalid(&problems),
    };
    match app.ledger.cancel(user_id, cancellation) {
        Ok(cancelled) => Reply::ok(&describe(&settings, &cancelled)),
        Err(refusal) => refused(refusal),
    }
}

fn read<'a>(
    body: &'a Value,
    settings: &Settings,
    at: OffsetDateTime,
) -> Result<(&'a str, Cancellation), Vec<Problem>> {
    let mut report = Report::default();
    let root = Field::root(body);
    let Some((user_id, number)) = identity(&mut report, &root) else {
        return report.finish(None);
    };
    let reason = report.choice(&root.get("cancellationReason"), Need::Required, &REASONS);
    let additional_info = additional_info(&mut report, &root, settings.additional_info_name, reason);
    let email_assured = report.flag(&root.get("emailAssured")).unwrap_or(false);
    report.finish(reason.map(|reason| {
        let cancellation = Cancellation {
            certificate_number: number,
            reason: reason.to_owned(),
            additional_info: additional_info.map(str::to_owned),
            email_assured,
            canceled_by: user_id.to_owned(),
            at,
        };
        (user_id, cancellation)
    }))
}

/// P14: never empty, and required for the reason "other".
fn additional_info<'a>(
    report: &mut Report,
    root: &Field<'a>,
    name: AdditionalInfoName,
    reason: Option<&str>,
) -> Option<&'a str> {
    let field = match name {
        AdditionalInfoName::Correct => root.get(CORRECT),
        AdditionalInfoName::Misspelt => root.get(MISSPELT),
        AdditionalInfoName::Either => {
            let (correct, misspelt) = (root.get(CORRECT), root.get(MISSPELT));
            if correct.value().is_some() && misspelt.value().is_some() {
                report.text(&misspelt, Need::Required);
            }
            if correct.value().is_none() && misspelt.value().is_some() {
                misspelt
            } else {
                correct
            }
        }
    };
    let need = if reason == Some(OTHER) {
        Need::Required
    } else {
        Need::Optional
    };
    report.text(&field, need)
}

fn describe(settings: &Settings, certificate: &Certificate) -> Value {
    let Some(cancellation) = &certificate.cancellation else {
        return Value::Null;
    };
    let mut answer = json!({
        "certificateNumber": certificate.certificate_number,
        "status": status(settings, certificate),
        "canceledBy": cancellation.canceled_by,
        "canceledDate": cancellation.at.format(&Rfc3339).unwrap_or_default(),
        "cancellationReason": cancellation.reason,
    });
    if let Some(info) = &cancellation.additional_info {
        answer[CORRECT] = json!(info);
    }
    answer
}
