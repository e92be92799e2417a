//! The rows and cells of `tablerow`: what is written around each turn.

/// A table of so many columns, for so many items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    columns: usize,
    length: usize,
}

impl Rows {
    /// Without columns, all is one row.
    pub fn new(columns: Option<usize>, length: usize) -> Self {
        Self { columns: columns.filter(|columns| *columns > 0).unwrap_or(length.max(1)), length }
    }

    /// What is before the first turn.
    pub const BEGIN: &str = "<tr class=\"row1\">\n";
    /// What is behind the last one.
    pub const END: &str = "</tr>\n";

    /// Where the turn with this number, from 0, is in the table: from 1, but for `col0`.
    pub fn place(self, number: usize) -> [(&'static str, usize); 3] {
        let column = number % self.columns;
        [("row", number / self.columns + 1), ("col", column + 1), ("col0", column)]
    }

    /// Whether that turn is the first one of its row, and the last one.
    pub fn ends(self, number: usize) -> [(&'static str, bool); 2] {
        let column = number % self.columns;
        [("col_first", column == 0), ("col_last", column + 1 == self.columns)]
    }

    /// What is before the turn with this number, from 0.
    pub fn before(self, number: usize) -> String {
        format!("<td class=\"col{}\">", number % self.columns + 1)
    }

    /// What is behind it.
    pub fn after(self, number: usize) -> String {
        let done = number + 1;
        if done.is_multiple_of(self.columns) && done < self.length {
            format!("</td></tr>\n<tr class=\"row{}\">", done / self.columns + 1)
        } else {
            "</td>".to_owned()
        }
    }
}
