//! What an answer to a delivery means (§7), or that there is none.

use std::time::Duration;

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The subscriber has it.
    Received,
    /// The subscriber wants no more of it (RFC 9110 §15.5.11).
    Gone,
    /// It is to be sent again, not before so long.
    NotYet(Duration),
}

impl Answer {
    /// What a status means, and a `Retry-After` if there is one. A redirect is no yes, and not followed.
    #[must_use]
    pub fn of(status: u16, retry_after: Option<Duration>) -> Self {
        match status {
            200..300 => Self::Received,
            410 => Self::Gone,
            _ => Self::NotYet(retry_after.unwrap_or_default()),
        }
    }

    /// There was none.
    #[must_use]
    pub fn none() -> Self {
        Self::NotYet(Duration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_hundreds_say_that_it_was_received() {
        for (status, answer) in
            [(200, Answer::Received), (204, Answer::Received), (299, Answer::Received), (410, Answer::Gone)]
        {
            assert_eq!(Answer::of(status, None), answer);
        }
        for status in [100, 199, 300, 301, 302, 307, 400, 404, 429, 500, 503, 999] {
            assert_eq!(Answer::of(status, None), Answer::none());
        }
        assert_eq!(Answer::of(503, Some(Duration::from_secs(9))), Answer::NotYet(Duration::from_secs(9)));
    }
}
