#!/usr/bin/env python3
"""What builds, saves and the service cost, beside what nothing can be faster than, at several numbers of posts.

    benches/cost.py BINARY [FLOOR] [--posts N...] [--rounds N] [--folder DIR] [--many-feeds] [--no-limits]

For each number of posts it makes the blog of benches/blog.py (three feeds, and one for each of 200 tags) and measures, in
turn with the same system calls alone (benches/floor.rs; FLOOR is that program, built with cargo if it is not given):

- a cold build: neither output nor state, all posts in the page cache; a warm one: nothing has changed since
- the service: from its start to READY=1 with the state of a build; from a save to the last feed on disk that shows the post,
  less the time that it waits for further saves, of one post after another and then of the same; the most memory after
  10,000 changes; what it takes while nothing happens

With --many-feeds also a blog with 5000 tags and three formats for each. It prints a table in Markdown. Exit 1: what was
measured at the largest number breaks a limit of ours. Needs Linux; strace counts the syncs where it is installed.
"""
import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from runs import Blog, Floor, Program, medians
from service import Watch

SETTLING = 0.020  # `watch.settle`
SAVES, CHANGES, BURST, IDLE = 50, 10_000, 500, 5
LIMITS = {  # what is measured, its limit, how it is told
    "cold": (lambda m: 3 * m["read"], "3 x walk and read"),
    "warm": (lambda m: 2 * m["stat"] + 0.150, "2 x walk and stat + 150 ms"),
    "save": (lambda m: m["write"] + 0.005, "write + 5 ms"),
    "ready": (lambda m: 1.0, "1 s"),
    "memory": (lambda m: 150e6, "150 MB"),
}


# -- measuring -------------------------------------------------------------------------------------------------------

def builds(blog, program, floor, rounds):
    """Cold and warm builds, in turn with their floors; the last one leaves its state behind."""
    floor.read(blog)  # into the page cache
    read, stat, write, cold, warm = [], [], [], [], []
    for _ in range(rounds):
        blog.forget()
        read.append(floor.read(blog))
        cold.append(program.once(blog))
        stat.append(floor.stat(blog))
        warm.append(program.once(blog))
        write.append(floor.write(blog, files_of(blog.public)))
    cold, warm = medians(cold), medians(warm)
    return {
        "read": statistics.median(read), "stat": statistics.median(stat), "write all": statistics.median(write),
        "cold": cold.seconds, "cold cpu": cold.cpu, "cold memory": cold.memory,
        "warm": warm.seconds, "warm cpu": warm.cpu, "warm memory": warm.memory,
    }


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def starts(blog, program, rounds):
    """From its start until the service is ready, with the state of a build."""
    after, cpu = [], []
    for _ in range(rounds):
        service = program.serve(blog)
        after.append(service.ready_after)
        cpu.append(service.cpu())
        service.stop()
    return {"ready": statistics.median(after), "ready cpu": statistics.median(cpu)}


def serving(blog, program, floor):
    """Saves, quiet, and changes in bursts."""
    watch = Watch(blog.public, blog.tags)
    service = program.serve(blog)
    try:
        watch.quiet(0.5)
        saved(blog, service, watch, 0)  # to warm up
        saves, writes = [], []
        for number in range(SAVES):
            saves.append(saved(blog, service, watch, number) - SETTLING)
            writes.append(floor.write(blog, blog.feeds_of(nth(blog, number))))
        again = [saved(blog, service, watch, 0) - SETTLING for _ in range(SAVES)]
        before = service.cpu()
        time.sleep(IDLE)
        idle, peak = service.cpu() - before, service.peak() * 1024
        changed(blog, service, watch)
        return {
            "save": statistics.median(saves), "save p99": p99(saves), "again": statistics.median(again),
            "write": statistics.median(writes), "write p99": p99(writes),
            "idle": idle, "service memory": peak, "changes memory": service.peak() * 1024,
        }
    finally:
        watch.close()
        service.stop()


