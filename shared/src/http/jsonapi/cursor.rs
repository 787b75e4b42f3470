//! Cursors of `page[after]`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::model::ClientId;
use crate::model::checksum::crc32;
use crate::store::Position;

/// Encodes a position in a list for `page[after]`.
///
/// The cursor ends with a checksum, so a truncated or mistyped one is refused. It is not secret and
/// needs no key: a forged cursor pages only through the forger's own org.
#[must_use]
pub fn encode_cursor(position: Position) -> String {
    let place = format!("{}.{}", position.created_at, position.id.client_id());
    let checksum = crc32(&place);
    URL_SAFE_NO_PAD.encode(format!("{place}.{checksum:08x}"))
}

/// Decodes a cursor; `None` if [`encode_cursor`] did not write it.
#[must_use]
pub fn decode_cursor(cursor: &str) -> Option<Position> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (place, _) = text.rsplit_once('.')?;
    let (created_at, id) = place.split_once('.')?;
    let position = Position {
        created_at: created_at.parse().ok()?,
        id: ClientId::from_client_id(id)?,
    };
    (encode_cursor(position) == cursor).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_altered_cursor_is_refused() {
        let position = Position {
            created_at: 1_651_254_340,
            id: ClientId::new(uuid::Uuid::from_u128(7)),
        };
        let cursor = encode_cursor(position);
        assert_eq!(decode_cursor(&cursor), Some(position));
        for place in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(decode_cursor(&String::from_utf8(altered).unwrap()), None);
        }
        assert_eq!(decode_cursor(""), None);
        assert_eq!(decode_cursor(cursor.split_at(1).1), None);
    }
}
