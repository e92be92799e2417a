//! A hostile input: what is put into a blog, and what must become of it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The dialects that there are.
pub const DIALECTS: [&str; 6] = ["jekyll", "hugo", "zola", "eleventy", "pelican", "commonmark"];

/// The dialects in which something is hostile.
#[derive(Debug, Clone, Copy)]
pub enum Where {
    Everywhere,
    In(&'static str),
}

impl Where {
    pub fn dialects(self) -> Vec<&'static str> {
        match self {
            Self::Everywhere => DIALECTS.to_vec(),
            Self::In(dialect) => vec![dialect],
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Content {
    Bytes(Vec<u8>),
    /// The same again and again, so many bytes long; far too long for a test to hold.
    Endless(&'static [u8], u64),
}

impl Content {
    pub fn write(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        match self {
            Self::Bytes(bytes) => fs::write(path, bytes),
            Self::Endless(unit, bytes) => {
                let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
                let times = bytes / unit.len() as u64;
                (0..times).try_for_each(|_| file.write_all(unit))?;
                file.flush()
            }
        }
    }
}

/// What must become of it.
#[derive(Debug, Clone, Copy)]
pub enum Expected {
    /// It is an entry of the feeds.
    Published,
    /// It is no entry, and this is told.
    Refused(&'static str),
    /// It is no post, and nobody needs to be told.
    Ignored,
    /// It is an entry, or told to be none: both are right.
    Either,
}

/// A hostile input.
#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub at: Where,
    /// Below the folder of the blog.
    pub files: Vec<(String, Content)>,
    pub expected: Expected,
}

/// The file that is hostile, where nothing else is said.
pub const POST: &str = "posts/2024-03-04-hostile.md";

impl Case {
    /// A whole file of these bytes.
    pub fn file(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::named(name, POST, bytes)
    }

    /// A whole file of these bytes and this name.
    pub fn named(name: impl Into<String>, file: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let files = vec![(file.into(), Content::Bytes(bytes.into()))];
        Self { name: name.into(), at: Where::In("commonmark"), files, expected: Expected::Either }
    }

    /// A post with this body.
    pub fn body(name: impl Into<String>, body: impl AsRef<str>) -> Self {
        let text = format!("---\ntitle: Hostile\ndate: 2024-03-04\n---\n\n{}\n", body.as_ref());
        Self::file(name, text).published()
    }

    /// A post with this in its front matter of YAML.
    pub fn yaml(name: impl Into<String>, yaml: impl AsRef<str>) -> Self {
        Self::file(name, format!("---\ntitle: Hostile\ndate: 2024-03-04\n{}\n---\n\nbody\n", yaml.as_ref()))
    }

    /// A post with this in its front matter of TOML.
    pub fn toml(name: impl Into<String>, toml: impl AsRef<str>) -> Self {
        Self::file(name, format!("+++\ntitle = 'Hostile'\ndate = 2024-03-04\n{}\n+++\n\nbody\n", toml.as_ref()))
    }

    /// A post with this among its front matter of JSON.
    pub fn json(name: impl Into<String>, json: impl AsRef<str>) -> Self {
        let text = format!("{{\"title\": \"Hostile\", \"date\": \"2024-03-04\", {}\n}}\n\nbody\n", json.as_ref());
        Self::file(name, text)
    }

    pub fn within(mut self, file: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        self.files.push((file.into(), Content::Bytes(text.into())));
        self
    }

    pub fn at(mut self, at: Where) -> Self {
        self.at = at;
        self
    }

    pub fn everywhere(self) -> Self {
        self.at(Where::Everywhere)
    }

    pub fn published(mut self) -> Self {
        self.expected = Expected::Published;
        self
    }

    pub fn ignored(mut self) -> Self {
        self.expected = Expected::Ignored;
        self
    }

    pub fn refused(mut self, told: &'static str) -> Self {
        self.expected = Expected::Refused(told);
        self
    }
}
