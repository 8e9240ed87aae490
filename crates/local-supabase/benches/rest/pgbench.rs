//! What REST is compared with: `pgbench`, which does nothing but talk to the database.

use std::process::Command;

use super::{Bench, CLIENTS, TURN};

/// The statement by itself.
pub fn bare(insert: bool) -> &'static str {
    if insert {
        "insert into public.lines (body) values ('one more line');\n"
    } else {
        "\\set id random(1, 10000)\nselect id, body from public.lines where id = :id;\n"
    }
}

/// All that a request says, in one flight as REST says it: who asks, the statement, and its answer as JSON.
pub fn whole(insert: bool) -> String {
    let (begin, statement) = if insert {
        ("begin", INSERT)
    } else {
        ("begin read only", SELECT)
    };
    format!(
        "\\set id random(1, 10000)\n\\startpipeline\n{begin};\n{SETTINGS};\n{statement};\ncommit;\n\\endpipeline\n"
    )
}

const SETTINGS: &str = r#"select set_config('statement_timeout', '8000', true), set_config('search_path', '"public", "public", "extensions"', true),
  set_config('role', 'authenticated', true), set_config('request.method', 'GET', true), set_config('request.path', '/lines', true),
  set_config('request.headers', '{"host":"127.0.0.1","content-type":"application/json"}', true), set_config('request.cookies', '{}', true),
  set_config('request.jwt.claims', '{"role":"authenticated","sub":"00000000-0000-4000-8000-000000000001"}', true)"#;
const SELECT: &str = r#"select row_to_json(pgrst_row.*)::text from (select "id", "body" from "public"."lines" where "id" = :id limit 1000) as pgrst_row"#;
/// With what a function may have set for the answer.
const INSERT: &str = r#"with pgrst_written as (
  insert into "public"."lines" ("body") select pgrst_body."body" from (select '{"body":"one more line"}'::json as json_data) pgrst_payload,
    lateral (select "body" from json_to_record(pgrst_payload.json_data) as _("body" text)) pgrst_body returning "lines"."id"
) select row_to_json(pgrst_row.*)::text from (select * from pgrst_written) as pgrst_row;
select current_setting('response.headers', true), current_setting('response.status', true)"#;

impl Bench {
    /// Transactions per second of a script, said by a role.
    pub fn pgbench(&self, user: &str, script: &str) -> f64 {
        let file = std::env::temp_dir().join(format!("rest-bench-{}.sql", std::process::id()));
        std::fs::write(&file, script).unwrap();
        let clients = CLIENTS.to_string();
        let seconds = TURN.as_secs().to_string();
        let answer = Command::new(self.bin.join("pgbench"))
            .env("PGPASSWORD", "postgres")
            .args([
                "-n", "-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds,
            ])
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", user])
            .arg("-f")
            .arg(&file)
            .arg("postgres")
            .output()
            .expect("pgbench comes with PostgreSQL");
        std::fs::remove_file(&file).unwrap();
        let said = String::from_utf8_lossy(&answer.stdout).into_owned();
        let line = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let number = line.and_then(|line| line.split(' ').next()?.parse().ok());
        number.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&answer.stderr)))
    }
}
