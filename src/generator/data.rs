//! The data files of Jekyll as one mapping: `people.ann` is in `_data/people.yml`, or in `_data/people/ann.yml`.

use super::{Generator, places};
use crate::value::{Value, read};

impl Generator {
    /// What the data files say; they are read when this is asked first.
    #[must_use]
    pub fn data(&self) -> &Value {
        self.data.get_or_init(|| self.all_data())
    }

    fn all_data(&self) -> Value {
        let mut data = Value::Mapping(Vec::new());
        for (name, text) in self.texts_below(&places::in_source(&self.settings, "data_dir", "_data")) {
            if let Some(value) = table(name, text).or_else(|| read::by_name(name, text)?.ok()) {
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                let within = |value, name: &str| Value::Mapping(vec![(name.to_owned(), value)]);
                data.overlay(stem.rsplit('/').fold(value, within));
            }
        }
        data
    }
}

/// A table as a list of mappings: its first line names the columns.
fn table(name: &str, text: &str) -> Option<Value> {
    let separator = match name.rsplit_once('.')?.1 {
        "csv" => b',',
        "tsv" => b'\t',
        _ => return None,
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().ok()?.clone();
    let row = |record: csv::StringRecord| {
        let cells = header.iter().zip(record.iter());
        Value::Mapping(cells.map(|(key, cell)| (key.to_owned(), Value::String(cell.to_owned()))).collect())
    };
    Some(Value::Sequence(reader.records().flatten().map(row).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Dialect;

    #[test]
    fn files_and_folders_are_one_mapping() {
        let texts = [
            ("facts/people.yml", "ann: {age: 4}\n"),
            ("facts/people/bo.json", "{\"age\": 5}"),
            ("facts/rates.tsv", "year\trate\n2024\t2\n"),
            ("facts/broken.yml", "a: ["),
        ];
        let texts = texts.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        let settings = read::yaml("data_dir: ./facts/").unwrap();
        let generator = Generator::new(Dialect::Jekyll, "_posts", settings, texts);
        let expected = "people: {ann: {age: 4}, bo: {age: 5}}\nrates: [{year: '2024', rate: '2'}]\n";
        assert_eq!(*generator.data(), read::yaml(expected).unwrap());
    }
}
