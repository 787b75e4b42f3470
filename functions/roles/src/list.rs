//! `GET /auth/roles`: lists the roles that App Clients can have, in pages (JSON:API 1.1, filtering,
//! pagination), or returns the one with a given name.

use shared::http::jsonapi::{
    Answer, ApiError, AuthorizedRequest, Links, Query, Resource as _, Verb, Work,
    decode_role_cursor, encode_role_cursor,
};
use shared::model::{Action, RoleId};
use shared::roles::{RolePosition, Roles};
use url::form_urlencoded;

use crate::resource::ShownRole;

const NAME: &str = "filter[name]";
const SIZE: &str = "page[size]";
const AFTER: &str = "page[after]";
const LARGEST: u8 = 100;

pub(crate) const VERB: Verb<Roles> = Verb {
    route: "GET /auth/roles",
    action: Action::LIST_ROLES,
    parameters: &[NAME, SIZE, AFTER],
    work: Work::Read(|roles, call| Box::pin(list(roles, call))),
};

/// JSON:API answers a filter with a collection. But a name is unique among the roles visible to an
/// org, and the API that this one replaces answers with that one role. So does this one.
async fn list(roles: &Roles, call: AuthorizedRequest<'_>) -> Result<Answer, ApiError> {
    let AuthorizedRequest { caller, query, .. } = &call;
    let (size, after) = (size(query)?, after(query)?);
    if let Some(name) = query.get(NAME) {
        let found = roles.find_named(caller, name).await?;
        return Ok(Answer::one_or_null(found.map(ShownRole).as_ref()));
    }
    let page = roles
        .list(caller, after.as_ref(), usize::from(size))
        .await?;
    let links = Links {
        next: page
            .next
            .map(|next| link(size, Some(encode_role_cursor(&next)))),
        first: link(size, None),
    };
    let shown: Vec<_> = page.roles.into_iter().map(ShownRole).collect();
    let unreadable = page.unreadable.iter().map(RoleId::to_string);
    Ok(Answer::page(&shown, unreadable.collect(), links))
}

fn link(size: u8, after: Option<String>) -> String {
    let mut link = form_urlencoded::Serializer::new(String::new());
    link.append_pair(SIZE, &size.to_string());
    link.extend_pairs(after.map(|after| (AFTER, after)));
    format!("/{}?{}", ShownRole::TYPE.as_str(), link.finish())
}

fn size(query: &Query) -> Result<u8, ApiError> {
    match query.get(SIZE).map(str::parse) {
        None => Ok(LARGEST),
        Some(Ok(size @ 1..=LARGEST)) => Ok(size),
        Some(_) => Err(Query::problem(
            SIZE,
            "page[size] must be an integer between 1 and 100.",
        )),
    }
}

fn after(query: &Query) -> Result<Option<RolePosition>, ApiError> {
    let after = query.get(AFTER).map(|cursor| {
        let detail = "page[after] must be a cursor from links.next of the same list.";
        decode_role_cursor(cursor).ok_or_else(|| Query::problem(AFTER, detail))
    });
    after.transpose()
}
