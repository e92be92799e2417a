//! Finds bytes in long texts that have few of them, many at a time.

/// How many bytes are looked at before anything is decided: the compiler makes a few instructions of that.
const AT_ONCE: usize = 32;

/// Where the first byte is that is wanted. `is_wanted` is asked of bytes behind it, too.
#[inline]
pub fn first(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let has_one = |block: &[u8]| block.iter().fold(false, |any, byte| any | is_wanted(*byte));
    let without = bytes.chunks_exact(AT_ONCE).take_while(|block| !has_one(block)).count() * AT_ONCE;
    bytes[without..].iter().position(|byte| is_wanted(*byte)).map(|at| without + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn it_is_where_a_search_byte_by_byte_finds_it(bytes in proptest::collection::vec(0..9_u8, 0..200), below in 0..4_u8) {
            proptest::prop_assert_eq!(first(&bytes, |b| b < below), bytes.iter().position(|b| *b < below));
        }
    }
}
