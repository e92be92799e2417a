//! What each stage of a build costs by itself, through the rooms' public faces: `cargo bench --bench stages [NAME]`.
//!
//! - `samples`: posts, bodies and feeds to measure with
//! - `reading`: a file -> a post, by dialect and by permalink
//! - `bodies`: a body -> HTML, whole and by passes
//! - `feeds`: a feed -> bytes, and those read again
//! - `index`: a post put among many others

mod bodies;
mod feeds;
mod index;
mod reading;
mod samples;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(30)
        .nresamples(10_000)
        .configure_from_args();
    reading::measure(&mut criterion);
    bodies::measure(&mut criterion);
    feeds::measure(&mut criterion);
    index::measure(&mut criterion);
    criterion.final_summary();
}
