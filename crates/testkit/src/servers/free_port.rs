//! A port that nothing else is about to take.

use std::net::{Ipv4Addr, TcpListener};

use super::Error;

/// First port of the range. The range lies below the ports that Linux hands out for outgoing
/// connections (32768 and up), so that no connection can take the port while a server is restarted.
const FIRST: u16 = 20_000;
/// Size of the range.
const COUNT: u16 = 12_000;
/// How many ports are tried.
const TRIES: u16 = 64;

/// A free port on 127.0.0.1, chosen at random. Another program may still take it first: the
/// servers here then try another one.
///
/// # Errors
/// [`Error::NoFreePort`] when 64 ports in a row are taken.
pub fn free_port() -> Result<u16, Error> {
    let mut seed = [0; 2];
    getrandom::fill(&mut seed).map_err(|_| Error::NoFreePort)?;
    let start = u16::from_ne_bytes(seed) % COUNT;
    (0..TRIES)
        // 37 has no factor in common with the range, so no port is tried twice.
        .map(|attempt| FIRST + (start + attempt * 37) % COUNT)
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .ok_or(Error::NoFreePort)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_port_can_be_listened_on() {
        let port = free_port().unwrap();
        assert!((FIRST..FIRST + COUNT).contains(&port));
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
    }
}
