//! Extensions that the owner of a project may create although that takes a superuser.

use local_supabase::{project::Project, setup};
use throwaway_server::Database;
use tokio_postgres::{Client, Config};

/// A project, how it is reached, and its owner.
async fn project() -> (Database, Config, Client) {
    let postgres = Database::of(&Project::default()).await;
    let database = postgres.config.clone();
    let mut owner = database.clone();
    owner.user("postgres");
    let owner = setup::connect(&owner).await.unwrap();
    (postgres, database, owner)
}

/// The code with which `sql` is refused.
async fn refusal(client: &Client, sql: &str) -> String {
    let error = client.batch_execute(sql).await.expect_err(sql);
    error.code().expect(sql).code().to_owned()
}

/// Which of the two that these tests create are there.
async fn there(owner: &Client) -> Vec<String> {
    let sql = "select extname::text from pg_extension where extname in ('dblink', 'postgres_fdw')
        and extnamespace = 'extensions'::regnamespace order by 1";
    let rows = owner.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_creates_and_drops_what_a_project_offers_and_nothing_else() {
    let (_cluster, database, owner) = project().await;
    // What comes from the machine's files as a superuser is not offered, however it is asked for.
    for refused in [
        "create extension if not exists file_fdw",
        "create extension if not exists pageinspect /* create extension if not exists dblink */",
        "create extension dblink with schema extensions",
    ] {
        assert_eq!(refusal(&owner, refused).await, "42501", "{refused}");
    }
    let visitor = setup::connect(&database).await.unwrap();
    visitor
        .batch_execute("set role authenticated")
        .await
        .unwrap();
    for refused in [
        "create extension if not exists dblink",
        "select extensions.run_as_owner_may('CREATE EXTENSION', 'create extension if not exists dblink', 'public')",
    ] {
        assert_eq!(refusal(&visitor, refused).await, "42501", "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_statement_of_a_query_does_its_own_and_no_comment_does_anything() {
    let (_cluster, _, owner) = project().await;
    let create = "create extension if not exists dblink with schema extensions;";
    let anew = format!("drop extension if exists dblink; {create}");
    let commented = format!(
        "/* drop extension if exists dblink; */ {create} -- drop extension if exists dblink"
    );
    let quoted = format!("{create} select 'drop extension if exists dblink'; {create}");
    let block =
        "do $$ begin create extension if not exists \"postgres_fdw\" schema extensions; end $$";
    for (said, wanted) in [
        (create, &["dblink"][..]),
        (&anew, &["dblink"]),
        (&anew, &["dblink"]),
        ("drop extension if exists dblink", &[]),
        (&commented, &["dblink"]),
        (&quoted, &["dblink"]),
        (block, &["dblink", "postgres_fdw"]),
        ("drop extension if exists dblink, \"postgres_fdw\"", &[]),
        (create, &["dblink"]),
    ] {
        owner.batch_execute(said).await.expect(said);
        assert_eq!(there(&owner).await, wanted, "{said}");
    }
    owner
        .batch_execute("create view public.links as select extensions.dblink_get_connections()")
        .await
        .unwrap();
    assert_eq!(
        refusal(&owner, "drop extension if exists dblink").await,
        "2BP01"
    );
    let drop = "drop extension if exists dblink cascade";
    owner.batch_execute(drop).await.unwrap();
    assert!(there(&owner).await.is_empty());
}
