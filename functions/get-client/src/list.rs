//! `GET /auth/app-clients`, by pages (JSON:API 1.1, pagination).

use lambda_http::Request;
use shared::jsonapi::app_client::{AppClientResource, TYPE};
use shared::jsonapi::{
    Answer, ApiError, Links, Query, accepts_json_api, decode_cursor, encode_cursor,
};
use shared::management::Management;
use shared::model::access_policy::Action;

const SIZE: &str = "page[size]";
const AFTER: &str = "page[after]";
const USUAL_SIZE: u8 = 20;

pub(crate) async fn list(
    app: &Management,
    request: &Request,
) -> Result<Answer<Vec<AppClientResource>>, ApiError> {
    let caller = app.authorize(request, Action::ListAppClients).await?;
    accepts_json_api(request)?;
    let query = Query::parse(request, &[SIZE, AFTER])?;
    let size = match query.get(SIZE).map(str::parse) {
        None => USUAL_SIZE,
        Some(Ok(size @ 1..=100)) => size,
        Some(_) => return Err(Query::problem(SIZE, "It must be between 1 and 100.")),
    };
    let after = query.get(AFTER).map(|cursor| {
        decode_cursor(cursor)
            .ok_or_else(|| Query::problem(AFTER, "It must be a cursor from a links.next."))
    });
    let page = app
        .store
        .list_clients(caller.org(), after.transpose()?, size)
        .await?;
    let first = format!("/{TYPE}?page%5Bsize%5D={size}");
    let links = Links {
        next: page.next.map(|next| {
            let cursor = encode_cursor(next);
            format!("{first}&page%5Bafter%5D={cursor}")
        }),
        first,
    };
    let clients = page.clients.iter().map(AppClientResource::new);
    Ok(Answer::Page(clients.collect(), links))
}
