//! A post put among many others, and taken out again: the cost must not grow with their number.

use criterion::Criterion;
use feedwright::post::Post;
use feedwright::site::Site;

use crate::samples;

const SIZES: [usize; 2] = [1_000, 100_000];

pub fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("index");
    for size in SIZES {
        let mut index = None; // made only when it is asked for
        group.bench_function(format!("one of {size}"), |bencher| {
            let (site, post) = index.get_or_insert_with(|| filled(size));
            bencher.iter(|| replace(site, post));
        });
    }
    group.finish();
}

/// All that is known here of how the index is used: a site of so many posts, and one in the midst of them.
fn filled(size: usize) -> (Site, Post) {
    let now = "2026-01-01T00:00:00Z".parse().expect("an instant");
    let mut site = Site::new(None, now);
    let mut chosen = None;
    for (number, post) in samples::posts(size).enumerate() {
        if number == size / 2 {
            chosen = Some(post.clone());
        }
        site.put(&post);
    }
    site.take_touched();
    (site, chosen.expect("a post"))
}

/// A change as the service sees one: the post goes and comes, and the groups that it touched are taken.
fn replace(site: &mut Site, post: &Post) {
    site.remove(&post.path);
    site.put(post);
    std::hint::black_box(site.take_touched());
}
