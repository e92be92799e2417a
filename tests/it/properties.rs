use feedwright::config::{self, Dialect};
use feedwright::feed;
use proptest::prelude::*;

use crate::in_memory::{NEIGHBOUR, build, neighbour_of};

fn holds_whatever_stands_beside(bytes: Vec<u8>, dialect: Dialect) -> Result<(), TestCaseError> {
    let alone = build(&[("n.md", NEIGHBOUR.into())], dialect);
    let together = build(&[("2024-03-04-any.md", bytes), ("n.md", NEIGHBOUR.into())], dialect);
    prop_assert_eq!(together.len(), 3);
    for (alone, together) in alone.iter().zip(&together) {
        let format = [config::Format::Rss, config::Format::Atom, config::Format::Json];
        let format = format[usize::from(together.path.as_bytes()[0] - b'a')];
        prop_assert_eq!(feed::verify(&together.bytes, format), Ok(()));
        prop_assert_eq!(neighbour_of(alone), neighbour_of(together));
    }
    Ok(())
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop_oneof![
        Just(Dialect::Jekyll),
        Just(Dialect::Hugo),
        Just(Dialect::Zola),
        Just(Dialect::Eleventy),
        Just(Dialect::Pelican),
        Just(Dialect::Commonmark)
    ]
}

/// Pieces that posts are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("---\n"),
        Just("+++\n"),
        Just("{\n"),
        Just("title: "),
        Just("date: 2024-02-03\n"),
        Just("tags: [a, \"b\n"),
        Just("\r\n"),
        Just("\t"),
        Just("\u{feff}"),
        Just("{:.c #i k=\"v\"}"),
        Just("{::nomarkdown}"),
        Just("{:/}"),
        Just("`"),
        Just("```\n"),
        Just("~~~"),
        Just("$$"),
        Just("[^1]"),
        Just("[^1]: x\n"),
        Just("> "),
        Just("* "),
        Just("1. "),
        Just("| a | b |\n|---|---|\n"),
        Just("<script>"),
        Just("</div>"),
        Just("<img src=x onerror=y>"),
        Just("<iframe src=//e>"),
        Just("]]>"),
        Just("<!--"),
        Just("-->"),
        Just("<!--more-->"),
        Just("&amp"),
        Just("&#0;"),
        Just("\u{0}"),
        Just("\u{b}"),
        Just("\u{fffe}"),
        Just("\u{202e}"),
        Just("𝒳"),
        Just("![a](/b c)"),
        Just("[x](javascript:y)"),
        Just("{% raw %}"),
        Just("{{< x >}}"),
        Just("{{ x(a=[1], b=\"c\") }}"),
        Just("{% x() %}"),
        Just("{% end %}"),
        Just("{% for i in (1..9) %}"),
        Just("{% endfor %}"),
        Just("{{ page.title | replace: 'A', 'AA' }}"),
        Just("{{ -9223372036854775808 | divided_by: -1 }}"),
        Just("[[a|b]]"),
        Just("%%"),
        Just("{filename}a.md"),
        Just("Title: x\n"),
        Just("*[a]: b\n"),
        Just("word "),
        Just("\n\n"),
        Just(": def\n"),
        Just("{#id}"),
        Just("<p"),
        Just("\\"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    // 256 cases each; `PROPTEST_CASES` says how many the long form tries
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn any_bytes_are_a_post_that_harms_no_other(bytes in proptest::collection::vec(any::<u8>(), 0..400), dialect in dialect()) {
        holds_whatever_stands_beside(bytes, dialect)?;
    }

    #[test]
    fn any_text_is_a_post_that_harms_no_other(text in "(---\n)?.{0,200}(\n---\n)?(.|\n){0,300}", dialect in dialect()) {
        holds_whatever_stands_beside(text.into_bytes(), dialect)?;
    }

    #[test]
    fn any_pieces_of_posts_are_a_post_that_harms_no_other(text in pieces(), dialect in dialect()) {
        holds_whatever_stands_beside(text.into_bytes(), dialect)?;
    }

    #[test]
    fn any_body_behind_good_front_matter_is_published(body in pieces(), dialect in dialect()) {
        let post = format!("---\ntitle: Any\ndate: 2024-03-04\n---\n\n{body}");
        let artifacts = build(&[("any.md", post.into_bytes())], dialect);
        prop_assert!(artifacts.iter().all(|artifact| String::from_utf8_lossy(&artifact.bytes).contains("https://example.org/")));
        let feed: serde_json::Value = serde_json::from_slice(&artifacts[2].bytes).expect("JSON");
        prop_assert_eq!(feed["items"].as_array().map(Vec::len), Some(1));
    }
}
