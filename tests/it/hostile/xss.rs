//! Nothing in a feed runs in a reader: bodies, titles and summaries made of what attacks are made of, read as browsers read them
//! (html5ever, which is not what cleans them), and once more as they would be written out again.

use std::fs;

use scraper::{Html, Node};

use super::{FEEDS, bounded};
use crate::support::Blog;

/// Shapes of attacks: elements that run, handlers, addresses, styles, what changes its meaning when it is parsed again.
const ATTACKS: [&str; 126] = [
    // elements
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>",
    "<<script>alert(1)//<</script>",
    "<script>alert(1)",
    "<script src=data:,alert(1)>",
    "<\u{0}script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc=\"<script>alert(1)</script>\">",
    "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'>",
    "<object data=javascript:alert(1)>",
    "<object data=\"data:text/html;base64,PHNjcmlwdD4=\"></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x>",
    "<base href=javascript:alert(1)//>",
    "<base href=//evil.example/><a href=x>a</a>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<meta http-equiv=set-cookie content=x>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=import href=data:text/html,x>",
    "<frameset onload=alert(1)>",
    "<frame src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<form id=a></form><button form=a formaction=javascript:alert(1)>b",
    "<isindex action=javascript:alert(1) type=image>",
    "<input type=image src=x onerror=alert(1)>",
    "<keygen onfocus=alert(1) autofocus>",
    "<dialog open onclose=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<slot onslotchange=alert(1)>",
    "<portal src=javascript:alert(1)>",
    "<fencedframe src=//evil.example>",
    // handlers
    "<img src=x onerror=alert(1)>",
    "<img src=x OnErRoR=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<img src=x \u{c}onerror=alert(1)>",
    "<img src='x'onerror=alert(1)>",
    "<img \"\"\"><script>alert(1)</script>\">",
    "<img src=`x`onerror=alert(1)>",
    "<img src=x:x onerror=\"&#97;lert(1)\">",
    "<img src=x onerror=alert&lpar;1&rpar;>",
    "<body onload=alert(1)>",
    "<div onmouseover='alert(1)'>a</div>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<video poster=javascript:alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>a</marquee>",
    "<p onclick=alert(1) title=\"a\">a",
    "<b onpointerenter=alert(1)>a</b>",
    "<a onx=1 onfocus=alert(1) tabindex=1>a</a>",
    "<x onclick=alert(1)>a",
    "<a href=# on\u{0}click=alert(1)>a",
    "<table background=javascript:alert(1)>",
    "<td background=\"javascript:alert(1)\">",
    "<img src=x data-x=\"'onerror=alert(1) '\">",
    // addresses
    "<a href=javascript:alert(1)>a</a>",
    "<a href=JaVaScRiPt:alert(1)>a</a>",
    "<a href=\"java\tscript:alert(1)\">a</a>",
    "<a href=\"java\nscript:alert(1)\">a</a>",
    "<a href=\" javascript:alert(1)\">a</a>",
    "<a href=\"\u{1}javascript:alert(1)\">a</a>",
    "<a href=\"&#106;avascript:alert(1)\">a</a>",
    "<a href=\"&#x6A&#x61&#x76&#x61script:alert(1)\">a</a>",
    "<a href=\"javascript&colon;alert(1)\">a</a>",
    "<a href=\"javascript&#58alert(1)\">a</a>",
    "<a href=\"java&Tab;script:alert(1)\">a</a>",
    "<a href=\"java&NewLine;script:alert(1)\">a</a>",
    "<a href=\"\u{feff}javascript:alert(1)\">a</a>",
    "<a href=vbscript:x>a</a>",
    "<a href=data:text/html,<script>alert(1)</script>>a</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">a</a>",
    "<a href=livescript:x>a</a>",
    "<a href=mocha:x>a</a>",
    "<a href=blob:x>a</a>",
    "<a href=view-source:javascript:x>a</a>",
    "<a href=feed:javascript:alert(1)>a</a>",
    "<img src=javascript:alert(1)>",
    "<img src=\"data:image/svg+xml,<svg onload=alert(1)>\">",
    "<img srcset=\"javascript:alert(1) 1x\">",
    "<img lowsrc=javascript:alert(1)>",
    "<img dynsrc=javascript:alert(1)>",
    "<blockquote cite=javascript:alert(1)>a</blockquote>",
    "<q cite=\"javascript:alert(1)\">a</q>",
    "<a ping=javascript:alert(1) href=/a>a</a>",
    "<a xlink:href=javascript:alert(1)>a</a>",
    // Markdown
    "[a](javascript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a](JAVASCRIPT:alert(1))",
    "[a](java&#x73;cript:alert(1))",
    "[a](javascript&colon;alert(1))",
    "[a]( javascript:alert\\(1\\))",
    "![a](javascript:alert(1))",
    "![a\" onerror=\"alert(1)](x)",
    "[a](x \"b\\\" onclick=\\\"alert(1)\")",
    "<javascript:alert(1)>",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "![x](data:text/html,x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "```\"><script>alert(1)</script>\na\n```",
    "# a {#b onclick=alert(1)}",
    "a\n{: onclick=\"alert(1)\" style=\"x:expression(1)\"}",
    // foreign content and mutation
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>a</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></svg>",
    "<svg><use href=\"data:image/svg+xml,x#a\"/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">",
    "<math><a xlink:href=javascript:alert(1)>a</a></math>",
    "<math href=javascript:alert(1)>a</math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><a title=\"</title><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<!--><img src=x onerror=alert(1)>-->",
    // styles
    "<style>@import 'javascript:alert(1)';</style>",
    "<p style=\"background:url(javascript:alert(1))\">a</p>",
    "<p style=\"width:expression(alert(1))\">a</p>",
    "<p style=\"-moz-binding:url(//evil.example/x)\">a</p>",
    "<p style=\"behavior:url(x.htc)\">a</p>",
    "<p style=\"position:fixed;top:0;left:0;width:100%;height:100%\">a</p>",
];

