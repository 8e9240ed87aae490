//! Something of a test's own between the server and PostgreSQL.

use std::future::Future;

use tokio::net::{TcpListener, TcpStream};

/// Stands before the PostgreSQL at `port`, at the port that this gives: `relay` has both ends of each connection, that
/// of the client first.
pub async fn relayed<F>(
    port: u16,
    relay: impl Fn(TcpStream, TcpStream) -> F + Send + 'static,
) -> u16
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let own = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            tokio::spawn(relay(client, server));
        }
    });
    own
}
