//! The WebSocket of an engine.

use futures_util::{SinkExt, StreamExt};
use sync::{Input, SocketId};
use tokio::{net::TcpStream, sync::mpsc};
use tokio_tungstenite::{client_async, tungstenite::Message};

use crate::driver::News;

/// Opens a socket and carries frames both ways until `frames` ends or the socket does.
pub async fn run(
    id: SocketId,
    address: String,
    key: String,
    mut frames: mpsc::UnboundedReceiver<String>,
    news: mpsc::UnboundedSender<News>,
) {
    let tell = |input| {
        // Without a reader the client has been killed.
        let _ = news.send(News::Input(input));
    };
    let url = format!("ws://{address}/realtime/v1/websocket?apikey={key}&vsn=2.0.0");
    let opened = async {
        let stream = TcpStream::connect(&address).await.ok()?;
        client_async(url, stream).await.ok()
    };
    let opened = tokio::select! {
        opened = opened => opened,
        // Closed before it opened: nothing is sent into a socket that is not open.
        _ = frames.recv() => return,
    };
    let Some((mut socket, _)) = opened else {
        return tell(Input::SocketClosed(id));
    };
    tell(Input::SocketOpened(id));
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(text) => {
                    // A failure is read below, too.
                    let _ = socket.send(Message::text(text)).await;
                }
                None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => tell(Input::Frame(id, text.to_string())),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return tell(Input::SocketClosed(id)),
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            },
        }
    }
}
