//! The command: starts PostgreSQL, makes it a Supabase project, serves it, and stops all of it again.

use std::{
    io::{Read, Write},
    process::ExitCode,
    sync::OnceLock,
    time::Duration,
};

use axum::serve::ListenerExt;
use local_supabase::{
    AppState, Config,
    error::Startup,
    keys,
    postgres::{OwnPostgres, PASSWORD, SUPERUSER},
    project::Project,
    realtime::Handle,
    setup,
};
use serde::Serialize;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

fn main() -> ExitCode {
    let config = match local_supabase::command_line::parse() {
        Ok(Some(config)) => config,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => return refuse(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&Startup(format!("Could not start: {error}."))),
    };
    let postgres = OwnPostgres::default();
    let outcome = runtime.block_on(until_stopped(config, &postgres));
    // Connections go first: a fast shutdown of PostgreSQL waits for those that stream changes.
    runtime.shutdown_timeout(Duration::from_secs(5));
    postgres.stop(&say);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&error),
    }
}

async fn until_stopped(config: Config, postgres: &OwnPostgres) -> Result<(), Startup> {
    let unheard = |error| Startup(format!("Could not listen for signals: {error}."));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(unheard)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(unheard)?;
    let parent_gone = if config.exit_with_stdin {
        Some(stdin_closed())
    } else {
        None
    };
    let parent_gone = async {
        match parent_gone {
            Some(closed) => {
                let _ = closed.await;
            }
            None => std::future::pending().await,
        }
    };
    let sockets = OnceLock::new();
    let outcome = tokio::select! {
        outcome = serve(config, postgres, &sockets) => outcome,
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
        () = parent_gone => Ok(()),
    };
    if let Some(sockets) = sockets.get() {
        sockets.stop().await;
    }
    outcome
}

async fn serve(
    mut config: Config,
    postgres: &OwnPostgres,
    sockets: &OnceLock<Handle>,
) -> Result<(), Startup> {
    let listener = TcpListener::bind((config.listen, config.port)).await.map_err(|error| {
        Startup(format!(
            "Port {} on {}, meant for the API, cannot be used ({error}): stop the program that has it, or choose another with --port.",
            config.port, config.listen
        ))
    })?;
    let address = listener
        .local_addr()
        .map_err(|error| Startup(format!("Could not listen: {error}.")))?;
    let project = match &config.project {
        Some(folder) => Project::read(folder)?,
        None => Project::default(),
    };
    let database = database(&mut config, postgres).await?;
    say("Preparing the database");
    setup::prepare(&database, &project, &say).await?;

    let api = format!("http://{address}");
    let exposed = config.is_exposed();
    let state = if exposed {
        let kept = (!config.throwaway).then(|| keys::beside(&config.data));
        let secret = keys::own_secret(kept.as_deref())?;
        AppState::with_secret(config, project.settings, &api, database.clone(), &secret)
    } else {
        AppState::new(config, project.settings, &api, database.clone())
    };
    let _ = sockets.set(state.realtime.clone());
    let ready = ready_line(&state, &database);
    let app = local_supabase::app(state).await?;
    say(&if exposed {
        format!(
            "Serving {api}, to whoever reaches it and has one of its keys; they are in the line below"
        )
    } else {
        format!("Serving {api}, to programs of this machine only")
    });
    // The listener is bound, so a client that reads this line is answered.
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "ready {ready}");
    let _ = stdout.flush();
    drop(stdout);
    // A frame must not wait until the client has acknowledged the one before.
    let listener = listener.tap_io(|socket| {
        let _ = socket.set_nodelay(true);
    });
    tokio::select! {
        served = axum::serve(listener, app) => {
            served.map_err(|error| Startup(format!("The server ended: {error}.")))
        }
        ended = postgres.keep_running(say) => Err(ended),
    }
}

/// Starts PostgreSQL, or takes the one that was given.
async fn database(
    config: &mut Config,
    postgres: &OwnPostgres,
) -> Result<tokio_postgres::Config, Startup> {
    if let Some(url) = &config.database_url {
        return url.parse().map_err(|error| {
            Startup(format!(
                "--database-url is not a PostgreSQL address: {error}."
            ))
        });
    }
    let (wanted, postgres) = (config.clone(), postgres.clone());
    let started = tokio::task::spawn_blocking(move || postgres.start(&wanted, &say));
    let port = started
        .await
        .map_err(|error| Startup(format!("Could not start PostgreSQL: {error}.")))??;
    config.db_port = port;
    let mut database = tokio_postgres::Config::new();
    database
        .host("127.0.0.1")
        .port(port)
        .user(SUPERUSER)
        .password(PASSWORD)
        .dbname("postgres");
    Ok(database)
}

#[derive(Serialize)]
struct Ready<'a> {
    api: &'a str,
    db: String,
    publishable_key: &'a str,
    secret_key: &'a str,
    anon_key: &'a str,
    service_role_key: &'a str,
}

fn ready_line(state: &AppState, database: &tokio_postgres::Config) -> String {
    let db = match &state.config.database_url {
        Some(url) => url.clone(),
        None => format!(
            "postgresql://postgres:{PASSWORD}@127.0.0.1:{}/{}",
            state.config.db_port,
            database.get_dbname().unwrap_or("postgres")
        ),
    };
    let ready = Ready {
        api: &state.public_url,
        db,
        publishable_key: &state.keys.publishable,
        secret_key: &state.keys.secret,
        anon_key: &state.keys.anon,
        service_role_key: &state.keys.service_role,
    };
    serde_json::to_string(&ready).expect("strings always print")
}

/// A thread of its own: reading standard input cannot be interrupted.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, when_closed) = oneshot::channel();
    std::thread::spawn(move || {
        let mut ignored = [0; 256];
        let mut stdin = std::io::stdin().lock();
        while matches!(stdin.read(&mut ignored), Ok(1..)) {}
        let _ = closed.send(());
    });
    when_closed
}

fn say(line: &str) {
    eprintln!("{line}");
}

fn refuse(error: &Startup) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
