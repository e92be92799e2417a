//! What becomes of each element of HTML.

/// What becomes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Stays, under this name.
    Keep(&'static str),
    /// Stays; never has content.
    Void(&'static str),
    /// Goes; its content stays.
    Unwrap,
    /// Goes with its content.
    Drop,
    /// A picture.
    Image,
    /// One choice of a `picture`, `video` or `audio`.
    Source,
    /// `video` or `audio`.
    Player(&'static str),
    /// A page within the page.
    Frame,
    /// A plug-in.
    Embed,
    /// What is shown where scripts do not run: perhaps the true picture of a lazy one.
    NoScript,
    /// A script; perhaps a formula.
    Script,
    /// What relative references resolve against from here on.
    Base,
    /// A control of a form; a box to tick is shown as one.
    Input,
    /// Not HTML at all: what was meant as text, such as `Vec<T>`.
    Unknown,
}

/// A function from names to themselves: a `match`, which compares far less than a search in a list.
macro_rules! names {
    ($(#[$meta:meta])* $function:ident: $($name:literal)*) => {
        $(#[$meta])*
        fn $function(name: &str) -> Option<&'static str> {
            match name {
                $($name => Some($name),)*
                _ => None,
            }
        }
    };
}

names! {
    /// What stays as it is, by name.
    kept:
    "a" "abbr" "acronym" "address" "article" "aside" "b" "bdi" "bdo" "big" "blockquote" "caption" "center" "cite"
    "code" "colgroup" "data" "dd" "del" "details" "dfn" "dir" "div" "dl" "dt" "em" "figcaption" "figure" "font"
    "footer" "h1" "h2" "h3" "h4" "h5" "h6" "header" "hgroup" "i" "ins" "kbd" "li" "main" "mark" "math" "menu"
    "meter" "nav" "ol" "output" "p" "picture" "pre" "progress" "q" "rp" "rt" "ruby" "s" "samp" "section" "small"
    "span" "strike" "strong" "sub" "summary" "sup" "svg" "table" "tbody" "td" "tfoot" "th" "thead" "time" "tr" "tt"
    "u" "ul" "var"
}

/// The fate of an element of HTML by its lower-case name.
#[must_use]
pub fn fate(name: &str) -> Fate {
    if let Some(kept) = kept(name) {
        return Fate::Keep(kept);
    }
    match name {
        "form" | "fieldset" | "dialog" | "search" => Fate::Keep("div"),
        "xmp" | "listing" => Fate::Keep("pre"),
        "legend" => Fate::Keep("p"),
        "br" => Fate::Void("br"),
        "hr" => Fate::Void("hr"),
        "wbr" => Fate::Void("wbr"),
        "col" => Fate::Void("col"),
        "img" | "image" => Fate::Image,
        "source" => Fate::Source,
        "video" => Fate::Player("video"),
        "audio" => Fate::Player("audio"),
        "iframe" => Fate::Frame,
        "embed" => Fate::Embed,
        "noscript" => Fate::NoScript,
        "script" => Fate::Script,
        "base" => Fate::Base,
        "input" => Fate::Input,
        "style" | "title" | "template" | "noembed" | "noframes" | "link" | "meta" | "param" | "area" | "track"
        | "frame" | "basefont" | "bgsound" | "keygen" | "datalist" => Fate::Drop,
        "html" | "head" | "body" | "label" | "button" | "select" | "option" | "optgroup" | "textarea" | "object"
        | "applet" | "canvas" | "map" | "marquee" | "blink" | "nobr" | "slot" | "portal" | "frameset" | "plaintext"
        | "multicol" | "command" | "rb" | "rtc" => Fate::Unwrap,
        _ if name.contains(['-', ':']) => Fate::Unwrap,
        _ => Fate::Unknown,
    }
}

/// Elements of SVG and `MathML` that only draw, in lower case and sorted.
const DRAWN: &[&str] = &[
    "a",
    "circle",
    "clippath",
    "defs",
    "desc",
    "ellipse",
    "g",
    "line",
    "lineargradient",
    "maction",
    "marker",
    "mask",
    "math",
    "menclose",
    "merror",
    "mfenced",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "none",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialgradient",
    "rect",
    "semantics",
    "stop",
    "svg",
    "switch",
    "symbol",
    "text",
    "textpath",
    "title",
    "tspan",
    "use",
];

/// What is drawn within a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// SVG.
    Picture,
    /// `MathML`.
    Formula,
}

impl Drawing {
    /// The one that an element begins.
    #[must_use]
    pub fn begun_by(name: &str) -> Option<Self> {
        match name {
            "svg" => Some(Self::Picture),
            "math" => Some(Self::Formula),
            _ => None,
        }
    }

    /// Whether HTML stands in its elements of this name (HTML, integration points).
    #[must_use]
    pub fn holds_html_in(self, name: &str) -> bool {
        let points: &[&str] = match self {
            Self::Picture => &["desc", "title", "foreignobject"],
            Self::Formula => &["mi", "mo", "mn", "ms", "mtext", "annotation-xml"],
        };
        points.iter().any(|point| name.eq_ignore_ascii_case(point))
    }
}

/// The fate of an element of SVG or `MathML` by its lower-case name.
#[must_use]
pub fn fate_in_drawing(name: &str) -> Fate {
    match DRAWN.binary_search(&name) {
        Ok(at) => Fate::Keep(DRAWN[at]),
        Err(_) if matches!(name, "script" | "style" | "iframe" | "annotation" | "annotation-xml" | "metadata") => {
            Fate::Drop
        }
        Err(_) => Fate::Unwrap,
    }
}

/// Whether an element has no end tag.
#[must_use]
pub fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "image"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Whether the start of `next` ends an open `open` whose end tag may be left out (HTML §13.1.2.4).
#[must_use]
pub fn ends(next: &str, open: &str) -> bool {
    match open {
        "p" => ends_paragraph(next),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "thead" | "tfoot"),
        "tbody" | "thead" | "tfoot" => matches!(next, "tbody" | "thead" | "tfoot"),
        "colgroup" => matches!(next, "tbody" | "thead" | "tfoot" | "tr"),
        "rt" | "rp" => matches!(next, "rt" | "rp"),
        _ => false,
    }
}

/// Elements that cannot be in a paragraph.
fn ends_paragraph(next: &str) -> bool {
    matches!(
        next,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "dd"
            | "figcaption"
            | "figure"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Whether a paragraph in this element is one of the text's own, and not of a quotation, list or table.
#[must_use]
pub fn carries_the_text(name: &str) -> bool {
    matches!(name, "div" | "section" | "article" | "main" | "center" | "span" | "font" | "header" | "hgroup")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_stays() {
        for name in
            ["script", "iframe", "object", "embed", "style", "link", "meta", "base", "form", "input", "template"]
        {
            assert!(!matches!(fate(name), Fate::Keep(kept) if kept == name), "{name}");
        }
    }

    #[test]
    fn text_in_angles_is_told_from_elements() {
        assert_eq!(fate("here"), Fate::Unknown);
        assert_eq!(fate("t"), Fate::Unknown);
        assert_eq!(fate("my-widget"), Fate::Unwrap);
        assert_eq!(fate("strong"), Fate::Keep("strong"));
    }

    #[test]
    fn drawings_only_draw() {
        assert!(DRAWN.is_sorted());
        for name in ["script", "foreignobject", "base", "animate", "set", "image", "style"] {
            assert!(!matches!(fate_in_drawing(name), Fate::Keep(_)), "{name}");
        }
    }
}
