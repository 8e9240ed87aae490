//! The server under test: a process of its own, with a PostgreSQL that is thrown away.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdin, Command, Stdio},
};

use tokio_postgres::{Client, NoTls};

/// Tables that differ in who may see their rows.
pub const TABLES: [&str; 3] = ["open", "member", "own"];
/// People are spread over so many rooms; the published benchmark has the same share of hearers.
pub const ROOMS: usize = 5;
/// More people than any crowd has.
const PEOPLE: usize = 6000;

/// A running server.
pub struct Server {
    child: Child,
    /// Its end is the server's.
    _stdin: ChildStdin,
    /// `127.0.0.1:port` of the API.
    pub address: String,
    /// The publishable key.
    pub key: String,
    /// Address of the database.
    pub database: String,
    /// A session of the tables' owner.
    pub db: Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        // An orderly end takes PostgreSQL along.
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts one and makes the tables.
    pub async fn start() -> Self {
        // Another build of it can be measured for comparison.
        let binary = std::env::var("LOCAL_SUPABASE_BIN");
        let binary = binary.unwrap_or_else(|_| env!("CARGO_BIN_EXE_local-supabase").to_owned());
        let mut command = Command::new(binary);
        command.args([
            "--throwaway",
            "--port",
            "0",
            "--db-port",
            "0",
            "--exit-with-stdin",
        ]);
        if let Ok(bin) = std::env::var("TAVERN_POSTGRES_BIN") {
            command.args(["--postgres-bin", &bin]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: serde_json::Value =
            serde_json::from_str(line.strip_prefix("ready ").unwrap()).unwrap();
        let text = |name: &str| ready[name].as_str().unwrap().to_owned();
        let database = text("db");
        let db = connect(&database).await;
        db.batch_execute(&schema()).await.unwrap();
        Self {
            child,
            _stdin: stdin,
            address: text("api").trim_start_matches("http://").to_owned(),
            key: text("publishable_key"),
            database,
            db,
        }
    }

    /// Resident memory of the server alone, in bytes.
    pub fn memory(&self) -> i64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<i64>()
            .unwrap()
            * 1024
    }

    /// Processor time used so far, in ticks: by the server, and by what it has started.
    pub fn ticks(&self) -> (u64, u64) {
        let own = self.child.id();
        let mut all: Vec<(u32, u32, u64)> = Vec::new();
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Some(id) = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok())
            else {
                continue;
            };
            all.extend(process(id).map(|(parent, ticks)| (id, parent, ticks)));
        }
        let mut family = vec![own];
        let mut started = 0;
        // The postmaster is a child of the server or of a process that it went through; sessions are its own.
        let mut at = 0;
        while at < family.len() {
            let parent = family[at];
            for (id, _, ticks) in all.iter().filter(|process| process.1 == parent) {
                family.push(*id);
                started += ticks;
            }
            at += 1;
        }
        (process(own).map_or(0, |(_, ticks)| ticks), started)
    }
}

/// A session of the tables' owner.
pub async fn connect(database: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Parent and processor time of a process, unless it is gone.
pub fn process(id: u32) -> Option<(u32, u64)> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some((u32::try_from(number(1)?).ok()?, number(11)? + number(12)?))
}

/// The user that a client is.
pub fn user(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn schema() -> String {
    let mut schema = format!(
        "create table public.members (room int, user_id uuid, primary key (user_id, room));
         insert into public.members
           select n % {ROOMS}, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid
           from generate_series(0, {PEOPLE}) n;
         alter table public.members enable row level security;
         create policy own on public.members for select to authenticated
           using (user_id = (select auth.uid()));
         grant select on public.members to authenticated;
         analyze public.members;"
    );
    for (table, policy) in TABLES.into_iter().zip([
        "true",
        "exists (select from public.members m where m.room = member.room and m.user_id = (select auth.uid()))",
        "user_id = (select auth.uid())",
    ]) {
        schema.push_str(&format!(
            "create table public.{table} (
               id uuid primary key default gen_random_uuid(), room int not null, user_id uuid not null,
               body text not null, created_at timestamptz not null default now(), sent bigint not null
             );
             alter table public.{table} enable row level security;
             create policy readers on public.{table} for select to authenticated using ({policy});
             grant select on public.{table} to authenticated;
             alter publication supabase_realtime add table public.{table};"
        ));
    }
    schema
}
