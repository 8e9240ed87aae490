//! Extensions that the owner of a project may create although that takes a superuser.

use local_supabase::{project::Project, setup};

use crate::support::{cluster, database};

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_creates_and_drops_what_a_project_offers_and_nothing_else() {
    let cluster = cluster().await;
    let database = database(&cluster);
    setup::prepare(&database, &Project::default(), &|_| {})
        .await
        .unwrap();
    let mut owner = database.clone();
    owner.user("postgres");
    let owner = setup::connect(&owner).await.unwrap();
    let there = async || {
        let count = "select count(*) from pg_extension where extname = 'moddatetime'
            and extnamespace = 'extensions'::regnamespace";
        owner.query_one(count, &[]).await.unwrap().get::<_, i64>(0) == 1
    };
    owner
        .batch_execute("create extension if not exists moddatetime with schema extensions")
        .await
        .unwrap();
    assert!(there().await);
    owner
        .batch_execute("drop extension if exists moddatetime")
        .await
        .unwrap();
    assert!(!there().await);

    // What comes from the machine's files as a superuser is not offered, however it is asked for.
    for refused in [
        "create extension if not exists file_fdw",
        "create extension if not exists adminpack /* create extension if not exists moddatetime */",
    ] {
        let error = owner.batch_execute(refused).await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{refused}");
    }
    let other = "create extension if not exists moddatetime";
    let visitor = setup::connect(&database).await.unwrap();
    visitor
        .batch_execute("set role authenticated")
        .await
        .unwrap();
    assert_eq!(
        visitor
            .batch_execute(other)
            .await
            .unwrap_err()
            .code()
            .unwrap()
            .code(),
        "42501"
    );
    let direct =
        "select extensions.run_as_owner_may('create extension if not exists dblink', 'public')";
    assert_eq!(
        visitor
            .batch_execute(direct)
            .await
            .unwrap_err()
            .code()
            .unwrap()
            .code(),
        "42501"
    );
}
