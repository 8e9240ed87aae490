//! The command itself: what it prints, when it stops, and what it keeps.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

#[test]
fn it_says_when_it_is_ready_and_ends_with_the_pipe_that_holds_it() {
    let mut server = Server::start(&["--throwaway", "--exit-with-stdin"]);
    for (name, beginning) in [
        ("api", "http://127.0.0.1:"),
        ("db", "postgresql://postgres:postgres@127.0.0.1:"),
        ("publishable_key", "sb_publishable_"),
        ("secret_key", "sb_secret_"),
        ("anon_key", "eyJ"),
        ("service_role_key", "eyJ"),
    ] {
        let value = server.ready[name].as_str().expect(name);
        assert!(value.starts_with(beginning), "{name}: {value}");
    }
    assert!(server.get("/auth/v1/health").starts_with("HTTP/1.1 200"));

    let database = server.port("db");
    assert!(TcpStream::connect(("127.0.0.1", database)).is_ok());
    drop(server.child.stdin.take());
    let output = server.end();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        output.stdout, b"",
        "one line is all there is on standard output"
    );
    assert!(
        TcpStream::connect(("127.0.0.1", database)).is_err(),
        "PostgreSQL is stopped"
    );
}

#[test]
fn it_keeps_its_data_until_it_is_told_to_begin_anew() {
    let scratch = Scratch::new();
    let data = scratch.0.join("data");
    let project = scratch.0.join("project");
    fs::create_dir_all(project.join("migrations")).expect("a folder");
    fs::write(
        project.join("config.toml"),
        "[auth]\nenable_signup = true\n",
    )
    .expect("written");
    let migration = project.join("migrations/1_visits.sql");
    fs::write(
        &migration,
        "create table public.visits (id int); grant select, insert on public.visits to anon;",
    )
    .expect("written");
    fs::write(
        project.join("seed.sql"),
        "insert into public.visits values (1);",
    )
    .expect("written");
    let arguments = [
        "--data",
        data.to_str().expect("text"),
        "--project",
        project.to_str().expect("text"),
    ];

    let first = Server::start(&arguments);
    first.post("/rest/v1/visits", r#"{"id": 2}"#);
    assert!(
        first
            .get("/rest/v1/visits?order=id")
            .ends_with(r#"[{"id":1},{"id":2}]"#)
    );
    let second = Server::refused(&arguments);
    assert!(
        second.contains("in use by another running server"),
        "{second}"
    );
    assert!(first.terminate().status.success());

    let again = Server::start(&arguments);
    assert!(
        again
            .get("/rest/v1/visits?order=id")
            .ends_with(r#"[{"id":1},{"id":2}]"#),
        "seeded once, kept"
    );
    assert!(again.terminate().status.success());

    let anew = Server::start(&[&arguments[..], &["--reset"]].concat());
    assert!(
        anew.get("/rest/v1/visits?order=id")
            .ends_with(r#"[{"id":1}]"#)
    );
    assert!(anew.terminate().status.success());

    fs::write(
        &migration,
        "create table public.visits (id int);\nselect nonsense;",
    )
    .expect("written");
    let failing = Server::refused(&[&arguments[..], &["--reset"]].concat());
    assert!(failing.contains("1_visits.sql, line 2: "), "{failing}");
}

#[test]
fn a_taken_port_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for option in ["--port", "--db-port"] {
        let sentence = Server::refused(&["--throwaway", option, &port]);
        let last = sentence.lines().last().expect("a sentence");
        assert!(
            last.starts_with(&format!("Port {port} on 127.0.0.1")),
            "{sentence}"
        );
    }
}

struct Server {
    child: Child,
    ready: Value,
    stdout: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn command(arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_local-supabase"));
        // Of an option that comes twice, the later one counts.
        command
            .args(["--port", "0", "--db-port", "0"])
            .args(arguments);
        if let Some(bin) = std::env::var_os("TAVERN_POSTGRES_BIN") {
            command.arg("--postgres-bin").arg(bin);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn start(arguments: &[&str]) -> Self {
        let mut child = Self::command(arguments)
            .spawn()
            .expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("text");
        let Some(ready) = line.strip_prefix("ready ") else {
            let mut complaint = String::new();
            let _ = child
                .stderr
                .take()
                .expect("piped")
                .read_to_string(&mut complaint);
            panic!("not ready: {line}{complaint}");
        };
        let ready = serde_json::from_str(ready).expect("JSON");
        Self {
            child,
            ready,
            stdout,
        }
    }

    /// What a start that must fail says.
    fn refused(arguments: &[&str]) -> String {
        let output = Self::command(arguments).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(output.stdout, b"");
        String::from_utf8(output.stderr).expect("text")
    }

    fn port(&self, name: &str) -> u16 {
        let address = self.ready[name].as_str().expect("an address");
        let after = address.rsplit(':').next().expect("a port");
        after
            .split('/')
            .next()
            .expect("a port")
            .parse()
            .expect("a number")
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        ))
    }

    fn post(&self, path: &str, body: &str) {
        let length = body.len();
        let answer = self.ask(&format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        ));
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port("api"))).expect("it listens");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        answer
    }

    fn terminate(self) -> Output {
        let process = self.child.id().to_string();
        let sent = Command::new("/bin/sh")
            .args(["-c", r#"kill -TERM "$1""#, "kill", &process])
            .status();
        assert!(sent.expect("a shell").success());
        self.end()
    }

    fn end(mut self) -> Output {
        let mut rest = Vec::new();
        self.stdout.read_to_end(&mut rest).expect("read");
        let mut output = self.child.wait_with_output().expect("ended");
        output.stdout = rest;
        output
    }
}

struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let path =
            std::env::temp_dir().join(format!("local-supabase-command-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
