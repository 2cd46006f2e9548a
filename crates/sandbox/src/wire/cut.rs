use std::io;

use actix_web::body::{BodyStream, SizedStream};
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;
use futures_util::stream;

use super::Connection;
use crate::reply::Reply;

/// Resets the connection without a byte of an answer. actix drops a connection whose body fails,
/// and a body that fails at once does so before the head was written.
pub(crate) fn reset(request: &HttpRequest) -> HttpResponse {
    if let Some(connection) = request.conn_data::<Connection>() {
        connection.reset_on_close();
    }
    let nothing = stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    HttpResponse::Ok().body(BodyStream::new(nothing))
}

/// Announces the whole answer, sends half of it and closes the connection.
pub(crate) fn truncated(reply: Reply) -> HttpResponse {
    let body = Bytes::from(reply.body.into_owned());
    let half = body.slice(..body.len() / 2);
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    let end = stream::once(async {
        // Gives actix the turn in which it writes the first half out.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let broken = stream::iter([Ok(half)]).chain(end);
    HttpResponse::build(reply.status)
        .insert_header(ContentType::json())
        .body(SizedStream::new(length, Box::pin(broken)))
}
