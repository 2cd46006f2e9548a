//! Commands to the queue monitor.

use loadsure_core::scaling::{Command, Mode};
use loadsure_queue::{CommandFeed, CommandMessage, Queue, Replies};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::*;

fn message(command: Command, replies: Option<&Replies>) -> CommandMessage {
    CommandMessage {
        id: Uuid::now_v7(),
        actor: "ctl:ada".to_owned(),
        at: OffsetDateTime::now_utc(),
        reply_to: replies.map(|replies| replies.stream_name().to_owned()),
        command,
    }
}

fn pin(workers: u32) -> Command {
    let workers = Some(workers);
    Command::Pin { workers }
}

async fn send(queue: &Queue, message: &CommandMessage) {
    queue.command(message).await.unwrap();
}

/// P26: neither side asks again and again.
#[tokio::test]
async fn a_command_reaches_the_monitor_and_its_reply_the_asker() {
    let server = Server::start();
    let (api, monitor) = (
        connect_as(&server, "api").await,
        connect_as(&server, "monitor").await,
    );
    let replies = Replies::start(&api).await.unwrap();
    let mut feed = CommandFeed::follow(&monitor).await.unwrap();
    let sent = message(pin(3), Some(&replies));
    let waiter = replies.wait_for(sent.reply_id());
    send(&api, &sent).await;
    let heard = soon("the command is heard", feed.next()).await;
    assert_eq!(heard, sent);
    monitor.answer_command(&heard, "applied").await.unwrap();
    let reply = soon("the reply comes", waiter).await.unwrap();
    assert_eq!(reply.outcome, "applied");
}

#[tokio::test]
async fn a_monitor_that_takes_over_hears_what_nobody_has_applied_yet_in_order() {
    let server = Server::start();
    let queue = connect(&server).await;
    let mode = Mode::Act;
    let sent = [message(pin(1), None), message(Command::Mode { mode }, None)];
    for message in &sent {
        send(&queue, message).await;
    }
    let mut feed = CommandFeed::follow(&queue).await.unwrap();
    for message in &sent {
        assert_eq!(soon("a command is heard", feed.next()).await, *message);
    }
}

/// P16: neither an outage nor a wiped server ends the feed.
#[tokio::test]
async fn commands_are_heard_after_redis_came_back_empty() {
    let mut server = Server::start();
    let queue = connect(&server).await;
    let mut feed = CommandFeed::follow(&queue).await.unwrap();
    send(&queue, &message(pin(1), None)).await;
    soon("the first is heard", feed.next()).await;
    server.kill();
    server.restart();
    let second = message(pin(2), None);
    eventually("Redis takes the second", async || {
        queue.command(&second).await.is_ok()
    })
    .await;
    assert_eq!(soon("the second is heard", feed.next()).await, second);
}

#[tokio::test]
async fn an_entry_that_is_no_command_does_not_stop_the_feed() {
    let server = Server::start();
    let queue = connect(&server).await;
    let stream = queue.names().commands();
    queue.append(&stream, &"nonsense", 10).await.unwrap();
    let sent = message(Command::Resume, None);
    send(&queue, &sent).await;
    let mut feed = CommandFeed::follow(&queue).await.unwrap();
    assert_eq!(soon("the command is heard", feed.next()).await, sent);
}

/// A message decides neither where a monitor writes nor whether it goes on.
#[tokio::test]
async fn a_reply_goes_to_reply_streams_only() {
    let server = Server::start();
    let queue = connect(&server).await;
    let elsewhere = CommandMessage {
        reply_to: Some(queue.names().events()),
        ..message(pin(1), None)
    };
    queue.answer_command(&elsewhere, "applied").await.unwrap();
    let last = queue
        .read_last::<serde_json::Value>(&queue.names().events())
        .await;
    assert_eq!(last.unwrap(), None);
}
