//! What each kind of server is told, and what its answer means.
//!
//! `WebSub` leaves it open how a publisher tells a hub; what all public hubs take is `hub.mode=publish` of
//! `PubSubHubbub` 0.4 §7. rssCloud servers take `url=`, and directories `weblogUpdates.extendedPing` of XML-RPC.

use quick_xml::escape::escape;
use url::{Url, form_urlencoded};

use super::Target;

/// What directories are told of the blog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blog {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Url,
}

/// The body of a POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// All of it.
    pub body: String,
}

/// What somebody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// Of HTTP.
    pub status: u16,
    /// All of it.
    pub body: &'a [u8],
}

const FORM: &str = "application/x-www-form-urlencoded";

/// What `target` is told of `topic`.
#[must_use]
pub fn words(target: &Target, topic: &Url, blog: &Blog) -> Words {
    let form = |pairs: &[(&str, &str)]| {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Words { content_type: FORM, body }
    };
    match target {
        // The second name is of hubs that do not know the first.
        Target::Hub(_) => form(&[("hub.mode", "publish"), ("hub.url", topic.as_str()), ("hub.topic", topic.as_str())]),
        Target::Cloud(_) => form(&[("url", topic.as_str())]),
        Target::Directory(_) => Words { content_type: "text/xml; charset=utf-8", body: ping(topic, blog) },
    }
}

/// `weblogUpdates.extendedPing` with the name of the blog, its address, the page to look at, and its feed.
fn ping(topic: &Url, blog: &Blog) -> String {
    let parameters = [blog.title.as_str(), blog.url.as_str(), blog.url.as_str(), topic.as_str()];
    let parameter = |text: &str| {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        format!("<param><value><string>{}</string></value></param>", escape(text.as_str()))
    };
    let parameters: String = parameters.into_iter().map(parameter).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<methodCall><methodName>weblogUpdates.extendedPing</methodName>\
         <params>{parameters}</params></methodCall>\n"
    )
}

/// Whether `target` took it; else why not, for people.
///
/// # Errors
/// When it says that it did not.
pub fn read_answer(target: &Target, answer: Answer) -> Result<(), String> {
    let text = String::from_utf8_lossy(answer.body);
    if !(200..300).contains(&answer.status) {
        return Err(match excerpt(&text) {
            said if said.is_empty() => format!("it answers {}", answer.status),
            said => format!("it answers {}: {said}", answer.status),
        });
    }
    match target {
        // An attribute or, in newer servers, JSON.
        Target::Cloud(_) if text.contains("success=\"false\"") || text.contains("\"success\":false") => {
            Err(format!("it answers: {}", excerpt(&text)))
        }
        Target::Hub(_) | Target::Cloud(_) => Ok(()),
        Target::Directory(_) => read_ping(&text),
    }
}

/// The answer of a directory: a struct with `flerror` and `message`, or a fault.
fn read_ping(text: &str) -> Result<(), String> {
    let document = roxmltree::Document::parse(text).map_err(|_| format!("it answers no XML-RPC: {}", excerpt(text)))?;
    let member = |name: &str| {
        let named = |node: &roxmltree::Node| {
            node.has_tag_name("member")
                && node.children().any(|part| part.has_tag_name("name") && part.text().map(str::trim) == Some(name))
        };
        let value = document.descendants().find(named)?.children().find(|part| part.has_tag_name("value"))?;
        Some(value.descendants().filter_map(|part| part.is_text().then(|| part.text()).flatten()).collect::<String>())
    };
    let fault = member("faultString");
    let is_error = member("flerror").is_some_and(|flag| matches!(flag.trim(), "1" | "true"));
    match fault.or_else(|| is_error.then(|| member("message").unwrap_or_default())) {
        Some(message) => Err(format!("it refuses: {}", excerpt(&message))),
        None => Ok(()),
    }
}

/// The beginning, on one line.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 160;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn target(kind: fn(Url) -> Target) -> Target {
        kind(url("https://there.example/"))
    }

    fn blog(title: &str) -> Blog {
        Blog { title: title.to_owned(), url: url("https://example.org/") }
    }

    #[test]
    fn each_kind_is_told_in_its_own_words() {
        let topic = url("https://example.org/a.xml?x=1&y");
        let said = |kind| words(&target(kind), &topic, &blog("Q&A <b>\u{7}")).body;
        let coded = "https%3A%2F%2Fexample.org%2Fa.xml%3Fx%3D1%26y";
        assert_eq!(said(Target::Hub), format!("hub.mode=publish&hub.url={coded}&hub.topic={coded}"));
        assert_eq!(said(Target::Cloud), format!("url={coded}"));
        let ping = said(Target::Directory);
        let document = roxmltree::Document::parse(&ping).unwrap();
        let strings = document.descendants().filter(|node| node.has_tag_name("string"));
        let strings: Vec<&str> = strings.map(|node| node.text().unwrap()).collect();
        assert_eq!(strings, ["Q&A <b>", "https://example.org/", "https://example.org/", topic.as_str()]);
    }

    #[test]
    fn answers_are_read_as_each_kind_gives_them() {
        let read = |kind, status, body: &str| read_answer(&target(kind), Answer { status, body: body.as_bytes() });
        assert_eq!(read(Target::Hub, 204, ""), Ok(()));
        assert_eq!(read(Target::Hub, 400, "no\n  such topic"), Err("it answers 400: no such topic".to_owned()));
        assert_eq!(read(Target::Cloud, 200, r#"<result success="true" msg="Thanks"/>"#), Ok(()));
        assert!(read(Target::Cloud, 200, r#"<result success="false" msg="No"/>"#).unwrap_err().contains("No"));
        assert!(read(Target::Cloud, 200, r#"{"success":false,"msg":"No"}"#).is_err());
        let answer = |flag: &str| {
            let member = |name, value: &str| format!("<member><name>{name}</name><value>{value}</value></member>");
            let members = member("flerror", flag) + &member("message", "<string>Not <![CDATA[now]]></string>");
            format!(
                "<methodResponse><params><param><value><struct>{members}</struct></value></param></params></methodResponse>"
            )
        };
        assert_eq!(read(Target::Directory, 200, &answer("<boolean>0</boolean>")), Ok(()));
        for flag in ["<boolean>1</boolean>", "<boolean>\n1\n</boolean>", "1"] {
            assert_eq!(read(Target::Directory, 200, &answer(flag)), Err("it refuses: Not now".to_owned()), "{flag}");
        }
        assert!(read(Target::Directory, 200, "<html>").unwrap_err().starts_with("it answers no XML-RPC"));
    }

    proptest! {
        #[test]
        fn whatever_is_answered_is_told_on_one_short_line(status in 100u16..600, body: Vec<u8>, kind in 0..3usize) {
            let kinds: [fn(Url) -> Target; 3] = [Target::Hub, Target::Cloud, Target::Directory];
            if let Err(reason) = read_answer(&target(kinds[kind]), Answer { status, body: &body }) {
                prop_assert!(reason.chars().count() < 250 && !reason.contains(['\n', '\r', '\u{1b}']), "{reason:?}");
            }
        }

        #[test]
        fn any_title_makes_a_whole_ping(title: String) {
            let said = words(&target(Target::Directory), &url("https://example.org/a"), &blog(&title)).body;
            prop_assert!(roxmltree::Document::parse(&said).is_ok(), "{said}");
        }
    }
}
