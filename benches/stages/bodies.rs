//! A body -> HTML: all passes, and as few of them as a body can be made to need.

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use feedwright::config::Dialect;
use feedwright::markup;
use feedwright::post::Markup;

use crate::samples::{self, Renderer};

pub fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("markup::render");
    for (dialect, ..) in samples::POSTS {
        let name = format!("{dialect:?}").to_lowercase();
        of(&mut group, &name, &Renderer::of(dialect), &samples::body(), Markup::Markdown);
    }
    group.finish();
    passes(criterion);
}

/// The attribute lists: what `with` takes more than `without`. The HTML pass: a body that is HTML needs no other.
fn passes(criterion: &mut Criterion) {
    let renderer = Renderer::of(Dialect::Jekyll);
    let html = renderer.render(&samples::body(), Markup::Markdown).html;
    let mut group = criterion.benchmark_group("passes");
    of(&mut group, "without attribute lists", &renderer, &samples::body(), Markup::Markdown);
    of(&mut group, "with attribute lists", &renderer, &samples::body_with_attributes(), Markup::Markdown);
    of(&mut group, "the HTML pass", &renderer, &html, Markup::Html);
    group.throughput(Throughput::Bytes(html.len() as u64));
    group.bench_function("HTML to text", |bencher| bencher.iter(|| markup::html_to_text(&html)));
    group.finish();
}

fn of(group: &mut BenchmarkGroup<WallTime>, name: &str, renderer: &Renderer, text: &str, markup: Markup) {
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(name, |bencher| bencher.iter(|| renderer.render(text, markup)));
}
