//! Which line of a source each line of the text comes from that was made of it.

use std::collections::HashMap;

/// For each line of `made` the line of `source`, from 0, that it is, or that the last line before it is that is known.
pub(in super::super) fn origin(source: &str, made: &str) -> Vec<u32> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, line) in source.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        places.entry(line).or_default().push(number);
    }
    let mut at = 0;
    let lines = made.split('\n').map(|line| {
        let known = places.get(line.trim_end_matches('\r'));
        let next = known.and_then(|known| known.get(known.partition_point(|place| *place < at)).copied());
        if let Some(next) = next {
            at = next + 1;
            return next;
        }
        at.saturating_sub(1)
    });
    lines.map(|line| u32::try_from(line).unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_stayed_are_found_again() {
        let source = "a\n{% for %}\nx\n{% endfor %}\nb\na\n";
        assert_eq!(origin(source, "a\nx1\nx2\nx3\nb\na"), [0, 0, 0, 0, 4, 5]);
        assert_eq!(origin("a\nb", "a\nb"), [0, 1]);
    }
}
