//! Asking the leading monitor, and waiting for what it makes of it. Nothing here changes anything by itself.

use loadsure_config::CtlConfig;
use loadsure_core::scaling::Command;
use loadsure_queue::{CommandMessage, Queue, Replies};
use loadsure_store::Store;
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

use crate::actor::actor;
use crate::arguments::Ask;
use crate::context::queue;
use crate::{Error, output};

pub(super) async fn execute(
    store: &Store,
    config: &CtlConfig,
    command: Command,
    ask: &Ask,
) -> Result<(), Error> {
    let redis = config.redis.as_ref().ok_or(Error::NoQueue)?;
    let queue = queue(config, redis).await?;
    let message = CommandMessage {
        id: Uuid::now_v7(),
        actor: actor(ask.actor.as_deref()),
        at: OffsetDateTime::now_utc(),
        reply_to: None,
        command,
    };
    let name = message.command.name();
    let id = message.id;
    wait(&queue, message, ask).await?;
    // Whether a reply came or time ran out, the row says what became of it.
    let known = store.scaling_command(id).await;
    match known.map_err(Error::database("read the result"))? {
        None => Err(Error::NoMonitor),
        Some(known) => match known.refusal {
            Some(refusal) => Err(Error::CommandRefused { refusal }),
            None => output::line(&format!("applied: {name}")),
        },
    }
}

async fn wait(queue: &Queue, message: CommandMessage, ask: &Ask) -> Result<(), Error> {
    let deadline = Instant::now() + ask.wait;
    let replies = Replies::start(queue).await?;
    let message = CommandMessage {
        reply_to: Some(replies.stream_name().to_owned()),
        ..message
    };
    // Registered before the command can be answered, so that its reply cannot be missed.
    let waiting = replies.wait_for(message.reply_id());
    queue.command(&message).await.map_err(Error::NotSent)?;
    let _ = tokio::time::timeout_at(deadline, waiting).await;
    let _ = tokio::time::timeout_at(deadline, replies.close()).await;
    Ok(())
}
