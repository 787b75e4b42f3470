//! `GET /auth/app-clients`: lists the App Clients of the caller's org, in pages (JSON:API 1.1,
//! filtering, sorting, pagination).

use shared::app_clients::{AppClients, List};
use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Links, Query, Resource as _, Verb, Work, decode_cursor,
    encode_cursor,
};
use shared::model::{
    Action, ClientFilter, ClientId, ClientOrder, ClientStatus, InvalidValue, NamePrefix, RoleId,
};
use shared::store::ListPosition;
use url::form_urlencoded;

use crate::resource::ShownClient;

const NAME: &str = "filter[name]";
const STATUS: &str = "filter[status]";
const ROLE: &str = "filter[role]";
const CLIENT_ID: &str = "filter[clientId]";
const SORT: &str = "sort";
const SIZE: &str = "page[size]";
const AFTER: &str = "page[after]";
const DEFAULT_SIZE: u8 = 20;

pub(crate) const VERB: Verb<AppClients> = Verb {
    route: "GET /auth/app-clients",
    action: Action::LIST_CLIENTS,
    parameters: &[NAME, STATUS, ROLE, CLIENT_ID, SORT, SIZE, AFTER],
    work: Work::Read(|clients, call| Box::pin(list(clients, call))),
};

async fn list(clients: &AppClients, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let AuthorizedRequest { caller, query, .. } = &call;
    let id = id(query)?;
    let list = read(query, id.is_some())?;
    let page = match id {
        None => clients.list(caller, &list).await?,
        Some(id) => clients.list_one(caller, id, &list.filter).await?,
    };
    let link = |after: Option<String>| link(query, list.size, after);
    let links = Links {
        next: page
            .next
            .map(|next| link(Some(encode_cursor(list.order, &next)))),
        first: link(None),
    };
    let clients: Vec<_> = page.clients.into_iter().map(ShownClient::from).collect();
    let unreadable = page.unreadable.iter().map(ClientId::to_string);
    Ok(Answer::page(&clients, unreadable.collect(), links))
}

/// A link to a page of the same list.
fn link(query: &Query, size: u8, after: Option<String>) -> String {
    let mut link = form_urlencoded::Serializer::new(String::new());
    for name in [NAME, STATUS, ROLE, CLIENT_ID, SORT] {
        link.extend_pairs(query.get(name).map(|value| (name, value)));
    }
    link.append_pair(SIZE, &size.to_string());
    link.extend_pairs(after.map(|after| (AFTER, after)));
    format!("/{}?{}", ShownClient::TYPE.as_str(), link.finish())
}

fn read(query: &Query, has_one_page: bool) -> Result<List, ApiError> {
    let filter = filter(query)?;
    let order = order(query, &filter)?;
    Ok(List {
        after: after(query, order, &filter, has_one_page)?,
        size: size(query)?,
        filter,
        order,
    })
}

fn filter(query: &Query) -> Result<ClientFilter, ApiError> {
    let status = |text: &str| ClientStatus::parse(text).map_err(problem(STATUS));
    let role = |text: &str| {
        let detail = "filter[role] must be the id of a role.";
        RoleId::from_id(text).ok_or_else(|| Query::problem(ROLE, detail))
    };
    let name = |text: &str| NamePrefix::parse(text).map_err(problem(NAME));
    Ok(ClientFilter {
        name: query.get(NAME).map(name).transpose()?,
        status: query.get(STATUS).map(status).transpose()?,
        role: query.get(ROLE).map(role).transpose()?,
    })
}

fn problem(parameter: &'static str) -> impl Fn(InvalidValue) -> ApiError {
    move |invalid| Query::problem(parameter, &format!("{parameter} {invalid}."))
}

fn id(query: &Query) -> Result<Option<ClientId>, ApiError> {
    let id = query.get(CLIENT_ID).map(|text| {
        let detail = "filter[clientId] must be the clientId or the id of an App Client.";
        ClientId::from_id(text).ok_or_else(|| Query::problem(CLIENT_ID, detail))
    });
    id.transpose()
}

/// The order: by name for a filter by name, because one index serves both.
fn order(query: &Query, filter: &ClientFilter) -> Result<ClientOrder, ApiError> {
    match query.get(SORT) {
        None if filter.name.is_some() => Ok(ClientOrder::Name),
        None => Ok(ClientOrder::default()),
        Some(text) => ClientOrder::parse(text).ok_or_else(|| {
            let words = ClientOrder::ALL.map(ClientOrder::as_str).join(", ");
            Query::problem(SORT, &format!("sort must be one of {words}."))
        }),
    }
}

/// The position after which the page starts.
fn after(
    query: &Query,
    order: ClientOrder,
    filter: &ClientFilter,
    has_one_page: bool,
) -> Result<Option<ListPosition>, ApiError> {
    let after = query.get(AFTER).map(|cursor| {
        let position = decode_cursor(order, cursor);
        let is_of_list = |position: &ListPosition| {
            let prefix = filter.name.as_ref();
            !has_one_page && prefix.is_none_or(|prefix| position.begins_with(prefix.folded()))
        };
        let detail = "page[after] must be a cursor from links.next of the same list.";
        position
            .filter(is_of_list)
            .ok_or_else(|| Query::problem(AFTER, detail))
    });
    after.transpose()
}

fn size(query: &Query) -> Result<u8, ApiError> {
    match query.get(SIZE).map(str::parse) {
        None => Ok(DEFAULT_SIZE),
        Some(Ok(size @ 1..=100)) => Ok(size),
        Some(_) => Err(Query::problem(
            SIZE,
            "page[size] must be an integer between 1 and 100.",
        )),
    }
}
