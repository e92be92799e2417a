//! A file -> a post: text, front matter, dates, URL, id.

use criterion::Criterion;
use feedwright::config::Dialect;
use feedwright::generator::Generator;
use feedwright::post;

use crate::samples;

/// As blogs have them, from none to many placeholders.
const PERMALINKS: [&str; 3] = ["/notes/", "/:year/:month/:day/:title/", "/:categories/:year/W:week/:slug:output_ext"];

pub fn measure(criterion: &mut Criterion) {
    by_dialect(criterion);
    by_permalink(criterion);
    checks(criterion);
}

fn by_dialect(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("post::parse");
    for (dialect, name, front) in samples::POSTS {
        let (config, generator) = (samples::config(dialect, None), Generator::silent(dialect));
        let file = samples::file(name, &format!("{front}\n{}", samples::body()));
        group.bench_function(format!("{dialect:?}").to_lowercase(), |bencher| {
            bencher.iter(|| samples::parse(&file, &config, &generator));
        });
    }
    group.finish();
}

/// Little else than the URL is to be made of these.
fn by_permalink(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("permalink");
    let generator = Generator::silent(Dialect::Commonmark);
    let file = samples::file("rain.md", "---\ntitle: Rain\ndate: 2024-03-09\ncategories: [a b, c]\n---\n\nRain.\n");
    for pattern in PERMALINKS {
        let config = samples::config(Dialect::Commonmark, Some(pattern));
        group.bench_function(pattern.replace('/', " ").trim(), |bencher| {
            bencher.iter(|| samples::parse(&file, &config, &generator));
        });
    }
    group.finish();
}

fn checks(criterion: &mut Criterion) {
    criterion.bench_function("check_permalink", |bencher| bencher.iter(|| post::check_permalink(PERMALINKS[2])));
}
