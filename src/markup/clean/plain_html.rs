//! The HTML that nearly all bodies are, read in place, at a fraction of what reading any HTML costs.
//!
//! In: any HTML without control characters. Out: all of it on the page as `any_html` brings it there, or `None` for all
//! that is not plainly of this kind: then `any_html` reads it. Of this kind are text, comments, and elements of HTML
//! whose content is HTML, in lower case, with quoted attributes. End tags may be missing, or end nothing.

use memchr::memchr;

use super::attribute::{self, Attributes};
use super::element::{self, Fate};
use super::page::Page;
use super::start::{self, Tag};

/// More open elements are left to the reader that knows how much memory it may use for them.
const MOST_OPEN: usize = 256;

/// Reads all of `html` onto `page`.
pub(super) fn read(html: &str, mut page: Page) -> Option<Page> {
    page.out.reserve(html.len());
    let mut reader = Reader { html, at: 0, page, open: Vec::with_capacity(16), attributes: Attributes::default() };
    while reader.at < html.len() {
        reader.text();
        reader.markup()?;
    }
    Some(reader.page)
}

struct Reader<'a> {
    html: &'a str,
    /// How far it is read.
    at: usize,
    page: Page,
    /// Names of elements that are not ended yet, and the ids to end them with.
    open: Vec<(&'a str, Option<u64>)>,
    /// Those of the tag that is being read.
    attributes: Attributes<'a>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.html.as_bytes()[self.at..]
    }

    /// Reads text up to the next tag.
    fn text(&mut self) {
        let length = memchr(b'<', self.rest()).unwrap_or(self.html.len() - self.at);
        if length > 0 {
            self.page.markup_text(&self.html[self.at..self.at + length]);
            self.at += length;
        }
    }

    /// Reads the tag or comment that is here, if there is one.
    fn markup(&mut self) -> Option<()> {
        match self.rest() {
            [] => Some(()),
            [_, b'/', ..] => self.end_tag(),
            [_, b'!', b'-', b'-', ..] => self.comment(),
            _ => self.start_tag(),
        }
    }

    /// The name at byte `from`: a letter, then also digits and what else `may_follow`.
    fn name(&self, from: usize, may_follow: impl Fn(u8) -> bool) -> Option<&'a str> {
        let rest = &self.html.as_bytes()[from..];
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || may_follow(byte);
        let length = rest.iter().position(|byte| !is_inner(*byte))?;
        rest[0].is_ascii_lowercase().then(|| &self.html[from..from + length])
    }

    fn start_tag(&mut self) -> Option<()> {
        let start = self.at;
        let name = self.name(start + 1, |_| false)?;
        let (fate, has_content) = plain_fate(name)?;
        self.at += 1 + name.len();
        let is_self_closing = self.attributes()?;
        if has_content && (is_self_closing || self.open.len() == MOST_OPEN) {
            return None;
        }
        let (attributes, place) = (&self.attributes, start..self.at);
        let tag = Tag { name, typed: name, attributes, drawing: None, fate, place, is_self_closing };
        let id = start::element(&mut self.page, self.html, &tag);
        if has_content {
            self.open.push((name, id));
        }
        Some(())
    }

    /// Reads attributes up to the end of the tag; whether the tag closes itself.
    fn attributes(&mut self) -> Option<bool> {
        self.attributes.clear();
        for _ in 0..=attribute::MOST {
            let blanks = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            self.at += blanks;
            match self.rest() {
                [b'>', ..] => {
                    self.at += 1;
                    return Some(false);
                }
                [b'/', b'>', ..] => {
                    self.at += 2;
                    return Some(true);
                }
                _ if blanks > 0 => self.attribute()?,
                _ => return None,
            }
        }
        None
    }

    /// Reads the attribute that is here: `name="value"`, or a name alone.
    fn attribute(&mut self) -> Option<()> {
        let name = self.name(self.at, |byte| matches!(byte, b'-' | b'_' | b':' | b'.'))?;
        self.at += name.len();
        let (quote, rest) = match self.rest() {
            [b'=', quote @ (b'"' | b'\''), rest @ ..] => (*quote, rest),
            [b'=', ..] => return None,
            _ => return self.attributes.add(name, "").then_some(()),
        };
        let length = rest.iter().position(|byte| *byte == quote || *byte == b'<').filter(|at| rest[*at] == quote)?;
        let value = &self.html[self.at + 2..self.at + 2 + length];
        self.at += length + 3;
        self.attributes.add(name, value).then_some(())
    }

    /// Ends the element of this name, and what is open in it; there may be none.
    fn end_tag(&mut self) -> Option<()> {
        let name = self.name(self.at + 2, |_| false)?;
        self.at += 2 + name.len() + 1;
        if self.html.as_bytes().get(self.at - 1) != Some(&b'>') {
            return None;
        }
        let from = self.open.iter().rposition(|(open, _)| *open == name).unwrap_or(self.open.len());
        for id in self.open.drain(from..).rev().filter_map(|(_, id)| id) {
            self.page.close(id);
        }
        Some(())
    }

    fn comment(&mut self) -> Option<()> {
        let start = self.at;
        let length = memchr(b'>', self.rest())?;
        let text = self.html[start + "<!--".len()..start + length].strip_suffix("--")?;
        let mut pairs = text.as_bytes().windows(2);
        let is_odd =
            text.starts_with(['-', '<']) || text.ends_with('-') || pairs.any(|pair| pair == b"--" || pair[1] == b'<');
        self.at += length + 1;
        (!is_odd).then(|| self.page.comment(self.html, text, start..start + length + 1))
    }
}

