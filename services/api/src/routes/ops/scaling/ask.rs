//! Asking the leading queue monitor, and waiting for what it makes of it. Nothing here changes anything by itself.

use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::scaling::Command;
use loadsure_queue::CommandMessage;
use loadsure_store::scaling::CommandRecord;
use loadsure_store::{Key, Replay};
use time::OffsetDateTime;
use uuid::Uuid;

use super::LOCATION;
use crate::answer::Answer;
use crate::call::Call;
use crate::idempotency;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::scaling::CommandBody;
use crate::wait::Wait;

/// What an idempotency key stands for.
enum Claim {
    /// A command that is to be sent: a new one, or one that was sent and not answered.
    Send(Uuid),
    /// An answer that was given.
    Answered(Answer),
}

/// Sends a command and waits for the monitor. A command that is sent again under its key has the same id, and so is
/// applied once.
pub(super) async fn ask(
    state: &AppState,
    call: &Call,
    body: &[u8],
    command: Command,
) -> Result<Answer, Problem> {
    if !state.queue.is_connected() {
        return Err(Problem::new(ErrorCode::QueueUnavailable));
    }
    let key = idempotency::key(call, body)?;
    let id = match claim(state, call, key.as_ref()).await? {
        Claim::Answered(answer) => return Ok(answer),
        Claim::Send(id) => id,
    };
    let wait = Wait::new(state, call, JobId::from(id));
    let applied = wait.applied();
    send(state, call, &wait, (id, &command)).await?;
    let read = async || state.store.scaling_command(id).await;
    let answer = match wait.result(state, read).await {
        Some(known) => answer(state, call, known).await?,
        None => Answer::accepted(LOCATION.to_owned(), &CommandBody::pending(id, &command))?,
    };
    idempotency::keep(state, call, key.as_ref(), &answer).await;
    Ok(answer.preferring(applied))
}

async fn claim(state: &AppState, call: &Call, key: Option<&Key>) -> Result<Claim, Problem> {
    let id = Uuid::now_v7();
    let Some(key) = key else {
        return Ok(Claim::Send(id));
    };
    match state.store.claim_command(call.tenant(), key, id).await? {
        None => Ok(Claim::Send(id)),
        Some(Replay::Reused) => Err(Problem::new(ErrorCode::IdempotencyKeyReused)),
        Some(Replay::Answered(stored)) => Ok(Claim::Answered(Answer::replayed(stored))),
        Some(Replay::Accepted { subject, .. }) => match state.store.scaling_command(subject).await? {
            Some(known) => Ok(Claim::Answered(answer(state, call, known).await?.again())),
            None => Ok(Claim::Send(subject)),
        },
    }
}

async fn send(
    state: &AppState,
    call: &Call,
    wait: &Wait,
    (id, command): (Uuid, &Command),
) -> Result<(), Problem> {
    let message = CommandMessage {
        id,
        actor: call.actor(),
        at: OffsetDateTime::now_utc(),
        reply_to: wait.reply_to(state),
        command: command.clone(),
    };
    let sent = state.queue.command(&message).await;
    sent.map(drop)
        .map_err(|error| Problem::new(ErrorCode::QueueUnavailable).caused_by(error))
}

/// The answer to a command that the monitor has dealt with.
async fn answer(state: &AppState, call: &Call, known: CommandRecord) -> Result<Answer, Problem> {
    if let Some(refusal) = known.refusal {
        let problem = Problem::new(ErrorCode::ScalingRefused).because(refusal.code(), refusal.to_string());
        return Answer::refused(&problem, LOCATION.to_owned(), call);
    }
    let steering = state.store.steering().await?;
    let (id, command, at) = (known.id, &known.command, known.applied_at);
    Answer::ok(&CommandBody::applied(id, command, at, steering))
}
