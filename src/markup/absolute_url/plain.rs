//! References that nearly all links are, resolved without parsing them.
//!
//! In: a reference without blanks around it, and the URL it stands under. Out: the absolute URL that parsing comes to,
//! or `None` for all that is not plainly of this kind. Of this kind are URLs of the web with a path, and paths from the
//! root, in characters that no URL escapes.

use url::{Position, Url};

/// Resolves `reference` against `base`.
pub(super) fn resolve(base: &Url, reference: &str) -> Option<String> {
    if reference.starts_with('/') && !reference.starts_with("//") {
        let is_plain = matches!(base.scheme(), "http" | "https") && is_host(base.host_str()?) && is_path(reference);
        return is_plain.then(|| [&base[..Position::BeforePath], reference].concat());
    }
    let rest = reference.strip_prefix("https://").or_else(|| reference.strip_prefix("http://"))?;
    let (host, path) = rest.split_at(rest.bytes().position(|byte| byte == b'/')?);
    (is_host(host) && is_path(path)).then(|| reference.to_owned())
}

/// Names of hosts in lower case that are neither numbers nor encoded.
fn is_host(host: &str) -> bool {
    let is_inner = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let is_label = |label: &[u8]| !label.is_empty() && label.iter().all(is_inner) && !label.starts_with(b"xn--");
    let mut labels = host.as_bytes().split(|byte| *byte == b'.');
    labels.next_back().is_some_and(|last| is_label(last) && last[0].is_ascii_lowercase()) && labels.all(is_label)
}

/// A path, perhaps with a query and a fragment, that has no segments which lead elsewhere.
fn is_path(path: &str) -> bool {
    is_plain(path) && !path.as_bytes().windows(2).any(|pair| pair == b"/.")
}

/// Whether all of `text` stands for itself in each part of a URL behind the host.
pub(super) fn is_plain(text: &str) -> bool {
    let stays =
        |byte| matches!(byte, b'!' | b'#' | b'$' | b'&' | b'('..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~');
    text.bytes().all(stays)
}
