//! `dead`.

use loadsure_config::CtlConfig;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::Kind;
use loadsure_store::{Acceptance, DeadJob, DeadOrder, Store};
use serde_json::{Value, json};

use crate::actor::actor;
use crate::arguments::Dispose;
use crate::context::{migrated_store, queue};
use crate::output::moment;
use crate::{DeadCommand, Error, output};

/// Jobs that are read at once.
const PAGE: u32 = 200;

pub(super) async fn execute(command: DeadCommand, config: &CtlConfig) -> Result<(), Error> {
    let store = migrated_store(config).await?;
    match command {
        DeadCommand::List { kind, json } => list(&store, kind, json).await,
        DeadCommand::Show { job, json } => show(&store, job, json).await,
        DeadCommand::Replay(arguments) => {
            let actor = actor(arguments.actor.as_deref());
            let done = store.replay_dead(&order(&arguments, &actor)).await;
            ended(&done.map_err(Error::database("replay the job"))?)?;
            forget(&store, config, arguments.job).await?;
            output::line(&format!("replayed {}", arguments.job))
        }
        DeadCommand::Discard(arguments) => {
            let actor = actor(arguments.actor.as_deref());
            let done = store.discard_dead(&order(&arguments, &actor)).await;
            ended(&done.map_err(Error::database("discard the job"))?)?;
            forget(&store, config, arguments.job).await?;
            output::line(&format!("discarded {}", arguments.job))
        }
    }
}

const fn order<'a>(arguments: &Dispose, actor: &'a str) -> DeadOrder<'a> {
    DeadOrder {
        job: arguments.job,
        actor,
        key: None,
    }
}

async fn list(store: &Store, kind: Option<Kind>, as_json: bool) -> Result<(), Error> {
    let (mut jobs, mut after) = (Vec::new(), None);
    loop {
        let page = store.dead_jobs(kind, PAGE, after).await;
        let page = page.map_err(Error::database("list jobs"))?;
        jobs.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if as_json {
        let jobs: Vec<Value> = jobs.iter().map(job_as_json).collect();
        return output::line(&Value::from(jobs).to_string());
    }
    if jobs.is_empty() {
        return output::line("no job is dead");
    }
    jobs.iter().try_for_each(|job| output::line(&job_as_line(job)))
}

async fn show(store: &Store, job: JobId, as_json: bool) -> Result<(), Error> {
    let job = find(store, job).await?;
    if as_json {
        return output::line(&job_as_json(&job).to_string());
    }
    output::line(&job_as_line(&job))?;
    let attempts = job.errors.as_array().into_iter().flatten();
    attempts
        .map(|attempt| {
            let text = |name: &str| match &attempt[name] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            format!("  attempt {} at {}: {}", text("attempt"), text("at"), text("why"))
        })
        .try_for_each(|line| output::line(&line))
}

async fn find(store: &Store, job: JobId) -> Result<DeadJob, Error> {
    let found = store.dead_job(job).await;
    found
        .map_err(Error::database("read the job"))?
        .ok_or(Error::NoSuchJob)
}

/// Takes the letter out of Redis, if that is known and there. The record says it all the same.
async fn forget(store: &Store, config: &CtlConfig, job: JobId) -> Result<(), Error> {
    let Some(redis) = &config.redis else {
        return Ok(());
    };
    let job = find(store, job).await?;
    let queue = queue(config, redis).await?;
    let _ = queue.discard_letters_of(job.kind, job.id).await;
    Ok(())
}

fn ended(acceptance: &Acceptance<()>) -> Result<(), Error> {
    match acceptance {
        Acceptance::Accepted(()) => Ok(()),
        Acceptance::Refused(ErrorCode::JobNotFound, _) => Err(Error::NoSuchJob),
        Acceptance::Refused(code, subject) => {
            let settle = |booking| format!("see `loadsurectl unknown show {booking}`");
            let may_be_made = *code == ErrorCode::PurchaseMayBeMade;
            Err(Error::NotDisposed {
                code: *code,
                hint: subject.filter(|_| may_be_made).map(settle),
            })
        }
        // Without a key nothing is replayed.
        Acceptance::Replayed(_) => Err(Error::NotDisposed {
            code: ErrorCode::Internal,
            hint: None,
        }),
    }
}

fn job_as_json(job: &DeadJob) -> Value {
    json!({
        "jobId": job.id,
        "kind": job.kind,
        "state": job.state,
        "tenantId": job.tenant,
        "subjectId": job.subject,
        "attempt": job.attempt,
        "errorCode": job.failure.map(ErrorCode::as_str),
        "createdAt": moment(job.created_at),
        "finishedAt": job.finished_at.map(moment),
        "history": job.errors,
    })
}

fn job_as_line(job: &DeadJob) -> String {
    let (id, kind, state, subject) = (job.id, job.kind, &job.state, job.subject);
    let code = job.failure.map_or("-", ErrorCode::as_str);
    let ended = job.finished_at.map_or_else(|| "-".to_owned(), moment);
    format!(
        "{id}  {kind}  {state}  {code}  {ended}  attempt {}  of {subject}",
        job.attempt
    )
}
