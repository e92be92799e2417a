//! Sizes: a number and a unit, within bounds.

/// The sizes that a key may say, in bytes.
pub(super) struct Range {
    pub default: u64,
    pub least: u64,
    pub most: u64,
}

/// `limits.post_size`
pub(super) const POST: Range = Range { default: 5 * MB, least: 1_000, most: 1_000 * MB };

const MB: u64 = 1_000_000;

impl Range {
    /// The size that was typed, or the default.
    ///
    /// # Errors
    /// What is wrong, and the mend.
    pub(super) fn read(&self, text: Option<&str>) -> Result<u64, (String, String)> {
        let Some(text) = text else { return Ok(self.default) };
        let told = format!("from `{}` to `{}`", told_size(self.least), told_size(self.most));
        let mend = || format!("write a number and a unit, such as `{}`; {told}", told_size(self.default));
        let size = parse(text).ok_or_else(|| (format!("`{text}` is no size"), mend()))?;
        if (self.least..=self.most).contains(&size) {
            return Ok(size);
        }
        let message = format!("`{text}` is too {}", if size > self.most { "much" } else { "little" });
        Err((message, format!("write a size {told}")))
    }
}

/// A number and a unit; one too large for any bound is as good as the largest.
fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if digits == 0 {
        return None;
    }
    let number: u64 = text[..digits].parse().unwrap_or(u64::MAX);
    let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" | "k" => 1_000,
        "kib" => 1 << 10,
        "mb" | "m" => MB,
        "mib" => 1 << 20,
        "gb" | "g" => 1_000 * MB,
        "gib" => 1 << 30,
        _ => return None,
    };
    Some(number.saturating_mul(unit))
}

/// A size for people: `5MB`, `1.2MB`, `300KB`.
#[must_use]
pub fn told_size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes}B"),
        1_000..MB => (1_000, "KB"),
        _ => (MB, "MB"),
    };
    match (bytes / unit, bytes % unit * 10 / unit) {
        (whole, 0) => format!("{whole}{name}"),
        (whole, tenth) => format!("{whole}.{tenth}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_stay_within_their_bounds() {
        let read = |text| POST.read(Some(text)).map_err(|(message, mend)| format!("{message}; {mend}"));
        assert_eq!(POST.read(None), Ok(5 * MB));
        assert_eq!(
            (read("1MB"), read(" 300 kb "), read("1MiB"), read("1GB")),
            (Ok(MB), Ok(300_000), Ok(1 << 20), Ok(1_000 * MB))
        );
        assert_eq!(read("999B").unwrap_err(), "`999B` is too little; write a size from `1KB` to `1000MB`");
        assert_eq!(
            read("9999999999999999999999GB").unwrap_err(),
            "`9999999999999999999999GB` is too much; write a size from `1KB` to `1000MB`"
        );
        for wrong in ["", "5", "MB", "-1MB", "1.5MB", "5 apples"] {
            assert!(
                read(wrong).unwrap_err().contains("is no size; write a number and a unit, such as `5MB`"),
                "{wrong}"
            );
        }
        assert_eq!(
            [0, 999, 1_000, 1_250, 5 * MB, 104_857_600].map(told_size),
            ["0B", "999B", "1KB", "1.2KB", "5MB", "104.8MB"]
        );
    }
}