/// Elements that readers may be given.
const HARMLESS: &str = " html body head a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup data dd del details dfn div dl dt em \
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hr html i img ins kbd li main mark nav ol p picture pre q rp rt ruby s samp section small source \
    span strike strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr center font big center math mtext mi mo mn mrow mglyph svg use g path text rect circle foreignobject input ";

/// What a text of HTML holds that could run, or lead where it must not.
fn dangers(html: &str) -> Vec<String> {
    let document = Html::parse_fragment(html);
    let mut found = Vec::new();
    for node in document.tree.nodes() {
        let Node::Element(element) = node.value() else { continue };
        if !HARMLESS.contains(&format!(" {} ", element.name())) {
            found.push(format!("<{}>", element.name()));
        }
        for (name, value) in element.attrs() {
            let plain: String =
                value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_lowercase();
            let scheme = plain
                .split_once(':')
                .map(|(scheme, _)| scheme)
                .filter(|scheme| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)));
            let is_address =
                ["href", "src", "cite", "poster", "action", "data", "background", "longdesc"].contains(&name);
            let is_picture = plain.starts_with("data:image/") && !plain.starts_with("data:image/svg");
            let leads = scheme.is_none_or(|scheme| {
                ["http", "https", "mailto", "tel", "feed", "geo", "sms", "xmpp", "irc", "ircs", "magnet"]
                    .contains(&scheme)
            }) || is_picture;
            let is_styled = ["url(", "expression", "binding", "behavior", "position", "@import", "javascript"]
                .iter()
                .any(|word| plain.contains(word));
            let is_bad =
                name.starts_with("on") || ["srcdoc", "formaction", "ping", "xlink:href", "http-equiv"].contains(&name);
            if is_bad
                || (is_address && !leads)
                || (name == "style" && is_styled)
                || (name == "srcset" && plain.split(',').any(|one| one.starts_with("javascript")))
            {
                found.push(format!("{}={name}: {value}", element.name()));
            }
        }
    }
    found
}

