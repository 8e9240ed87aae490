//! Makes a database into a Supabase project: bootstrap, migrations, seed.

use tokio_postgres::{Client, Config, NoTls, Transaction, error::ErrorPosition};

use crate::{
    error::{DbError, Startup},
    project::{Project, Script},
};

const BOOTSTRAP: &str = concat!(
    include_str!("../sql/bootstrap.sql"),
    include_str!("../sql/realtime.sql"),
    include_str!("../sql/extensions.sql")
);

/// Prepares the database that `database` reaches as a superuser; what is done already is not done again.
///
/// # Errors
/// One sentence, with file and line when a migration or seed fails.
pub async fn prepare(
    database: &Config,
    project: &Project,
    say: &dyn Fn(&str),
) -> Result<(), Startup> {
    let mut admin = connect(database).await?;
    let transaction = admin.transaction().await.map_err(DbError::from)?;
    transaction.batch_execute(BOOTSTRAP).await.map_err(|error| {
        let reason = DbError::from(error);
        Startup(format!(
            "This PostgreSQL cannot be made into a Supabase project: {reason}. It takes a superuser and the contrib extensions pgcrypto and uuid-ossp."
        ))
    })?;
    transaction.commit().await.map_err(DbError::from)?;

    let mut owner = database.clone();
    owner.user("postgres").password("postgres");
    let mut owner = connect(&owner).await?;
    migrate(&mut owner, &project.migrations, say).await?;
    seed(&mut owner, &project.seeds, say).await
}

/// Opens one connection.
///
/// # Errors
/// One sentence with the reason.
pub async fn connect(config: &Config) -> Result<Client, Startup> {
    let (client, connection) = config.connect(NoTls).await.map_err(|error| {
        Startup(format!(
            "Could not connect to PostgreSQL: {}.",
            DbError::from(error)
        ))
    })?;
    tokio::spawn(async move {
        // Whoever uses the client sees the same error.
        let _ = connection.await;
    });
    Ok(client)
}

async fn migrate(
    client: &mut Client,
    migrations: &[Script],
    say: &dyn Fn(&str),
) -> Result<(), Startup> {
    let applied: Vec<(String, Option<Vec<String>>)> = client
        .query("select version, statements from supabase_migrations.schema_migrations order by version", &[])
        .await
        .map_err(DbError::from)?
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    if let Some((version, _)) = applied
        .iter()
        .find(|(version, _)| !migrations.iter().any(|script| script.version == *version))
    {
        say(&format!(
            "The database has a migration {version} that the project lacks"
        ));
    }
    for script in migrations {
        match applied
            .iter()
            .find(|(version, _)| *version == script.version)
        {
            Some((_, statements)) => unchanged(script, statements.as_deref())?,
            None => {
                say(&format!("Applying {}", script.path.display()));
                let transaction = client.transaction().await.map_err(DbError::from)?;
                run(&transaction, script).await?;
                transaction
                    .execute(
                        "insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, array[$3])",
                        &[&script.version, &script.name, &script.sql],
                    )
                    .await
                    .map_err(DbError::from)?;
                transaction
                    .commit()
                    .await
                    .map_err(|error| failed(script, error))?;
            }
        }
    }
    Ok(())
}

/// The CLI records statement by statement, which cannot be compared with the file; we record it whole.
fn unchanged(script: &Script, statements: Option<&[String]>) -> Result<(), Startup> {
    match statements {
        Some([whole]) if *whole != script.sql => Err(Startup(format!(
            "{} was changed after it had been applied: put the change into a new migration, or begin anew with --reset.",
            script.path.display()
        ))),
        Some(_) | None => Ok(()),
    }
}

async fn seed(client: &mut Client, seeds: &[Script], say: &dyn Fn(&str)) -> Result<(), Startup> {
    client
        .batch_execute(
            "create table if not exists supabase_migrations.seed_files (path text not null primary key, hash text not null)",
        )
        .await
        .map_err(DbError::from)?;
    for script in seeds {
        let path = script
            .path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let transaction = client.transaction().await.map_err(DbError::from)?;
        let first = transaction
            .execute(
                "insert into supabase_migrations.seed_files values ($1, md5($2)) on conflict do nothing",
                &[&path, &script.sql],
            )
            .await
            .map_err(DbError::from)?;
        if first == 0 {
            continue;
        }
        say(&format!("Seeding from {}", script.path.display()));
        run(&transaction, script).await?;
        transaction
            .commit()
            .await
            .map_err(|error| failed(script, error))?;
    }
    Ok(())
}

async fn run(transaction: &Transaction<'_>, script: &Script) -> Result<(), Startup> {
    transaction
        .batch_execute(&script.sql)
        .await
        .map_err(|error| failed(script, error))?;
    // A script may set what concerns it; the record that follows is not to be affected.
    transaction
        .batch_execute("reset role; reset search_path")
        .await
        .map_err(|error| failed(script, error))
}

fn failed(script: &Script, error: tokio_postgres::Error) -> Startup {
    let line = match error.as_db_error().and_then(|error| error.position()) {
        Some(ErrorPosition::Original(position)) => {
            let before = script
                .sql
                .chars()
                .take((*position as usize).saturating_sub(1));
            let line = before.filter(|character| *character == '\n').count() + 1;
            format!(", line {line}")
        }
        Some(ErrorPosition::Internal { .. }) | None => String::new(),
    };
    let detail = error
        .as_db_error()
        .and_then(|error| error.detail())
        .map(|detail| format!(" {detail}"));
    Startup(format!(
        "{}{line}: {}.{} Nothing of this file was applied.",
        script.path.display(),
        DbError::from(error),
        detail.unwrap_or_default()
    ))
}
