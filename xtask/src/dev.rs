//! `cargo xtask dev`: the page and a local Supabase, until Ctrl-C.

mod page;
mod supabase;

pub use supabase::target_folder;

use std::net::TcpListener;
use std::thread;
use std::time::Instant;

use crate::fault::{Fault, Outcome, said};
use crate::place::Place;
use crate::proc::{GLANCE, Group, stopping};
use crate::report::span;
use crate::setup;

/// What `dev` was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Dev {
    /// The page's port.
    pub port: u16,
    /// Which Supabase project the page talks to.
    pub supabase: Supabase,
}

/// The Supabase project behind the page.
#[derive(Debug, PartialEq, Eq)]
pub enum Supabase {
    /// One that we start.
    Local {
        /// Port of its API.
        api_port: u16,
        /// Port of its PostgreSQL.
        db_port: u16,
        /// Whether it starts again from migrations and seed.
        reset: bool,
    },
    /// One that runs elsewhere.
    Hosted {
        /// Its address.
        url: String,
        /// Its publishable key.
        key: String,
    },
}

/// Serves until somebody asks to stop or a server ends.
pub fn run(place: &Place, dev: &Dev) -> Outcome {
    let start = Instant::now();
    free("the page", dev.port, "--port")?;
    let (project, mut server) = match &dev.supabase {
        Supabase::Local {
            api_port,
            db_port,
            reset,
        } => {
            free("the local Supabase", *api_port, "--api-port")?;
            let postgres = setup::for_server(place)?;
            if matches!(postgres, setup::postgres::Postgres::Programs(_)) {
                free("PostgreSQL", *db_port, "--db-port")?;
            }
            let asked = supabase::Asked {
                api_port: *api_port,
                db_port: *db_port,
                reset: *reset,
                postgres,
            };
            let kit = setup::for_page(place)?;
            let (project, server) = supabase::start(place, &kit, &asked)?;
            (project, Some((server, kit)))
        }
        Supabase::Hosted { url, key } => (supabase::Project::hosted(url, key), None),
    };
    let kit = match &mut server {
        Some((_, kit)) => kit,
        None => &mut setup::for_page(place)?,
    };
    let mut page = page::start(place, kit, dev.port, &project)?;
    page::wait(&mut page, dev.port, || match &mut server {
        Some((server, _)) => still_running(server, "the local Supabase"),
        None => Ok(()),
    })?;
    println!("\n{}", welcome(dev.port, &project, &span(start.elapsed())));
    let outcome = watch(&mut page, server.as_mut().map(|(server, _)| server));
    println!("\nStopping …");
    drop(page);
    drop(server);
    outcome
}

/// Waits for a reason to end; only Ctrl-C is a good one.
fn watch(page: &mut Group, mut server: Option<&mut Group>) -> Outcome {
    while !stopping() {
        still_running(page, "trunk")?;
        if let Some(server) = &mut server {
            still_running(server, "the local Supabase")?;
        }
        thread::sleep(GLANCE);
    }
    Ok(())
}

/// A fault if the child has ended, though nobody asked it to.
fn still_running(child: &mut Group, name: &str) -> Outcome {
    let Some(status) = child.ended()? else {
        return Ok(());
    };
    if stopping() {
        return Err(Fault::Stopped);
    }
    Err(said(format!(
        "{name} ended by itself ({status}): what it said is above; start again when that is mended"
    )))
}

/// A fault if something else listens on the port.
fn free(what: &str, port: u16, option: &str) -> Outcome {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(said(taken(what, port, option, &error))),
    }
}

fn taken(what: &str, port: u16, option: &str, error: &std::io::Error) -> String {
    let other = if port < u16::MAX { port + 1 } else { port - 1 };
    let reason = match error.kind() {
        std::io::ErrorKind::AddrInUse => "is taken by another program".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may only be used by root".to_owned(),
        _ => format!("cannot be used ({error})"),
    };
    format!(
        "port {port} for {what} {reason}: stop what uses it, or choose another with {option}, for example {option} {other}"
    )
}

/// What a person needs to know once everything answers.
fn welcome(port: u16, project: &supabase::Project, time: &str) -> String {
    let mut lines = vec![
        format!("Ready after {time}."),
        String::new(),
        format!("  page      http://127.0.0.1:{port}/"),
        format!("  API       {}", project.url),
    ];
    if let Some(database) = &project.database {
        lines.push(format!("  database  {database}"));
        lines.push("  accounts  mara@tavern.test and tom@tavern.test, password tavern-demo".into());
    }
    lines.push(String::new());
    lines.push("Open the page in two browsers. Ctrl-C stops everything.".into());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_with_the_way_out() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = free("the page", port, "--port").unwrap_err().to_string();
        assert!(
            said.contains(&format!(
                "port {port} for the page is taken by another program"
            )),
            "{said}"
        );
        assert!(said.contains("--port "), "{said}");
        drop(listener);
        assert_eq!(free("the page", port, "--port"), Ok(()));
    }

    #[test]
    fn the_welcome_names_addresses_and_accounts() {
        let text = welcome(
            8080,
            &supabase::Project::hosted("https://abc.supabase.co", "k"),
            "3 s",
        );
        assert!(
            text.contains("http://127.0.0.1:8080/") && text.contains("https://abc.supabase.co"),
            "{text}"
        );
        assert!(
            !text.contains("mara@"),
            "the demo accounts exist only locally: {text}"
        );
    }
}
