//! Checksums of short texts.

use crc::{CRC_32_ISO_HDLC, Crc};

/// The CRC-32 of zlib. Its table has 1 KB: faster tables would be 16 times as large, in every binary,
/// and save less than a microsecond per token.
static CRC32: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// The CRC-32 of a text.
pub(crate) fn crc32(text: &str) -> u32 {
    CRC32.checksum(text.as_bytes())
}
