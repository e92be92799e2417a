#!/usr/bin/env python3
"""Reads the metrics of a build and of a service with prometheus_client, and says what is wrong with them.

    metrics.py BINARY DIR     DIR is made anew, and is where the blog is
"""
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

OUTPUT = 'public "of" \\ours\\new'
BUILD = {"feedwright_build_info", "feedwright_posts", "feedwright_feeds", "feedwright_problems",
         "feedwright_last_publication_timestamp_seconds", "feedwright_next_due_timestamp_seconds"}
SERVICE = BUILD | {"feedwright_up", "feedwright_start_time_seconds", "feedwright_publications",
                   "feedwright_publication_duration_seconds", "feedwright_watcher", "feedwright_configuration_current",
                   "feedwright_trouble", "feedwright_last_error_timestamp_seconds"}


def read(file, output):
    """The samples by name and labels, and the names of the families."""
    families = list(text_string_to_metric_families(file.read_text(encoding="utf-8")))
    samples = {}
    for family in families:
        assert family.documentation and family.type in ("gauge", "counter", "summary"), f"{family.name}: {family.type}"
        for sample in family.samples:
            labels = dict(sample.labels)
            assert labels.pop("output") == output, f"{sample} is of another output"
            key = (sample.name, *labels.values())
            assert key not in samples, f"{key} twice"
            samples[key] = sample.value
    return samples, {family.name for family in families}


def wait_for(what, is_so, process):
    deadline = time.monotonic() + 60
    while not is_so():
        assert process.poll() is None and time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.01)


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 64
    binary, blog = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    shutil.rmtree(blog, ignore_errors=True)
    (blog / "posts").mkdir(parents=True)
    (blog / "metrics").mkdir()
    output = str(blog / OUTPUT)
    (blog / "feedwright.yaml").write_text(
        "site: {title: T, url: https://example.org/}\nstate: state\nmetrics: metrics/feedwright.prom\n"
        f"output: '{OUTPUT}'\n")
    (blog / "posts/a.md").write_text("---\ntitle: A\ndate: 2024-01-02\n---\nText.\n")
    (blog / "posts/soon.md").write_text("---\ntitle: Soon\ndate: 2999-01-02\n---\nText.\n")
    file = blog / "metrics/feedwright.prom"

    subprocess.run([binary, "--once", "-q"], cwd=blog, check=True)
    built, names = read(file, output)
    assert names == BUILD, names ^ BUILD
    assert built["feedwright_posts", "out"] == 1 and built["feedwright_feeds",] == 3, built

    environment = {name: value for name, value in os.environ.items() if name not in ("NOTIFY_SOCKET", "WATCHDOG_USEC")}
    service = subprocess.Popen([binary, "-q"], cwd=blog, env=environment)
    try:
        wait_for("metrics of the service", lambda: "feedwright_up{" in file.read_text(), service)
        running, names = read(file, output)
        assert names == SERVICE, names ^ SERVICE
        assert running["feedwright_up",] == 1 and running["feedwright_watcher", "native"] == 1, running
        assert running["feedwright_publications_total",] == 0, "nothing has changed since the build"
        then, now = built["feedwright_last_publication_timestamp_seconds",], running["feedwright_last_publication_timestamp_seconds",]
        assert abs(then - now) < 2, f"published {then} and {now}"
        (blog / "posts/b.md").write_text("---\ntitle: B\ndate: 2024-01-03\n---\nText.\n")
        wait_for("a publication", lambda: read(file, output)[0]["feedwright_publications_total",] == 1, service)
        assert read(file, output)[0]["feedwright_publication_duration_seconds_count",] == 1
        service.terminate()
        assert service.wait(30) == 0
    finally:
        service.kill()
    ended, _ = read(file, output)
    assert ended["feedwright_up",] == 0 and ended["feedwright_posts", "out"] == 2, ended
    print(f"prometheus_client: {len(BUILD)} metrics of a build, {len(SERVICE)} of a service, {len(ended)} samples")
    return 0


if __name__ == "__main__":
    sys.exit(main())
