//! Cursors of `page[after]`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::checksum::crc32;
use crate::model::{ClientId, ClientOrder};
use crate::roles::RolePosition;
use crate::store::{ListPosition, NamePosition, Position};

/// Encodes a position in a list of this order for `page[after]`.
///
/// The cursor names the order, so it is refused in a list of another one. It ends with a checksum, so
/// a truncated or mistyped one is refused. It is not secret and needs no key: a forged cursor pages
/// only through the forger's own org.
#[must_use]
pub fn encode_cursor(order: ClientOrder, position: &ListPosition) -> String {
    let place = match position {
        ListPosition::Created(Position { created_at, id }) => {
            format!("{created_at}.{}", id.client_id())
        }
        ListPosition::Named(position) => position.key().to_owned(),
    };
    // A cursor of the first order is a number and an id, as releases without other orders write it.
    let place = match order {
        ClientOrder::Created => place,
        order => format!("{}.{place}", order.as_str()),
    };
    sealed(&place)
}

/// A cursor for a position in a list of roles.
#[must_use]
pub fn encode_role_cursor(position: &RolePosition) -> String {
    sealed(&format!("role.{}", position.name()))
}

/// Decodes a cursor; `None` if [`encode_role_cursor`] did not write it.
#[must_use]
pub fn decode_role_cursor(cursor: &str) -> Option<RolePosition> {
    let place = opened(cursor)?;
    let position = RolePosition::behind(place.strip_prefix("role.")?);
    (encode_role_cursor(&position) == cursor).then_some(position)
}

fn sealed(place: &str) -> String {
    let checksum = crc32(place);
    URL_SAFE_NO_PAD.encode(format!("{place}.{checksum:08x}"))
}

/// What a cursor contains. Its checksum is not verified: the caller compares the whole.
fn opened(cursor: &str) -> Option<String> {
    let mut text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.truncate(text.rfind('.')?);
    Some(text)
}

/// Decodes a cursor; `None` if [`encode_cursor`] did not write it for this order.
#[must_use]
pub fn decode_cursor(order: ClientOrder, cursor: &str) -> Option<ListPosition> {
    let place = opened(cursor)?;
    let place = match order {
        ClientOrder::Created => place.as_str(),
        order => place.strip_prefix(order.as_str())?.strip_prefix('.')?,
    };
    let position = match order.is_by_name() {
        true => ListPosition::Named(NamePosition::of_key(place)?),
        false => {
            let (created_at, id) = place.split_once('.')?;
            ListPosition::Created(Position {
                created_at: created_at.parse().ok()?,
                id: ClientId::from_client_id(id)?,
            })
        }
    };
    (encode_cursor(order, &position) == cursor).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions() -> [(ClientOrder, ListPosition); 4] {
        let created = ListPosition::Created(Position {
            created_at: 1_651_254_340,
            id: ClientId::new(uuid::Uuid::from_u128(7)),
        });
        let key = "a.b c\t001651254340#23357fe8-3368-484d-a040-a6e672d59de1";
        let named = ListPosition::Named(NamePosition::of_key(key).unwrap());
        ClientOrder::ALL.map(|order| match order.is_by_name() {
            true => (order, named.clone()),
            false => (order, created.clone()),
        })
    }

    #[test]
    fn an_altered_cursor_is_refused() {
        for (order, position) in positions() {
            let cursor = encode_cursor(order, &position);
            assert_eq!(decode_cursor(order, &cursor), Some(position));
            for place in 0..cursor.len() {
                let mut altered = cursor.clone().into_bytes();
                altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
                let altered = String::from_utf8(altered).unwrap();
                assert_eq!(decode_cursor(order, &altered), None);
            }
            assert_eq!(decode_cursor(order, ""), None);
            assert_eq!(decode_cursor(order, cursor.split_at(1).1), None);
        }
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        for (order, position) in positions() {
            let cursor = encode_cursor(order, &position);
            for other in ClientOrder::ALL {
                assert_eq!(decode_cursor(other, &cursor).is_some(), other == order);
            }
        }
    }

    #[test]
    fn a_cursor_of_the_first_release_continues_the_default_order() {
        let (order, position) = positions()[0].clone();
        let place = "1651254340.00000000000000000000000000000007";
        let cursor = URL_SAFE_NO_PAD.encode(format!("{place}.{:08x}", crc32(place)));
        assert_eq!(decode_cursor(order, &cursor), Some(position));
    }
}
