//! Requests over HTTP, each on a connection of its own and with a time limit, as the page makes them.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::{body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use sync::{Request, Response};
use tokio::{net::TcpStream, time::timeout};

/// A request that has not been answered after this is given up.
const LIMIT: Duration = Duration::from_secs(20);

/// Sends a request of an engine to `address`; `None` when no answer arrived.
pub async fn send(address: &str, key: &str, request: &Request) -> Option<Response> {
    let body = Bytes::from(request.body.clone().unwrap_or_default());
    let mut builder = hyper::Request::builder()
        .method(request.method.as_str())
        .uri(&request.path)
        .header(header::HOST, address)
        .header("apikey", key)
        .header(header::CONTENT_TYPE, "application/json");
    if let Some(prefer) = request.prefer {
        builder = builder.header("prefer", prefer);
    }
    if let Some(token) = &request.bearer {
        builder = builder.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if let Some(once) = &request.idempotency_key {
        builder = builder.header("idempotency-key", once);
    }
    let request = builder.body(Full::new(body)).unwrap();
    timeout(LIMIT, exchange(address, request)).await.ok()?
}

async fn exchange(address: &str, request: hyper::Request<Full<Bytes>>) -> Option<Response> {
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let answer = async {
        let answer = sender.send_request(request).await.ok()?;
        let status = answer.status().as_u16();
        let wait = answer.headers().get(header::RETRY_AFTER);
        let retry_after = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
        let bytes = answer.into_body().collect().await.ok()?.to_bytes();
        let body = String::from_utf8(bytes.to_vec()).ok()?;
        Some(Response {
            status,
            body,
            retry_after,
        })
    };
    tokio::select! {
        answer = answer => answer,
        // It ends before the answer only when it fails.
        _ = connection => None,
    }
}
