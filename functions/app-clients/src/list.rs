//! `GET /auth/app-clients`: lists the App Clients of the caller's org, in pages (JSON:API 1.1,
//! pagination).

use shared::app_clients::AppClients;
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Links, Query, Resource as _, Verb, Work, decode_cursor,
    encode_cursor,
};
use shared::model::Action;
use shared::store::Position;
use url::form_urlencoded;

use crate::resource::ShownClient;

const SIZE: &str = "page[size]";
const AFTER: &str = "page[after]";
const DEFAULT_SIZE: u8 = 20;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients",
    action: Action::ListAppClients,
    parameters: &[SIZE, AFTER],
    work: Work::Read(|clients, call| Box::pin(list(clients, call))),
};

async fn list(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let (size, after) = read(&call.query)?;
    let page = clients.list(&call.caller, after, size).await?;
    let links = Links {
        next: page.next.map(|next| link(size, Some(next))),
        first: link(size, None),
    };
    let clients: Vec<_> = page.clients.into_iter().map(ShownClient::from).collect();
    let unreadable = page.unreadable.iter().map(|(id, _)| id.to_string());
    Ok(Answer::page(&clients, unreadable.collect(), links))
}

fn link(size: u8, after: Option<Position>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(SIZE, &size.to_string());
    if let Some(after) = after {
        query.append_pair(AFTER, &encode_cursor(after));
    }
    format!("/{}?{}", ShownClient::TYPE.as_str(), query.finish())
}

/// The size of the page, and the position after which it starts.
fn read(query: &Query) -> Result<(u8, Option<Position>), ApiError> {
    let size = match query.get(SIZE).map(str::parse) {
        None => DEFAULT_SIZE,
        Some(Ok(size @ 1..=100)) => size,
        Some(_) => {
            return Err(Query::problem(
                SIZE,
                "page[size] must be an integer between 1 and 100.",
            ));
        }
    };
    let after = query.get(AFTER).map(|cursor| {
        decode_cursor(cursor)
            .ok_or_else(|| Query::problem(AFTER, "page[after] must be a cursor from links.next."))
    });
    Ok((size, after.transpose()?))
}
