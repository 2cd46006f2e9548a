//! The older form of a look-up.

use actix_web::web::Data;
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::invalid::{FieldError, Problems};
use loadsure_core::json::Node;
use loadsure_core::text::Short;
use serde_json::Value;

use crate::answer::Answer;
use crate::body::JsonBody;
use crate::call::Call;
use crate::openapi::forms::LookUpForm;
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::certificate::CertificateBody;

/// What is looked up.
struct LookUp {
    number: Number,
    user: Short,
}

impl LookUp {
    fn parse(body: &Value) -> Result<Self, Vec<FieldError>> {
        let mut problems = Problems::default();
        match Self::read(&Node::root(body), &mut problems) {
            Some(look_up) if problems.is_empty() => Ok(look_up),
            _ => Err(problems.into_errors()),
        }
    }

    fn read(node: &Node<'_>, problems: &mut Problems) -> Option<Self> {
        let mut fields = node.object(problems)?;
        let number = fields.required("certificateNumber", problems, Node::parse);
        let user = fields.required("userId", problems, Node::parse);
        fields.close(problems);
        Some(Self {
            number: number?,
            user: user?,
        })
    }
}

/// A certificate, if its quote was asked for with this user: the older form of reading it.
#[utoipa::path(
    post,
    path = "/api/insurance/certificates",
    tag = "certificates",
    request_body = LookUpForm,
    responses(
        (status = 200, description = "The certificate", body = CertificateBody),
        (status = 404, description = "`certificate_not_found`: no such certificate of this tenant and user", body = ProblemBody),
    ),
    security(("apiKey" = ["read"])),
)]
pub(crate) async fn look_up(state: Data<AppState>, call: Call, body: JsonBody) -> Result<Answer, Problem> {
    let LookUp { number, user } = LookUp::parse(&body.value).map_err(Problem::invalid)?;
    let store = &state.store;
    let found = store
        .certificate_of_user(call.tenant(), &number, user.expose())
        .await?;
    let certificate = found.ok_or_else(|| Problem::new(ErrorCode::CertificateNotFound))?;
    Answer::ok(&CertificateBody::new(certificate.into()))
}