/// What becomes of an element, and whether it has content; `None` for one whose content is no plain HTML.
fn plain_fate(name: &str) -> Option<(Fate, bool)> {
    match element::fate(name) {
        Fate::Keep(kept) if kept != name || matches!(name, "svg" | "math") => None,
        Fate::Image if name != "img" => None,
        fate @ (Fate::Keep(_) | Fate::Player(_)) => Some((fate, true)),
        fate @ (Fate::Void(_) | Fate::Image | Fate::Source | Fate::Input) => Some((fate, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::markup::clean::page::Page;
    use crate::markup::clean::{Part, clean, clean_any, plain_html};
    use crate::markup::{entity, plain_markdown};

    fn url() -> Url {
        Url::parse("https://example.org/blog/post/").expect("a URL")
    }

    /// Both readers bring the same onto the page.
    fn check(html: &str) {
        let any = entity::without_controls(html);
        for part in [Part::Body, Part::Summary] {
            assert_eq!(clean(html, &url(), 3, part), clean_any(&any, || Page::new(&url(), 3, part)), "{html}");
        }
    }

    fn is_plain(html: &str) -> bool {
        plain_html::read(html, Page::new(&url(), 1, Part::Body)).is_some()
    }

    /// What bodies are made of.
    const USUAL: &str = "(<(p|b|div|li|ul|table|td|tr|h2 id=\"x\"|a href=\"/x\"|a href='#x' title=\"a &amp; b > c\"|a name=\"y\"|\
        figure|figcaption|sup id=\"fnref1\"|span class=\"katex-html\"|video src='v' controls|picture|pre|ol start)( |\n|)>|</(p|b|\
        div|li|ul|table|td|a|h2|sup|span|video|picture|figure|pre|br|i)>|<(br|hr|img src=\"/z.png\" alt=\"\"|img src='z'|\
        img src=\"//x\\[\"|source src=\"s\" srcset=\"t\"|input type=\"checkbox\" disabled=\"\" checked=\"\"|wbr)(| |\n|/| /)>|\
        <!--(@7|@9|more| read-more |a)-->|[a-c &;\n>/=\"'é\u{a0}\u{96}\u{0}\u{fffe}-]|&(amp|lt|#60|nbsp);){0,12}";

    /// What is not plain, or nearly not.
    const ODD: &str = "(<p( |\n|\t|\u{c}){0,2}(id=\"a\"|id='a'|id=a|ID=\"b\"|style=\"color:red\"|class=\"<b>\"|dir|onclick=\"x\"|\
        id=\"\"|name =\"c\"|/|=| ){0,3}( |/)?>|<!--(@7|@|more|a|>|-|--|!|<|\n| ){0,4}(-->|--!>|->|>)?|<(script|title|svg|math|here|\
        x-y|noscript|textarea|iframe src=\"w\"|!doctype html|\\?php|!\\[CDATA\\[|image|object data=\"d\"|base href=\"//h/\"|form|P|\
        b/| b|)/?>|</(script|title|svg|noscript|i |P|i/|)>|<|</|\u{80}){0,2}";

    fn html() -> impl proptest::strategy::Strategy<Value = String> {
        use proptest::{strategy::Strategy, string::string_regex};

        let of = |pattern| string_regex(pattern).expect("a pattern");
        (of(USUAL), of(ODD), of(USUAL)).prop_map(|(before, odd, after)| before + &odd + &after)
    }

    proptest::proptest! {
        #[test]
        fn it_is_read_as_any_html_is(html in html()) {
            check(&html);
        }

        #[test]
        fn so_is_what_comes_of_markdown(text in "(- |\n|\n\n|# |> |    |\\*|`|```|~|\\||--|---|\\[|\\]|\\(/x\\)|!\\[|\\[\\^1\\]|<b>|<!--|-->|1\\. |\\$|&|[a-c \"'é]){0,40}") {
            check(&plain_markdown(&text));
        }
    }

    #[test]
    fn nearly_all_bodies_are_plain() {
        let body = "# A\n\nb *c* [d](/e \"f\") `g<h` <i@j.k>  \nl\n\n1. m\n   - [x] n\n\n![o](p.png)\n\n> q & r --- s[^1]\n\n```t\nu<v>\n```\n\n\
                    | w | x |\n|---|:-:|\n| y | z |\n\n---\n\n[^1]: aa <span class='b'>c</span>\n\n<!--more-->\n";
        assert!(is_plain(&plain_markdown(body)), "{}", plain_markdown(body));
        for html in ["<ul>\n<li>a<li>b</ul></p>", "<!--@12--><p>a</p>", "<img src='a' />", "<pre\nclass=\"a\">b</pre>"]
        {
            assert!(is_plain(html), "{html}");
        }
        for html in [
            "<P>",
            "<p a=b>",
            "<p a =\"b\">",
            "<p a=\"<\">",
            "<p/>",
            "a < b",
            "<script></script>",
            "<!-- a",
            "<here>",
            "<p",
        ] {
            assert!(!is_plain(html), "{html}");
        }
        assert!(is_plain(&"<b>".repeat(256)) && !is_plain(&"<b>".repeat(257)));
    }
}
