//! The page, built and served by trunk, which builds it again on every change.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::dev::still_running;
use crate::dev::supabase::Project;
use crate::fault::{Fault, Outcome, Say};
use crate::place::Place;
use crate::proc::{GLANCE, Group, stopping};
use crate::setup::Kit;

/// Starts `trunk serve` with a configuration for this project.
pub fn start(place: &Place, kit: &Kit, port: u16, project: &Project) -> Outcome<Group> {
    let config = place.local.join("config.json");
    fs::write(&config, project.config()).say(|| format!("cannot write {}", config.display()))?;
    let served = place.local.join("page");
    fs::create_dir_all(&served).say(|| format!("cannot create {}", served.display()))?;
    eprintln!("Building the page (some minutes the first time) …");
    let mut trunk = kit.web(place, "trunk");
    crate::setup::tame_trunk(&mut trunk);
    trunk
        .args([
            "serve",
            "--address",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--dist",
        ])
        .arg(&served);
    trunk.env("TAVERN_CONFIG", config).stdin(Stdio::null());
    Group::start("trunk", &mut trunk)
}

/// Waits until the page is there; `others` tells whether waiting still makes sense.
pub fn wait(page: &mut Group, port: u16, mut others: impl FnMut() -> Outcome) -> Outcome {
    let mut told = false;
    loop {
        if stopping() {
            return Err(Fault::Stopped);
        }
        still_running(page, "trunk")?;
        others()?;
        match status(port) {
            Some(200) => return Ok(()),
            Some(_) if !told => {
                eprintln!(
                    "The page does not build yet: mend what is named above, and it appears at http://127.0.0.1:{port}/"
                );
                told = true;
            }
            Some(_) | None => {}
        }
        thread::sleep(4 * GLANCE);
    }
}

/// The HTTP status of the page's root, if anybody answers.
fn status(port: u16) -> Option<u16> {
    let patience = Duration::from_secs(2);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    stream
        .write_all(
            format!("GET / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n")
                .as_bytes(),
        )
        .ok()?;
    let mut answer = [0; 16];
    stream.read_exact(&mut answer).ok()?;
    parse_status(&String::from_utf8_lossy(&answer))
}

/// The number in `HTTP/1.1 200 OK`.
fn parse_status(line: &str) -> Option<u16> {
    line.strip_prefix("HTTP/1.")?
        .split(' ')
        .nth(1)?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_the_second_word() {
        assert_eq!(parse_status("HTTP/1.0 200 OK\r"), Some(200));
        assert_eq!(parse_status("HTTP/1.1 404 Not F"), Some(404));
        assert_eq!(parse_status("SSH-2.0-OpenSSH_9"), None);
    }

    #[test]
    fn nobody_there_is_no_status() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(status(port), None);
    }
}
