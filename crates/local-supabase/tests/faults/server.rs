//! The server as a process: started, killed, started again on the same ports.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::Value;
use sync::Method;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::Child,
    time::{Instant, sleep},
};
use wire::auth::Session;

use crate::{
    client::PATIENCE,
    http,
    shown::{Shown, tables},
};

/// A running server, reached without any proxy; it ends with this, and so does its database.
pub struct Server {
    child: Child,
    options: Vec<String>,
    ready: Value,
    /// Set when the data outlive the process.
    folder: Option<PathBuf>,
}

impl Server {
    /// One that keeps nothing.
    pub async fn throwaway(options: &[&str]) -> Self {
        let options = [&["--throwaway"], options].concat();
        Self::launch(options.into_iter().map(str::to_owned).collect(), None).await
    }

    /// One that keeps its data when it is killed.
    pub async fn lasting() -> Self {
        let name = format!("local-supabase-faults-{}", uuid::Uuid::new_v4());
        let folder = std::env::temp_dir().join(name);
        let data = folder.join("data").display().to_string();
        Self::launch(vec!["--data".to_owned(), data], Some(folder)).await
    }

    async fn launch(options: Vec<String>, folder: Option<PathBuf>) -> Self {
        let (child, ready) = run(&options, 0, 0).await;
        Self {
            child,
            options,
            ready,
            folder,
        }
    }

    /// Ends the process in the middle of whatever it does.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again where it was.
    pub async fn start_again(&mut self) {
        let database = self.database("postgres");
        let api = self.address().rsplit(':').next().unwrap().parse().unwrap();
        let (child, _) = run(&self.options, api, database.get_ports()[0]).await;
        self.child = child;
    }

    /// Waits until the program ends by itself; says whether it is content.
    pub async fn ends(&mut self) -> bool {
        // Else waiting would close it, which ends the program, too.
        let _open = self.child.stdin.take();
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended.expect("an end in time").unwrap().success()
    }

    /// Ends the first process of PostgreSQL in the middle of whatever it does.
    pub async fn kill_postgres(&self) {
        let admin = self.sql_as("supabase_admin").await;
        let row = admin.query_one("show data_directory", &[]).await.unwrap();
        let folder = PathBuf::from(row.get::<_, String>(0));
        let file = std::fs::read_to_string(folder.join("postmaster.pid")).unwrap();
        let process = file.lines().next().unwrap();
        let kill = Command::new("/bin/sh")
            .args(["-c", r#"kill -KILL "$1""#, "kill", process])
            .status();
        assert!(kill.unwrap().success());
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        let api = self.ready["api"].as_str().unwrap();
        api.strip_prefix("http://").unwrap()
    }

    pub fn key(&self) -> &str {
        self.ready["publishable_key"].as_str().unwrap()
    }

    /// A connection as the owner of the tables, whom no policy concerns.
    pub async fn sql(&self) -> tokio_postgres::Client {
        self.sql_as("postgres").await
    }

    async fn sql_as(&self, user: &str) -> tokio_postgres::Client {
        let database = self.database(user);
        let end = Instant::now() + PATIENCE;
        // It may be about to come back.
        let (client, connection) = loop {
            match database.connect(tokio_postgres::NoTls).await {
                Ok(connected) => break connected,
                Err(error) if Instant::now() > end => panic!("{error}"),
                Err(_) => sleep(Duration::from_millis(20)).await,
            }
        };
        tokio::spawn(connection);
        client
    }

    fn database(&self, user: &str) -> tokio_postgres::Config {
        let url = self.ready["db"].as_str().unwrap();
        let mut database: tokio_postgres::Config = url.parse().unwrap();
        database.user(user);
        database
    }

    /// A new session of somebody of the seed.
    pub async fn sign_in(&self, username: &str) -> Session {
        let grant = format!(r#"{{"email": "{username}@tavern.test", "password": "tavern-demo"}}"#);
        let path = "/auth/v1/token?grant_type=password";
        let body = self.ask(Method::Post, path, None, Some(grant)).await;
        serde_json::from_str(&body).unwrap()
    }

    /// All tables as the policies show them to somebody.
    pub async fn shown_to(&self, username: &str) -> Shown {
        let token = self.sign_in(username).await.access_token;
        let mut answers = BTreeMap::new();
        for table in tables() {
            let path = format!("/rest/v1/{table}");
            let body = self
                .ask(Method::Get, &path, Some(token.clone()), None)
                .await;
            answers.insert(table, serde_json::from_str(&body).unwrap());
        }
        Shown::from_rest(answers)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        bearer: Option<String>,
        body: Option<String>,
    ) -> String {
        let request = sync::Request {
            id: sync::RequestId(0),
            method,
            path: path.to_owned(),
            prefer: None,
            idempotency_key: None,
            bearer,
            body,
        };
        let end = Instant::now() + PATIENCE;
        // A database that is about to come back answers in a moment.
        let answer = loop {
            let answer = http::send(self.address(), self.key(), &request).await;
            match answer {
                Some(answer) if answer.status < 500 => break answer,
                answer if Instant::now() > end => panic!("{path}: {answer:?}"),
                Some(_) | None => sleep(Duration::from_millis(50)).await,
            }
        };
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.body
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its PostgreSQL notices the end of the pipe, and stops by itself.
        let _ = self.child.start_kill();
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// Starts the program and waits until it answers.
async fn run(options: &[String], port: u16, db_port: u16) -> (Child, Value) {
    let project = concat!(env!("CARGO_MANIFEST_DIR"), "/../../supabase");
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_local-supabase"));
    command
        .args([
            "--port",
            &port.to_string(),
            "--db-port",
            &db_port.to_string(),
        ])
        .args(["--project", project, "--exit-with-stdin"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(bin) = std::env::var_os("TAVERN_POSTGRES_BIN") {
        command.arg("--postgres-bin").arg(bin);
    }
    let mut child = command.spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).await.unwrap();
    let Some(ready) = line.strip_prefix("ready ") else {
        let mut complaint = String::new();
        let _ = stderr.read_to_string(&mut complaint).await;
        panic!("not ready: {line}{complaint}");
    };
    // Shown when a test fails.
    let mut words = BufReader::new(stderr).lines();
    tokio::spawn(async move {
        while let Ok(Some(line)) = words.next_line().await {
            eprintln!("server: {line}");
        }
    });
    (child, serde_json::from_str(ready).unwrap())
}
