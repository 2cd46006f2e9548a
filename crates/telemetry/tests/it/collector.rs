//! A small OTLP collector that remembers what was posted to it.

use std::sync::mpsc::{Receiver, Sender, channel};

use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// One export.
pub(crate) struct Export {
    pub(crate) path: String,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Export {
    /// Protobuf keeps text as it is.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.body
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    }
}

/// Starts a collector; gives its address and what arrives there.
pub(crate) fn start() -> (String, Receiver<Export>) {
    let (sender, exports) = channel();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(sender.clone()))
            .default_service(web::to(receive))
    })
    .workers(1)
    .disable_signals()
    .bind(("127.0.0.1", 0))
    .unwrap();
    let address = format!("http://{}", server.addrs()[0]);
    actix_web::rt::spawn(server.run());
    (address, exports)
}

async fn receive(request: HttpRequest, body: Bytes, exports: Data<Sender<Export>>) -> HttpResponse {
    let content_type = request
        .headers()
        .get("content-type")
        .map(|value| value.to_str().unwrap().to_owned());
    let export = Export {
        path: request.path().to_owned(),
        content_type: content_type.unwrap_or_default(),
        body,
    };
    exports.send(export).unwrap();
    HttpResponse::Ok().finish()
}
