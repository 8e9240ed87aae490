//! `/rest/v1`: tokens that ended a moment ago.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::support::Server;

const SCHEMA: &str = "
    create function public.heard() returns jsonb language sql stable
      as $$ select current_setting('request.headers', true)::jsonb $$;
";

#[tokio::test(flavor = "multi_thread")]
async fn a_token_within_the_leeway_is_not_handed_out_as_a_longer_one() {
    let server = Server::of(SCHEMA, &["public"]).await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let claims = format!(r#"{{"role":"anon","exp":{}}}"#, now.as_secs() - 5);
    let sent = format!("Bearer {}", server.state.secret.sign_text(&claims));
    for (method, body) in [("GET", ""), ("POST", "{}")] {
        let call = server.call(method, "/rest/v1/rpc/heard");
        let heard = call.header("authorization", &sent).text(body).send().await;
        assert_eq!(heard.status, 200, "{}", heard.body);
        assert_eq!(heard.body["authorization"], sent, "{method}");
    }
}
