//! Migrations and seeds of a project.

use local_supabase::{
    project::{Project, Script},
    setup,
};

use throwaway_server::Database;

use crate::support::script;

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_applied_once_in_order_and_recorded() {
    let postgres = Database::empty().await;
    let database = postgres.config.clone();
    let mut project = Project {
        migrations: vec![
            script("1", "one", "create table public.one (id int);"),
            script("2", "two", "insert into public.one values (1);"),
        ],
        seeds: vec![script("", "seed", "insert into public.one values (2);")],
        ..Project::default()
    };
    for _ in 0..2 {
        setup::prepare(&database, &project, &|_| {}).await.unwrap();
    }
    let client = setup::connect(&database).await.unwrap();
    let rows = client
        .query("select id from public.one order by id", &[])
        .await
        .unwrap();
    assert_eq!(
        rows.iter().map(|row| row.get(0)).collect::<Vec<i32>>(),
        [1, 2]
    );
    let recorded = client
        .query(
            "select version, name from supabase_migrations.schema_migrations order by 1",
            &[],
        )
        .await
        .unwrap();
    let recorded: Vec<(String, String)> = recorded
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    assert_eq!(
        recorded,
        [("1".into(), "one".into()), ("2".into(), "two".into())]
    );
    let owner: String = client
        .query_one(
            "select tableowner from pg_tables where tablename = 'one'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(owner, "postgres");

    project.migrations.push(script(
        "3",
        "three",
        "create table public.three (id int);\n\nselect nonsense;\n",
    ));
    let error = prepare(&database, &project).await;
    assert!(error.starts_with("3_three.sql, line 3: "), "{error}");
    assert!(error.contains("nonsense"), "{error}");
    let left = client
        .query_one("select to_regclass('public.three') is null", &[])
        .await
        .unwrap();
    assert!(left.get::<_, bool>(0), "a failed migration leaves nothing");

    project.migrations.pop();
    project.migrations[0] = Script {
        sql: "create table public.uno (id int);".into(),
        ..project.migrations[0].clone()
    };
    let error = prepare(&database, &project).await;
    assert!(
        error.contains("1_one.sql was changed after it had been applied"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_table_grants_nothing_by_itself_and_the_owner_is_no_superuser() {
    let postgres = Database::empty().await;
    let database = postgres.config.clone();
    let project = Project {
        migrations: vec![script("1", "bare", "create table public.bare (id int);")],
        ..Project::default()
    };
    setup::prepare(&database, &project, &|_| {}).await.unwrap();
    let client = setup::connect(&database).await.unwrap();
    let row = client
        .query_one(
            "select bool_or(has_table_privilege(role, 'public.bare', 'select')), (select rolsuper from pg_roles where rolname = 'postgres')
               from unnest(array['anon', 'authenticated', 'service_role']) role",
            &[],
        )
        .await
        .unwrap();
    assert!(!row.get::<_, bool>(0));
    assert!(!row.get::<_, bool>(1));
}

async fn prepare(database: &tokio_postgres::Config, project: &Project) -> String {
    setup::prepare(database, project, &|_| {})
        .await
        .expect_err("refused")
        .to_string()
}
