//! Bytes in their codings (RFC 9110 §8.4.1): the same bytes for the same bytes, of what is served and of files alike.

use std::io::{self, Write};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::config::Coding;

/// Close to the smallest that each can do, at a few milliseconds for a feed: more effort saves a hundredth.
const BROTLI: i32 = 9;
const ZSTANDARD: i32 = 12;

impl Coding {
    /// All, the one that makes the fewest bytes of a feed first.
    pub const ALL: [Self; 3] = [Self::Br, Self::Zstd, Self::Gzip];

    /// Its name in `Content-Encoding` and `Accept-Encoding`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Br => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// The bytes in this coding; no time and no name is in them. `None`: there is no memory for it.
#[must_use]
pub fn encode(coding: Coding, bytes: &[u8]) -> Option<Vec<u8>> {
    match coding {
        Coding::Gzip => gzip(bytes),
        Coding::Br => brotli(bytes),
        Coding::Zstd => zstd::bulk::compress(bytes, ZSTANDARD).ok(),
    }
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn brotli(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let params = BrotliEncoderParams { quality: BROTLI, size_hint: bytes.len(), ..BrotliEncoderParams::default() };
    let mut coded = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut coded, &params).ok()?;
    Some(coded)
}

/// What was [coded](encode), for whoever checks it. It has no bound: it is not for what strangers send.
///
/// # Errors
/// When the bytes are not in this coding.
pub fn decode(coding: Coding, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    match coding {
        Coding::Gzip => drop(io::copy(&mut GzDecoder::new(bytes), &mut plain)?),
        Coding::Br => brotli::BrotliDecompress(&mut &*bytes, &mut plain)?,
        Coding::Zstd => zstd::stream::copy_decode(bytes, &mut plain)?,
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_of_the_moment_is_in_the_header() {
        let coded = encode(Coding::Gzip, b"feed").unwrap();
        assert_eq!(coded[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "flags and time");
    }

    proptest! {
        #[test]
        fn what_is_coded_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            for coding in Coding::ALL {
                let coded = encode(coding, &bytes).unwrap();
                prop_assert_eq!(&decode(coding, &coded).unwrap(), &bytes);
                prop_assert_eq!(encode(coding, &bytes).unwrap(), coded);
            }
        }
    }
}
