//! `unknown settle`.

use std::collections::BTreeMap;

use loadsure_config::CtlConfig;
use loadsure_core::certificate::Number;
use loadsure_core::error_code::ErrorCode;
use loadsure_core::id::JobId;
use loadsure_core::job::Kind;
use loadsure_core::usecase::settle::Settled;
use loadsure_queue::{Event, Message, Queue, Replies};
use loadsure_store::{Acceptance, NewJob, NewSettlement, Published, Store};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::view;
use crate::actor::actor;
use crate::arguments::Settle;
use crate::context::queue;
use crate::output::moment;
use crate::{Error, output};

pub(super) async fn execute(store: &Store, config: &CtlConfig, arguments: &Settle) -> Result<(), Error> {
    let actor = actor(arguments.actor.as_deref());
    let new = NewSettlement {
        booking: arguments.booking,
        actor: &actor,
        key: None,
    };
    match &arguments.bought {
        Some(number) => bought(store, config, &new, (number, arguments)).await?,
        None => not_bought(store, config, &new).await?,
    }
    output::line(&format!("settled {}", arguments.booking))
}

async fn not_bought(store: &Store, config: &CtlConfig, new: &NewSettlement<'_>) -> Result<(), Error> {
    let settled = store.settle_not_bought(new).await;
    match settled.map_err(Error::database("settle"))? {
        Acceptance::Accepted(()) => announce(store, config, new).await,
        other => Err(refused(store, new, &other).await?),
    }
}

/// Tells those who follow the events, if Redis is known and there. The record says it all the same.
async fn announce(store: &Store, config: &CtlConfig, new: &NewSettlement<'_>) -> Result<(), Error> {
    let Some(redis) = &config.redis else {
        return Ok(());
    };
    let queue = queue(config, redis).await?;
    if let Ok(Some((purchase, _))) = store.purchase(new.booking).await {
        let event = Event {
            kind: "booking.failed".to_owned(),
            tenant: Some(purchase.tenant),
            subjects: BTreeMap::from([("booking".to_owned(), purchase.booking.as_uuid())]),
            job: None,
            at: OffsetDateTime::now_utc(),
        };
        let _ = queue.emit(&event).await;
    }
    Ok(())
}

/// The insurer is asked by a worker; this waits for what comes of it.
async fn bought(
    store: &Store,
    config: &CtlConfig,
    new: &NewSettlement<'_>,
    (number, arguments): (&Number, &Settle),
) -> Result<(), Error> {
    let deadline = Instant::now() + arguments.wait;
    let line = match &config.redis {
        Some(redis) => {
            let queue = queue(config, redis).await?;
            Some((Replies::start(&queue).await?, queue))
        }
        None => None,
    };
    let job = NewJob {
        id: JobId::generate(),
        reply_to: line.as_ref().map(|(replies, _)| replies.stream_name().to_owned()),
        traceparent: None,
    };
    // Registered before the job can be done, so that its reply cannot be missed.
    let waiting = line.as_ref().map(|(replies, _)| replies.wait_for(job.id));
    let accepted = store.accept_settlement(new, number, &job).await;
    let accepted = accepted.map_err(Error::database("settle"))?;
    if !matches!(accepted, Acceptance::Accepted(_)) {
        return Err(refused(store, new, &accepted).await?);
    }
    if let (Some((replies, queue)), Some(waiting)) = (line, waiting) {
        publish(store, &queue, new, &job).await;
        // Whether a reply came or time ran out, the row says how things stand.
        let _ = tokio::time::timeout_at(deadline, waiting).await;
        let _ = tokio::time::timeout_at(deadline, replies.close()).await;
    }
    result(store, job.id).await
}

/// The fast path. A job that cannot be published here is published by the workers' relay.
async fn publish(store: &Store, queue: &Queue, new: &NewSettlement<'_>, job: &NewJob) {
    let Ok(Some((purchase, _))) = store.purchase(new.booking).await else {
        return;
    };
    let message = Message {
        kind: Kind::Maintenance,
        job: job.id,
        attempt: 1,
        tenant: purchase.tenant,
        created_at: OffsetDateTime::now_utc(),
        traceparent: None,
        reply_to: job.reply_to.clone(),
    };
    let Ok(entries) = queue.publish(&[message]).await else {
        return;
    };
    let published: Vec<Published> = entries
        .iter()
        .map(|entry| Published {
            job: job.id,
            attempt: 1,
            entry_id: entry.to_string(),
        })
        .collect();
    // Unnoted, it is published once more, which is harmless.
    let _ = store.mark_published(&published).await;
}

async fn result(store: &Store, job: JobId) -> Result<(), Error> {
    let view = store.job(job).await.map_err(Error::database("read the result"))?;
    let view = view.filter(|view| view.state.is_finished());
    let Some(view) = view else {
        return Err(Error::NotConfirmedYet);
    };
    match view.result.as_ref().and_then(Settled::from_json) {
        Some(Settled::Yes) => Ok(()),
        Some(Settled::No(code)) => Err(Error::NotSettled { code, hint: None }),
        None => Err(Error::NotSettled {
            code: view.failure.unwrap_or(ErrorCode::Internal),
            hint: None,
        }),
    }
}

/// The error that a settlement that was not accepted is.
async fn refused<T>(
    store: &Store,
    new: &NewSettlement<'_>,
    acceptance: &Acceptance<T>,
) -> Result<Error, Error> {
    let code = match acceptance {
        Acceptance::Refused(ErrorCode::BookingNotFound, _) => return Ok(Error::NoSuchBooking),
        Acceptance::Refused(code, _) => *code,
        // Nothing is replayed without an idempotency key.
        Acceptance::Accepted(_) | Acceptance::Replayed(_) => ErrorCode::Internal,
    };
    let found = store.purchase(new.booking).await;
    let found = found.map_err(Error::database("read the purchase"))?;
    let hint = found.and_then(|(purchase, _)| match code {
        ErrorCode::SettlementTooEarly => {
            Some(format!("wait until {}", moment(view::not_bought_from(&purchase))))
        }
        ErrorCode::OutcomeNotUnknown => Some(format!("it is {}", purchase.status)),
        _ => None,
    });
    Ok(Error::NotSettled { code, hint })
}
