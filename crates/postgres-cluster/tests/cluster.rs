//! A cluster against a real PostgreSQL; without one these tests fail, as the server could not run either.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::Command,
    thread,
    time::Duration,
};

use postgres_cluster::{Binaries, Cluster, Error, Options};

#[test]
fn a_cluster_keeps_its_data_folder_and_gives_it_back() {
    let data = Scratch::new("kept");
    let cluster = start(&data).expect("starts");
    assert!(cluster.is_fresh());
    assert!(answers(cluster.port()));
    let port = cluster.port();

    let second = start(&data).expect_err("the folder is claimed");
    assert!(matches!(second, Error::InUse(_)), "{second}");

    cluster.stop();
    assert!(!answers(port));
    let again = start(&data).expect("starts again");
    assert!(!again.is_fresh());
}

#[test]
fn a_throwaway_cluster_leaves_no_folder() {
    let cluster = Cluster::throwaway(binaries(), &Options::default(), &|_| ()).expect("starts");
    let folder = cluster.folder().to_owned();
    assert!(folder.exists() && answers(cluster.port()));
    drop(cluster);
    assert!(!folder.exists());
}

#[test]
fn throwaway_clusters_of_one_kind_are_copies_of_one() {
    // PostgreSQL gives each cluster that it creates a number, and keeps it at the beginning of this file.
    let number = |options: &Options| {
        let cluster = Cluster::throwaway(binaries(), options, &|_| ()).expect("starts");
        assert!(cluster.is_fresh() && answers(cluster.port()));
        let control = cluster.folder().join("cluster/global/pg_control");
        fs::read(control).expect("a control file")[..8].to_vec()
    };
    let plain = Options::default();
    let other = Options {
        superuser: "somebody_else".into(),
        ..plain.clone()
    };
    number(&plain);
    assert_eq!(number(&plain), number(&plain));
    assert_ne!(number(&plain), number(&other), "another kind");
}

#[test]
fn a_killed_server_is_started_again_on_its_port_with_its_data() {
    let mut cluster = Cluster::throwaway(binaries(), &Options::default(), &|_| ()).expect("starts");
    let port = cluster.port();
    let postmaster = || {
        let file = fs::read_to_string(cluster.folder().join("cluster/postmaster.pid"));
        let text = file.expect("a running server");
        text.lines().next().expect("a number").to_owned()
    };
    let first = postmaster();
    let killed = Command::new("/bin/sh")
        .args(["-c", r#"kill -KILL "$1""#, "kill", &first])
        .status();
    assert!(killed.expect("a shell").success());
    while !cluster.has_ended() {
        thread::sleep(Duration::from_millis(10));
    }
    cluster.restart().expect("starts again");
    assert!(answers(port) && cluster.port() == port);
    let file = fs::read_to_string(cluster.folder().join("cluster/postmaster.pid"));
    assert_ne!(
        file.expect("a running server").lines().next(),
        Some(first.as_str())
    );
    let folder = cluster.folder().to_owned();
    drop(cluster);
    assert!(!answers(port) && !folder.exists());
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let data = Scratch::new("taken");
    let options = Options {
        port,
        ..Options::default()
    };
    let error =
        Cluster::start(binaries(), &data.0, &options, &|_| ()).expect_err("the port is taken");
    assert!(
        error.to_string().contains(&format!("Port {port} ")),
        "{error}"
    );
}

#[test]
fn data_of_another_version_is_refused_and_left_alone() {
    let data = Scratch::new("version");
    drop(start(&data).expect("starts"));
    fs::write(data.0.join("cluster/PG_VERSION"), "9\n").expect("written");
    let error = start(&data).expect_err("another version");
    assert!(
        error.to_string().contains("made by PostgreSQL 9"),
        "{error}"
    );
    assert!(data.0.join("cluster/base").exists());
}

#[test]
fn a_stale_pid_file_does_not_stop_the_next_start() {
    let data = Scratch::new("stale");
    drop(start(&data).expect("starts"));
    let ours = std::process::id();
    fs::write(data.0.join("cluster/postmaster.pid"), format!("{ours}\n")).expect("written");
    assert!(answers(start(&data).expect("starts all the same").port()));
}

fn start(data: &Scratch) -> Result<Cluster, Error> {
    Cluster::start(
        binaries(),
        &data.0,
        &Options {
            unsafe_but_fast: true,
            ..Options::default()
        },
        &|_| (),
    )
}

fn binaries() -> Binaries {
    let given = std::env::var_os("TAVERN_POSTGRES_BIN").map(PathBuf::from);
    Binaries::find(given.as_deref()).expect("PostgreSQL is installed")
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("cluster-test-{name}-{}", std::process::id()));
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