/// The same of what a reader that writes it out again would show.
fn all_dangers(html: &str) -> Vec<String> {
    let again = Html::parse_fragment(html).root_element().inner_html();
    let once_more = Html::parse_fragment(&again).root_element().inner_html();
    [html, &again, &once_more].into_iter().flat_map(dangers).collect()
}

#[test]
fn what_is_looked_for_is_seen() {
    let seen = ATTACKS.iter().filter(|attack| attack.starts_with('<') && !all_dangers(attack).is_empty()).count();
    let html = ATTACKS.iter().filter(|attack| attack.starts_with('<')).count();
    assert!(seen * 10 >= html * 8, "{seen} of {html} attacks are seen as they are written");
    assert!(
        all_dangers("<p style=\"color: red\">a <a href=\"https://e.org/\" title=\"onclick=x\">b</a></p>").is_empty()
    );
}

#[test]
fn nothing_in_a_feed_runs_in_a_reader() {
    for dialect in super::case::DIALECTS {
        let more = format!(
            "posts: {{path: posts, dialect: {dialect}}}\nfeeds: [{{path: rss.xml, limit: all}}, {{path: atom.xml, limit: all}}, {{path: feed.json, limit: all}}]\n"
        );
        let mut blog = Blog::new().configured(&more);
        for (number, attack) in ATTACKS.iter().enumerate() {
            let quoted = serde_json::to_string(attack).expect("JSON");
            let front = format!(
                "---\ntitle: {quoted}\ndate: 2024-01-01\nsummary: {quoted}\nauthor: {quoted}\ntags: [{quoted}]\n---\n\n"
            );
            blog = blog
                .post(&format!("2024-01-01-a{number}.md"), format!("{front}before {attack} behind\n"))
                .post(&format!("2024-01-01-b{number}.md"), format!("{front}{attack}\n\nbehind\n"))
                .post(&format!("2024-01-01-c{number}.html"), format!("{front}<div>{attack}</div>\n"));
        }
        let run = bounded::run(&blog.path(""), &["--once"]);
        assert!(matches!(run.code, Some(0 | 1)), "{run:#?}");
        let texts = texts_of(&blog);
        assert!(texts.len() > 6 * ATTACKS.len(), "{dialect}: only {} texts were found", texts.len());
        let wrong: Vec<String> = texts
            .iter()
            .flat_map(|(at, text)| all_dangers(text).into_iter().map(move |danger| format!("{at}: {danger} in {text}")))
            .collect();
        assert!(wrong.is_empty(), "{dialect}: {} dangers:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// Every text of the feeds that is HTML. Titles are plain text in all three formats.
fn texts_of(blog: &Blog) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for feed in FEEDS {
        let text = fs::read_to_string(blog.path("public").join(feed)).expect("a feed");
        if feed == "feed.json" {
            let feed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let items = feed["items"].as_array().expect("items").clone();
            let html = items.iter().filter_map(|item| item["content_html"].as_str());
            texts.extend(html.map(|html| ("feed.json: content_html".to_owned(), html.to_owned())));
            continue;
        }
        let document = roxmltree::Document::parse(&text).expect("XML");
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let (name, kind) = (node.tag_name().name(), node.attribute("type"));
            let is_html = kind == Some("html") || (feed == "rss.xml" && ["description", "encoded"].contains(&name));
            if let Some(text) = node.text().filter(|_| is_html) {
                texts.push((format!("{feed}: {name}"), text.to_owned()));
            }
            if let Some(address) = node.attribute("href").or(node.attribute("url")) {
                assert!(address.starts_with("http") || address.starts_with("mailto:"), "{feed}: {name}: {address}");
            }
        }
    }
    texts
}