def p99(values):
    return sorted(values)[-(-len(values) * 99 // 100) - 1]


def nth(blog, number):
    return sorted(blog.newest)[number % len(blog.newest)]


def saved(blog, service, watch, number, patience=30):
    """Saves one of the newest posts; seconds until each feed that shows it is on disk."""
    name, marker = nth(blog, number), f"Mark{time.monotonic_ns()}end"
    (blog.posts / name).write_text(f"{blog.newest[name]}\n{marker}\n")
    began, missing = time.monotonic(), set(blog.feeds_of(name))
    while missing:
        paths = watch.paths(1)
        at = time.monotonic()
        missing -= {path for path in missing.intersection(paths) if marker in path.read_text()}
        if at - began > patience:
            service.fail(f"not in {len(missing)} feeds after {patience} s")
    watch.quiet(0.1)
    return at - began


def changed(blog, service, watch):
    """Changes posts all over the blog, many at once, and waits until the last is in the feeds."""
    paths = sorted(blog.posts.rglob("*.md"))
    step = max(1, len(paths) // CHANGES)
    for number in range(CHANGES):
        with paths[number * step % len(paths)].open("a") as file:
            file.write(f"\nChange {number}.\n")
        if number % BURST == BURST - 1:
            time.sleep(0.1)
    saved(blog, service, watch, 0, patience=120)
    watch.quiet(0.5)


def measured(blog, program, floor, rounds):
    m = {"posts": blog.count, **builds(blog, program, floor, rounds), "feeds": len(files_of(blog.public))}
    m.update(starts(blog, program, rounds), **serving(blog, program, floor))
    m["memory"] = max(m[key] for key in ("cold memory", "warm memory", "service memory", "changes memory"))
    return m


def many_feeds(blog, program, floor):
    """A blog with thousands of feeds: a cold build, and what one change of one post touches."""
    floor.read(blog)
    blog.forget()
    read, cold = floor.read(blog), program.once(blog)
    write = floor.write(blog, files_of(blog.public))
    blog.forget()
    syncs = program.syncs(blog)
    before = stamps(blog)
    watch, service = Watch(blog.public, blog.tags), program.serve(blog)
    try:
        watch.quiet(0.5)
        took = saved(blog, service, watch, 0) - SETTLING
        watch.quiet(0.5)
    finally:
        watch.close()
        service.stop()
    after = stamps(blog)
    touched = sum(before.get(path) != stamp for path, stamp in after.items())
    return {"posts": blog.count, "feeds": len(after), "read": read, "write": write, "cold": cold, "syncs": syncs,
            "save": took, "touched": touched}


def stamps(blog):
    stats = ((path, path.stat()) for path in files_of(blog.public))
    return {path: (stat.st_ino, stat.st_mtime_ns) for path, stat in stats}


# -- telling ---------------------------------------------------------------------------------------------------------

def time_of(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def size_of(size):
    return f"{size / 1e6:.0f} MB"


def against(m, name, floor):
    return f"{time_of(m[name])} ({m[name] / m[floor]:.1f} x)"


ROWS = (
    ("walk and read alone", lambda m: time_of(m["read"]), None),
    ("**cold build**", lambda m: against(m, "cold", "read"), "cold"),
    ("its CPU time, peak memory", lambda m: f"{time_of(m['cold cpu'])}, {size_of(m['cold memory'])}", None),
    ("write, sync and rename of all feeds alone", lambda m: time_of(m["write all"]), None),
    ("walk and stat alone", lambda m: time_of(m["stat"]), None),
    ("**warm build**, nothing changed", lambda m: against(m, "warm", "stat"), "warm"),
    ("its CPU time, peak memory", lambda m: f"{time_of(m['warm cpu'])}, {size_of(m['warm memory'])}", None),
    ("write, sync and rename of a post's feeds alone: median, 99 %",
     lambda m: f"{time_of(m['write'])}, {time_of(m['write p99'])}", None),
    ("**save to feed**, settling taken off: median, 99 %",
     lambda m: f"{against(m, 'save', 'write')}, {time_of(m['save p99'])}", "save"),
    ("the same post saved again and again: median", lambda m: against(m, "again", "write"), None),
    ("**start to READY=1**, CPU time until then", lambda m: f"{time_of(m['ready'])}, {time_of(m['ready cpu'])}", "ready"),
    ("peak memory of the service, after 10,000 changes",
     lambda m: f"{size_of(m['service memory'])}, {size_of(m['changes memory'])}", None),
    ("**most memory of all of these**", lambda m: size_of(m["memory"]), "memory"),
    (f"CPU time of the service in {IDLE} s without a change", lambda m: time_of(m["idle"]), None),
)


def machine():
    models = [line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
              if line.startswith("model name")]
    return f"{len(os.sched_getaffinity(0))} cores of {models[0] if models else platform.machine()}, Linux {platform.release().split('-')[0]}"


def filesystem(folder):
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    fitting = [(where, kind) for where, kind in mounts if Path(where) == folder or Path(where) in folder.parents]
    return max(fitting, key=lambda mount: len(mount[0]), default=("", "?"))[1]


def table(results):
    lines = ["| | " + " | ".join(f"{m['posts']:,} posts, {m['feeds']} feeds" for m in results) + " | limit |",
             "| --- |" + " ---: |" * len(results) + " --- |"]
    for name, cell, limit in ROWS:
        told = LIMITS[limit][1] if limit else ""
        lines.append(f"| {name} | " + " | ".join(map(cell, results)) + f" | {told} |")
    return "\n".join(lines)


def told_of_many(m):
    syncs = "not counted" if m["syncs"] is None else f"{m['syncs']:,}"
    return (f"Many feeds: {m['feeds']:,} from {m['posts']:,} posts, cold in {time_of(m['cold'].seconds)} "
            f"({time_of(m['cold'].cpu)} of CPU, {size_of(m['cold'].memory)}), {syncs} syncs; reading alone {time_of(m['read'])}, "
            f"writing alone {time_of(m['write'])}. One change of one post: {time_of(m['save'])} beyond settling, "
            f"{m['touched']} files touched.")


def broken(m):
    """The limits that are not held."""
    show = {"memory": size_of}
    for name, (limit, told) in LIMITS.items():
        if m[name] > limit(m):
            tell = show.get(name, time_of)
            yield f"{name} at {m['posts']:,} posts: {tell(m[name])}, more than {told} = {tell(limit(m))}"


# -- running ---------------------------------------------------------------------------------------------------------

def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("floor", type=Path, nargs="?")
    parser.add_argument("--posts", type=int, nargs="+", default=[1000, 10_000, 100_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="builds and starts of each kind (5)")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where to make the blogs")
    parser.add_argument("--many-feeds", action="store_true", help="also a blog with 15,000 feeds")
    parser.add_argument("--no-limits", action="store_true", help="measure only")
    return parser.parse_args()


def in_scratch(parent, work):
    """Does this in a folder that is gone afterwards."""
    scratch = Path(tempfile.mkdtemp(prefix="feedwright-cost.", dir=parent))
    try:
        return work(scratch / "blog")
    finally:
        shutil.rmtree(scratch)


def main():
    options = arguments()
    program, floor, results = Program(options.binary), Floor(options.floor), []
    for posts in sorted(options.posts):
        print(f"{posts} posts ...", file=sys.stderr)
        results.append(in_scratch(options.folder, lambda folder: measured(
            Blog(folder, max(posts, 10)), program, floor, options.rounds)))
    print(f"{time.strftime('%-d %B %Y')}; {machine()}, {filesystem(options.folder.resolve())}; medians of {options.rounds} rounds, "
          f"saves: of {SAVES}.\n")
    print(table(results))
    if options.many_feeds:
        print("15,000 feeds ...", file=sys.stderr)
        many = in_scratch(options.folder, lambda folder: many_feeds(
            Blog(folder, max(options.posts), tags=5000, formats=("atom", "rss", "json")), program, floor))
        print(f"\n{told_of_many(many)}")
    wrong = [] if options.no_limits else list(broken(results[-1]))
    if wrong:
        print("\nlimits that are not held:\n" + "\n".join(f"- {line}" for line in wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
