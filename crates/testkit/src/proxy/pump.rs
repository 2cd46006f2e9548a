//! Moves the bytes of one connection.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Flow;

/// The most that is moved at once.
const PIECE: usize = 16 * 1024;

/// Serves one client until either side ends, fails, or is cut off.
pub(super) async fn connection(
    mut client: TcpStream,
    upstream: String,
    flow: watch::Receiver<Flow>,
    cut: CancellationToken,
) {
    let Ok(mut server) = TcpStream::connect(upstream).await else {
        reset(&client);
        return;
    };
    // Without this the delays measured through the proxy would be those of Nagle's algorithm.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let cut_off = cut
        .run_until_cancelled(both_ways(&mut client, &mut server, flow))
        .await;
    if !matches!(cut_off, Some(Ok(()))) {
        reset(&client);
        reset(&server);
    }
}

/// Makes the coming close a reset. Fails only on a socket that is dead already.
fn reset(stream: &TcpStream) {
    drop(stream.set_zero_linger());
}

async fn both_ways(
    client: &mut TcpStream,
    server: &mut TcpStream,
    flow: watch::Receiver<Flow>,
) -> io::Result<()> {
    let (client_reads, client_writes) = client.split();
    let (server_reads, server_writes) = server.split();
    tokio::try_join!(
        one_way(client_reads, server_writes, flow.clone()),
        one_way(server_reads, client_writes, flow),
    )?;
    Ok(())
}

/// Passes an orderly end on as such, so that half-closed connections work.
async fn one_way(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut flow: watch::Receiver<Flow>,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        hold_back(&mut flow).await;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&piece[..length]).await?;
    }
}

/// Returns when the piece may go on.
async fn hold_back(flow: &mut watch::Receiver<Flow>) {
    let now = *flow.borrow();
    if let Flow::Slow(delay) = now {
        tokio::time::sleep(delay).await;
    }
    // An error means that the proxy is gone; the cut follows.
    drop(flow.wait_for(|flow| *flow != Flow::Pause).await);
}
