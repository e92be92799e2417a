//! A feed of twenty entries -> bytes, and those read again as a stranger would; once more where no entry is new.

use criterion::{Criterion, Throughput};
use feedwright::config::Format;
use feedwright::feed::{self, Verifier};

use crate::samples;

const FORMATS: [(&str, Format); 3] = [("rss", Format::Rss), ("atom", Format::Atom), ("json", Format::Json)];

pub fn measure(criterion: &mut Criterion) {
    let sample = samples::feed(20);
    let mut group = criterion.benchmark_group("feed::write");
    for (name, format) in FORMATS {
        group.throughput(Throughput::Bytes(feed::write(&sample, format).len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| feed::write(&sample, format)));
    }
    group.finish();
    let mut group = criterion.benchmark_group("feed::verify");
    for (name, format) in FORMATS {
        let bytes = feed::write(&sample, format);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| feed::verify(&bytes, format).expect("a valid feed")));
    }
    group.finish();
    let mut group = criterion.benchmark_group("feed::Verifier, entries known");
    for (name, format) in FORMATS {
        let (bytes, verifier) = (feed::write(&sample, format), Verifier::default());
        verifier.verify(&bytes, format).expect("a valid feed");
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| verifier.verify(&bytes, format).expect("a valid feed")));
    }
    group.finish();
}
