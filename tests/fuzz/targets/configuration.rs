//! Any text as a configuration and as an ids file: it is one, or each problem has a text.

#![no_main]

use std::path::Path;

use feedwright::config::{self, Dialect, Surroundings};
use feedwright::post;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let around = Surroundings {
        name: "feedwright.yaml",
        folder: Path::new("/blog"),
        judge: &|_| Dialect::Jekyll,
        permalink: &post::default_permalink,
        check_permalink: &post::check_permalink,
    };
    let told = [config::parse(text, around).err(), config::parse_ids(text, "ids.yaml", &post::valid_id).err()];
    for problem in told.into_iter().flatten().flatten() {
        assert!(!problem.message.is_empty());
    }
});
