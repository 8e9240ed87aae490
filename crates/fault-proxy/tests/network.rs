//! The faults as a client and a server meet them.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::time::{Duration, Instant};

use fault_proxy::Proxy;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// Longest that anything here may take; only a failing test ever waits so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Long enough for bytes that are not held up to arrive.
const A_WHILE: Duration = Duration::from_millis(150);

/// A server that says everything twice, behind a proxy.
async fn echoing() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut buffer = [0; 1024];
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    let words = &buffer[..length];
                    if stream.write_all(&[words, words].concat()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    Proxy::start(0, upstream).await.unwrap()
}

async fn connect(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(("127.0.0.1", proxy.port()))
        .await
        .unwrap()
}

async fn hear(stream: &mut TcpStream, words: &str) {
    let mut heard = vec![0; words.len()];
    let read = timeout(PATIENCE, stream.read_exact(&mut heard)).await;
    read.expect("an answer in time").unwrap();
    assert_eq!(heard, words.as_bytes());
}

/// Whether the connection has ended, by a reset rather than in order.
async fn is_reset(stream: &mut TcpStream) -> bool {
    let ended = timeout(PATIENCE, stream.read(&mut [0; 8])).await;
    ended.expect("an end in time").is_err()
}

#[tokio::test]
async fn without_faults_bytes_and_ends_pass_both_ways() {
    let proxy = echoing().await;
    let mut client = connect(&proxy).await;
    client.write_all(b"hi").await.unwrap();
    hear(&mut client, "hihi").await;
    client.shutdown().await.unwrap();
    let read = timeout(PATIENCE, client.read(&mut [0; 8])).await;
    assert_eq!(read.unwrap().unwrap(), 0, "an end in order");
}

#[tokio::test]
async fn a_cut_ends_what_is_open_and_nothing_else() {
    let proxy = echoing().await;
    let mut client = connect(&proxy).await;
    client.write_all(b"hi").await.unwrap();
    hear(&mut client, "hihi").await;
    proxy.cut();
    assert!(is_reset(&mut client).await);
    let mut again = connect(&proxy).await;
    again.write_all(b"ho").await.unwrap();
    hear(&mut again, "hoho").await;
}

#[tokio::test]
async fn refused_is_who_comes_anew() {
    let proxy = echoing().await;
    let mut before = connect(&proxy).await;
    before.write_all(b"hi").await.unwrap();
    hear(&mut before, "hihi").await;
    proxy.refuse(true);
    assert!(is_reset(&mut connect(&proxy).await).await);
    before.write_all(b"ho").await.unwrap();
    hear(&mut before, "hoho").await;
    proxy.heal();
    let mut after = connect(&proxy).await;
    after.write_all(b"he").await.unwrap();
    hear(&mut after, "hehe").await;
}

#[tokio::test]
async fn a_delay_holds_each_direction_up_and_keeps_the_order() {
    let proxy = echoing().await;
    let mut client = connect(&proxy).await;
    proxy.delay(Duration::from_millis(100));
    let sent = Instant::now();
    client.write_all(b"a").await.unwrap();
    // Not to wait for anything: the second part is to set out later than the first.
    tokio::time::sleep(Duration::from_millis(30)).await;
    client.write_all(b"b").await.unwrap();
    hear(&mut client, "aabb").await;
    let took = sent.elapsed();
    assert!(took >= Duration::from_millis(230), "{took:?}");
}

#[tokio::test]
async fn half_open_swallows_in_silence_and_ends_when_healed() {
    let proxy = echoing().await;
    let mut silent = connect(&proxy).await;
    silent.write_all(b"hi").await.unwrap();
    hear(&mut silent, "hihi").await;
    let mut idle = connect(&proxy).await;
    idle.write_all(b"he").await.unwrap();
    hear(&mut idle, "hehe").await;

    proxy.half_open(true);
    silent.write_all(b"lost").await.unwrap();
    let heard = timeout(A_WHILE, silent.read(&mut [0; 8])).await;
    assert!(heard.is_err(), "neither an answer nor an end: {heard:?}");
    proxy.half_open(false);
    assert!(is_reset(&mut silent).await);
    idle.write_all(b"ha").await.unwrap();
    hear(&mut idle, "haha").await;
}

#[tokio::test]
async fn the_answer_to_one_request_of_a_method_is_lost() {
    let proxy = echoing().await;
    proxy.lose_answer("PATCH");
    let mut reader = connect(&proxy).await;
    reader.write_all(b"GET /PATCH /").await.unwrap();
    hear(&mut reader, "GET /PATCH /GET /PATCH /").await;
    let mut writer = connect(&proxy).await;
    writer.write_all(b"PATCH /rows").await.unwrap();
    assert!(is_reset(&mut writer).await);
    assert_eq!(proxy.lost(), 1);
    let mut again = connect(&proxy).await;
    again.write_all(b"PATCH /rows").await.unwrap();
    hear(&mut again, "PATCH /rowsPATCH /rows").await;
}

#[tokio::test]
async fn without_a_server_connections_are_reset_until_there_is_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let upstream = listener.local_addr().unwrap();
    drop(listener);
    let proxy = Proxy::start(0, upstream).await.unwrap();
    assert!(is_reset(&mut connect(&proxy).await).await);
    let listener = TcpListener::bind(upstream).await.unwrap();
    let _client = connect(&proxy).await;
    assert!(timeout(PATIENCE, listener.accept()).await.is_ok());
}

#[tokio::test]
async fn what_is_held_arrives_together_and_in_order() {
    let proxy = echoing().await;
    let mut client = connect(&proxy).await;
    client.write_all(b"a").await.unwrap();
    hear(&mut client, "aa").await;
    proxy.hold(true);
    client.write_all(b"b").await.unwrap();
    let early = timeout(A_WHILE, client.read(&mut [0; 8])).await;
    assert!(early.is_err(), "nothing arrives");
    client.write_all(b"c").await.unwrap();
    proxy.hold(false);
    // The server may read both at once.
    let mut heard = [0; 4];
    let read = timeout(PATIENCE, client.read_exact(&mut heard)).await;
    read.unwrap().unwrap();
    assert!(matches!(&heard, b"bbcc" | b"bcbc"), "{heard:?}");
}
