//! Bytes of a text -> lines of its file.

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct Lines {
    first: u32,
    newlines: Vec<usize>,
    /// Which line of the source each line is, from 0, when it is not the same.
    origin: Vec<u32>,
}

impl Lines {
    /// Of `text`, whose first line is `first` of its file.
    #[must_use]
    pub fn of(text: &str, first: u32) -> Self {
        Self { first, newlines: memchr::memchr_iter(b'\n', text.as_bytes()).collect(), origin: Vec::new() }
    }

    /// Without the newlines at `inserted`, which the file does not have.
    #[must_use]
    pub fn without(mut self, inserted: &[usize]) -> Self {
        if !inserted.is_empty() {
            self.newlines.retain(|newline| inserted.binary_search(newline).is_err());
        }
        self
    }

    /// Of a text that was made of another: each line is of line `origin` of that, from 0.
    #[must_use]
    pub fn with_origin(self, origin: Vec<u32>) -> Self {
        Self { origin, ..self }
    }

    /// The line in the file that byte `offset` of the text is on.
    #[must_use]
    pub fn at(&self, offset: usize) -> u32 {
        let passed = self.newlines.partition_point(|newline| *newline < offset);
        let line = self.origin.get(passed).or(self.origin.last()).copied();
        self.first.saturating_add(line.unwrap_or_else(|| u32::try_from(passed).unwrap_or(u32::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_count_from_the_first() {
        let lines = Lines::of("a\nb\n\nc", 5);
        assert_eq!([0, 1, 2, 3, 4, 5, 99].map(|at| lines.at(at)), [5, 5, 6, 6, 7, 8, 8]);
        let lines = lines.without(&[3]);
        assert_eq!([0, 3, 4, 5, 99].map(|at| lines.at(at)), [5, 6, 6, 7, 7]);
        let lines = lines.with_origin(vec![0, 7, 9]);
        assert_eq!([0, 3, 4, 5, 99].map(|at| lines.at(at)), [5, 12, 12, 14, 14]);
    }
}
