//! What the engine does differently from PostgREST, mended on the way in ([`query`], [`incoming`]) and out ([`outgoing`]).

mod columns;
mod incoming;
mod outgoing;
mod query;
mod token;

use axum::{
    Json,
    extract::Request,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use postrust_engine::State as _;
use serde_json::json;

use crate::AppState;

use super::{Engine, arguments, count, database::Course, root};

/// Answers one request.
pub(super) async fn serve(state: &AppState, mut request: Request) -> Response {
    let Some(engine) = state.rest.get() else {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "PGRST002",
            "Could not query the database for the schema cache. Retrying.",
        );
    };
    let (role, stand_in) = token::read(&mut request, &state.secret, &state.tokens);
    if request.uri().path() == "/" {
        let (asked, _) = request.into_parts();
        return root::serve(
            state,
            engine,
            role.as_deref(),
            &asked.method,
            &asked.headers,
        )
        .await;
    }
    if *request.method() == Method::OPTIONS {
        return options(engine, request).await;
    }
    let mut asked = match asked(engine, role, &mut request).await {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    asked.course = asked.course.with(stand_in);
    match arguments::read(request).await {
        Ok((request, arguments)) => {
            asked.course = asked.course.calling(arguments);
            // In a place of its own: it is large, and would be copied into each future around it.
            let handled = Box::pin(postrust_engine::handle(engine, request));
            let answer = asked.course.run(handled).await;
            outgoing::mend(&asked, engine, answer).await
        }
        Err(refusal) => refusal,
    }
}

/// What has to be known of a request once it is answered.
struct Asked {
    method: Method,
    path: String,
    query: String,
    profile: Option<String>,
    /// Without a role, or with that of nobody in particular.
    anonymous: bool,
    counted: bool,
    course: Course,
}

async fn asked(
    engine: &Engine,
    role: Option<String>,
    request: &mut Request,
) -> Result<Asked, Box<Response>> {
    query::mend(request);
    incoming::mend_headers(request);
    let prefer = if request.headers().contains_key("prefer") {
        let schema = engine.schema_cache().await;
        incoming::preferences(request, &schema.timezones)?
    } else {
        Vec::new()
    };
    incoming::check_body(request)?;
    let counts = request.uri().query().and_then(count::take);
    if let Some(query) = &counts {
        query::replace(request, query);
    }
    let exact = prefer.iter().any(|preference| preference == "count=exact");
    let counted = exact
        || prefer
            .iter()
            .any(|preference| preference == "count=estimated");
    let limited = prefer
        .iter()
        .any(|preference| preference.starts_with("max-affected"));
    let single = request.headers().get_all(header::ACCEPT).iter();
    let single = single
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("vnd.pgrst.object"));
    let method = request.method().clone();
    let writing = matches!(
        method,
        Method::POST | Method::PUT | Method::PATCH | Method::DELETE
    );
    let called = request.uri().path().starts_with("/rpc/");
    let profile = if writing {
        "content-profile"
    } else {
        "accept-profile"
    };
    let profile = request.headers().get(profile);
    Ok(Asked {
        course: Course::new(
            method == Method::PUT || limited || single,
            counted && (called || !writing),
            counts.is_some(),
        ),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        profile: profile.and_then(|value| Some(value.to_str().ok()?.to_owned())),
        anonymous: role.is_none_or(|role| role == "anon"),
        counted: exact && writing && !called,
        method,
    })
}

/// What may be done with a table or a function.
async fn options(engine: &Engine, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let probe = axum::http::Request::from_parts(parts, axum::body::Bytes::new());
    match postrust_engine::allow(engine, probe).await {
        Ok(allow) => (StatusCode::OK, [(header::ALLOW, allow)]).into_response(),
        Err(error) => {
            let answer = postrust_engine::error_response_for(engine.config(), error);
            outgoing::marked(answer)
        }
    }
}

/// A refusal in PostgREST's form.
pub(super) fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    refuse_because(status, code, message, None)
}

fn refuse_because(
    status: StatusCode,
    code: &str,
    message: &str,
    details: Option<&str>,
) -> Response {
    let body = json!({"code": code, "message": message, "details": details, "hint": null});
    let mut answer = (status, Json(body)).into_response();
    outgoing::mark(answer.headers_mut(), code);
    answer
}
