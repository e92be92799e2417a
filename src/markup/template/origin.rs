//! Which line of a source each line of the text comes from that was made of it.

use std::collections::HashMap;

/// For each line of `made` the line of `source`, from 0, that it is, or that the last line before it is that is known.
pub(in super::super) fn origin(source: &str, made: &str) -> Vec<u32> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, line) in source.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        places.entry(line).or_default().push(number);
    }
    let lines_of: Vec<&str> = source.lines().collect();
    let mut at = 0;
    let lines = made.split('\n').map(|line| {
        let known = places.get(line.trim_end_matches('\r'));
        let next = known.and_then(|known| known.get(known.partition_point(|place| *place < at)).copied());
        let like = || lines_of.iter().enumerate().skip(at).take(NEAR).find(|(_, source)| was_made_of(source, line));
        if let Some(next) = next.or_else(|| like().map(|(number, _)| number)) {
            at = next + 1;
            return next;
        }
        at.saturating_sub(1)
    });
    lines.map(|line| u32::try_from(line).unwrap_or(u32::MAX)).collect()
}

/// How many lines behind a line that is known one like it is looked for.
const NEAR: usize = 40;
/// The longest line, in bytes, that is looked into: to find its templates takes longer than it is long.
const LONGEST: usize = 2_000;
/// How much two lines have in common at least, in bytes.
const COMMON: usize = 4;

/// Whether all that is no template in a line of the source is in a line that was made, in this order.
fn was_made_of(source: &str, made: &str) -> bool {
    if made.len() < COMMON || source.len().max(made.len()) > LONGEST {
        return false;
    }
    let (mut source, mut made, mut common) = (source, made, 0);
    loop {
        let open = |_| ["{{", "{%"].iter().filter_map(|open| source.find(open)).min();
        let start = source.find('{').and_then(open);
        let text = &source[..start.unwrap_or(source.len())];
        let found = if text.len() <= made.len() { made.find(text) } else { None };
        let Some(at) = found else { return false };
        made = &made[at + text.len()..];
        common += text.trim().len();
        let Some(start) = start else { return common >= COMMON };
        let end = ["}}", "%}"].iter().filter_map(|close| source[start..].find(close)).min();
        let Some(end) = end else { return common >= COMMON };
        source = &source[start + end + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stayed_are_found_again() {
        let source = "a\n{% for %}\nx\n{% endfor %}\nb\na\n";
        assert_eq!(origin(source, "a\nx1\nx2\nx3\nb\na"), [0, 0, 0, 0, 4, 5]);
        assert_eq!(origin("a\nb", "a\nb"), [0, 1]);
        let source = "x\n{% code %}\n1\n{% end %}\n\n![]({{ url }}/x.png) {{ y }}\n";
        assert_eq!(origin(source, "x\n@\n\n![](/blog/x.png) z"), [0, 0, 0, 5]);
    }
}
