//! Questions to the insurer about a certificate, asked by a worker.

use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::job::Kind;
use loadsure_core::ports::CertificateTask;
use loadsure_store::{Found, JobState, JobView};

use crate::call::Call;
use crate::problem::Problem;
use crate::state::AppState;
use crate::work::Planned;

/// A question on its way.
pub(super) struct Question {
    planned: Planned,
    /// The value of `Preference-Applied`.
    pub(super) applied: Option<String>,
}

impl Question {
    /// Accepts the question and publishes it.
    pub(super) async fn new(
        state: &AppState,
        call: &Call,
        number: &Number,
        task: CertificateTask,
    ) -> Result<Self, Problem> {
        let planned = Planned::new(state, Kind::Certificate, call)?;
        let job = planned.job();
        let found = state
            .store
            .ask_about_certificate(call.tenant(), number, task, &job)
            .await?;
        match found {
            Found::Yes(_) => planned.publish(state),
            Found::No => return Err(Problem::new(ErrorCode::CertificateNotFound)),
        }
        Ok(Self {
            applied: planned.applied(),
            planned,
        })
    }

    /// Waits. `true` when what the insurer said is stored, `false` when it has not said it in time.
    ///
    /// # Errors
    /// When the insurer could not be asked, or does not know the certificate.
    pub(super) async fn answered(self, state: &AppState) -> Result<bool, Problem> {
        match self.planned.ended(state).await {
            None => Ok(false),
            Some(job) if job.state == JobState::Dead => Err(refusal(&job)),
            Some(_) => Ok(true),
        }
    }
}

fn refusal(job: &JobView) -> Problem {
    let code = job.failure.unwrap_or(ErrorCode::Internal);
    let problem = Problem::new(code);
    if code == ErrorCode::CertificateNotFound {
        problem.detail("The insurer does not know this certificate.")
    } else {
        problem
    }
}
