use std::any::Any;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::{SockRef, Socket};

/// A second handle on a caller's socket, since handlers cannot reach the one that actix holds.
#[derive(Debug)]
pub(crate) struct Connection(Socket);

impl Connection {
    /// Keeps the handle with the connection; to be called when one is accepted.
    pub(crate) fn remember(io: &dyn Any, extensions: &mut Extensions) {
        let Some(stream) = io.downcast_ref::<TcpStream>() else {
            return;
        };
        // Without a handle (out of descriptors) resets become plain closes.
        if let Ok(socket) = SockRef::from(stream).try_clone() {
            extensions.insert(Self(socket));
        }
    }

    /// Makes the close of the socket a TCP reset: with no time to linger, unsent data is dropped
    /// and the peer gets RST instead of FIN.
    pub(super) fn reset_on_close(&self) {
        // A socket that is gone already cannot be reset, and need not be.
        let _ = self.0.set_linger(Some(Duration::ZERO));
    }
}
