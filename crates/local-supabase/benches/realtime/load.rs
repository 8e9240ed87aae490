//! Changes at a fixed rate, whatever becomes of them, and what came of it.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::{sleep, sleep_until};

use crate::{
    clients::Clients,
    histogram::Histogram,
    server::{self, ROOMS, Server, user},
};

/// Sessions that write.
const WRITERS: u32 = 4;
/// Frames that have not come so long after the last change are lost.
const PATIENCE: Duration = Duration::from_secs(15);

/// A load on one table.
pub struct Load {
    table: &'static str,
    rate: u32,
    seconds: u32,
}

/// Processors in use, on average.
#[derive(Default)]
pub struct Cpu {
    /// By the server.
    pub server: f64,
    /// By PostgreSQL.
    pub postgres: f64,
    /// By the clients and the writers.
    pub clients: f64,
}

/// What came of a load.
pub struct Outcome {
    /// Age of the changes when they were read.
    pub latency: Arc<Histogram>,
    /// Changes per second that were really made.
    pub rate: f64,
    /// Frames per second.
    pub frames: f64,
    /// Frames that never came.
    pub lost: u64,
    /// Who worked.
    pub cpu: Cpu,
}

impl Load {
    /// `rate` rows a second into `table`.
    pub fn new(table: &'static str, rate: u32, seconds: u32) -> Self {
        Self {
            table,
            rate,
            seconds,
        }
    }

    /// Applies it.
    pub async fn run(&self, server: &Server, clients: &Clients) -> Outcome {
        let crowd = clients.count();
        let mut writers = Vec::new();
        for _ in 0..WRITERS {
            writers.push(server::connect(&server.database).await);
        }
        let latency = clients.begin();
        let (before, start) = (ticks(server), Instant::now());
        let changes = self.rate * self.seconds;
        let mut writing = Vec::new();
        for (which, writer) in (0..).zip(writers) {
            let (rate, table) = (self.rate, self.table);
            writing.push(tokio::spawn(async move {
                let statement = writer
                    .prepare(&format!(
                        "insert into {table} (room, user_id, body, sent) values
                           ($1, $2::text::uuid, $3, (extract(epoch from clock_timestamp()) * 1e6)::bigint)"
                    ))
                    .await
                    .unwrap();
                let body = "A word or two about nothing in particular, as people say it. ".repeat(2);
                for number in (which..changes).step_by(WRITERS as usize) {
                    let due = start + Duration::from_secs(1) * number / rate;
                    sleep_until(due.into()).await;
                    let person = number as usize % crowd;
                    let room = i32::try_from(person % ROOMS).unwrap();
                    writer
                        .execute(&statement, &[&room, &user(person), &body])
                        .await
                        .unwrap();
                }
            }));
        }
        for writer in writing {
            writer.await.unwrap();
        }
        let wrote = start.elapsed();
        let expected = self.expected(changes as usize, crowd);
        let end = Instant::now() + PATIENCE;
        while latency.count() < expected && Instant::now() < end {
            // Asked again until all is heard or patience ends: the clients only count.
            sleep(Duration::from_millis(5)).await;
        }
        let all = start.elapsed().as_secs_f64();
        let after = ticks(server);
        // A tick is a hundredth of a second on every Linux that we know.
        let share = |before: u64, after: u64| (after - before) as f64 / 100.0 / all;
        Outcome {
            rate: f64::from(changes) / wrote.as_secs_f64().max(f64::from(self.seconds)),
            frames: latency.count() as f64 / all,
            lost: expected.saturating_sub(latency.count()),
            cpu: Cpu {
                server: share(before[0], after[0]),
                postgres: share(before[1], after[1]),
                clients: share(before[2], after[2]),
            },
            latency,
        }
    }

    /// Frames that the policies ask for.
    fn expected(&self, changes: usize, crowd: usize) -> u64 {
        let frames = match self.table {
            "open" => changes * crowd,
            "own" => changes,
            _ => (0..changes)
                .map(|number| {
                    let room = number % crowd % ROOMS;
                    (crowd + ROOMS - 1 - room) / ROOMS
                })
                .sum(),
        };
        frames as u64
    }
}

impl Outcome {
    /// Whether the rate was kept up, nothing was lost, and 95 of 100 frames came within `bound`.
    pub fn sustained(&self, rate: u32, bound: Duration) -> bool {
        self.rate > f64::from(rate) * 0.95
            && self.lost == 0
            && self.latency.millis(95.0) < bound.as_secs_f64() * 1000.0
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.0} changes/s, {:.0} frames/s, p50 {:.1} ms, p95 {:.1} ms, {} lost, cores {:.2} + {:.2} + {:.2}",
            self.rate,
            self.frames,
            self.latency.millis(50.0),
            self.latency.millis(95.0),
            self.lost,
            self.cpu.server,
            self.cpu.postgres,
            self.cpu.clients
        )
    }
}

fn ticks(server: &Server) -> [u64; 3] {
    let (own, started) = server.ticks();
    let clients = server::process(std::process::id()).map_or(0, |(_, ticks)| ticks);
    [own, started, clients]
}
