#!/usr/bin/env python3
"""How long it takes from saving a post until every feed on disk has it.

    benches/save_to_feed.py BINARY [POSTS] [--rounds N] [--folder DIR]

Makes a blog of POSTS posts (1000; always the same ones), runs BINARY on it as a service does, saves posts in the ways
that people save them, and waits until rss.xml, atom.xml and feed.json all hold what was saved. The time begins when the
save returns. Beside it stands what merely writing, syncing and renaming the same three files costs on the same disk in
the same run. Then it saves ten posts at once and counts how often the feeds were published.

Exit 1: a median over 60 ms, or more than two publications for ten saves. Needs Linux, git and rsync.
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from service import FEEDS, Service, Watch

LIMIT_MS, LIMIT_PUBLICATIONS = 60, 2
WORDS = """rain gauge funnel spoon magnet switch count meadow pond willow frost louvre plank battery panel radio logger disc
sector barrier paint edge reading minute hour morning ridge fog valley airfield notebook kitchen bucket tea ladder""".split()


class Blog:
    """A folder of posts, its configuration and its feeds."""

    def __init__(self, folder, posts):
        self.folder, self.posts, self.public = folder, folder / "posts", folder / "public"
        self.posts.mkdir()
        self.public.mkdir()
        dice = random.Random(20240309)
        self.texts = {}
        for number in range(posts):
            self.texts[f"post-{number:05}.md"] = self.text(number, dice)
        for name, text in self.texts.items():
            (self.posts / name).write_text(text)
        self.recent = sorted(self.texts)[-10:]  # these are in the feeds
        (folder / "feedwright.yaml").write_text(
            "site:\n  title: A measured blog\n  url: https://blog.example/\nposts:\n  path: posts\noutput: public\n")

    @staticmethod
    def text(number, dice):
        def sentence():
            return " ".join(dice.choices(WORDS, k=dice.randint(6, 18))).capitalize() + "."

        paragraphs = [" ".join(sentence() for _ in range(dice.randint(2, 5))) for _ in range(dice.randint(4, 12))]
        paragraphs.insert(1, f"- {sentence()}\n- [{sentence()}](/notes/{number}/)\n\n```c\nint {dice.choice(WORDS)}(void);\n```")
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1262304000 + number * 3600))
        tags = ", ".join(dice.sample(WORDS, 3))
        return f"---\ntitle: {sentence()}\ndate: {stamp}\ntags: [{tags}]\n---\n" + "\n\n".join(paragraphs) + "\n"

    def marked(self, name, marker):
        return self.texts[name] + f"\n{marker}\n"

    def holds(self, marker):
        return all(marker in (self.public / feed).read_text() for feed in FEEDS)


def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def in_place(blog, rounds):
    """As editors save: the file is emptied and written."""
    def save(number, marker):
        name = blog.recent[number % len(blog.recent)]
        (blog.posts / name).write_text(blog.marked(name, marker))
    return save


def moved(blog, rounds):
    """As careful editors save: written beside, and moved into place."""
    def save(number, marker):
        name = blog.recent[number % len(blog.recent)]
        beside = blog.posts / f".{name}.tmp"
        beside.write_text(blog.marked(name, marker))
        beside.rename(blog.posts / name)
    return save


def checked_out(blog, rounds):
    """A `git checkout` of a commit that was made elsewhere."""
    git = ("git", "-c", "user.name=Bench", "-c", "user.email=bench@blog.example", "-c", "gc.auto=0", "-c", "commit.gpgsign=false",
           "-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=always")
    here, elsewhere = str(blog.folder), str(blog.folder) + ".elsewhere"
    run(*git, "-C", here, "init", "-q")
    run(*git, "-C", here, "add", "posts")
    run(*git, "-C", here, "commit", "-qm", "Start")
    run(*git, "clone", "-q", here, elsewhere)
    for number in range(rounds):
        name = blog.recent[number % len(blog.recent)]
        (Path(elsewhere) / "posts" / name).write_text(blog.marked(name, mark("checked_out", number)))
        run(*git, "-C", elsewhere, "commit", "-qam", f"Save {number}")
        run(*git, "-C", elsewhere, "tag", f"save-{number}")
    run(*git, "-C", here, "fetch", "-q", "--tags", elsewhere)
    return lambda number, marker: run(*git, "-C", here, "checkout", "-q", f"save-{number}")


def synced(blog, rounds):
    """An `rsync` of the whole folder from elsewhere."""
    elsewhere = Path(str(blog.folder) + ".rsync")
    run("rsync", "-a", f"{blog.posts}/", f"{elsewhere}/")

    def save(number, marker):
        run("rsync", "-a", f"{elsewhere}/", f"{blog.posts}/")

    def prepare(number, marker):
        name = blog.recent[number % len(blog.recent)]
        (elsewhere / name).write_text(blog.marked(name, marker))
        later = time.time() + 10 * (number + 1)  # rsync looks at whole seconds
        os.utime(elsewhere / name, (later, later))
    save.prepare = prepare
    return save


def mark(way, number):
    return f"Mark{way.replace('_', '')}{number:03}end"


def measure(blog, watch, way, rounds):
    """Milliseconds from each save to the feeds."""
    save, times = way(blog, rounds), []
    watch.quiet(0.5)
    for number in range(rounds):
        marker = mark(way.__name__, number)
        getattr(save, "prepare", lambda *_: None)(number, marker)
        save(number, marker)
        began = time.monotonic()
        while not blog.holds(marker):
            if time.monotonic() - began > 10:
                sys.exit(f"{way.__name__} {number}: not in the feeds after 10 s; it said:\n{(blog.folder / 'log').read_text()}")
            watch.paths(1)
        times.append((time.monotonic() - began) * 1000)
        watch.quiet(0.15)
    return times


def cost_of_writing(blog, rounds):
    """Milliseconds to write, sync and rename the bytes of the three feeds."""
    folder, times = Path(str(blog.folder) + ".writes"), []
    folder.mkdir()
    contents = {feed: (blog.public / feed).read_bytes() for feed in FEEDS}
    for _ in range(rounds):
        began = time.monotonic()
        for feed, content in contents.items():
            with (folder / "beside").open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            (folder / "beside").rename(folder / feed)
        times.append((time.monotonic() - began) * 1000)
        time.sleep(0.02)
    return times


def publications_of_ten(blog, watch, times):
    """The most that any feed was published for ten saves at once."""
    most = 0
    for turn in range(times):
        watch.quiet(0.5)
        for number, name in enumerate(blog.recent):
            (blog.posts / name).write_text(blog.marked(name, f"Ten{turn}x{number}end"))
        seen = watch.quiet(0.5)
        missing = [number for number in range(len(blog.recent)) if not blog.holds(f"Ten{turn}x{number}end")]
        if missing:
            sys.exit(f"of ten saves at once these are not in the feeds after half a second of quiet: {missing}")
        most = max(most, *seen.values())
    return most


def row(name, times, floor):
    ordered = sorted(times)
    median, p90, last = statistics.median(ordered), ordered[max(0, -(-len(ordered) * 9 // 10) - 1)], ordered[-1]
    print(f"{name:<28} {median:>8.1f} {p90:>8.1f} {last:>8.1f} {median / floor:>8.1f}")
    return median


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("posts", type=int, nargs="?", default=1000)
    parser.add_argument("--rounds", type=int, default=20, help="saves of each kind (20)")
    parser.add_argument("--folder", help="where to make the blog (the folder for temporary files)")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="feedwright-bench.", dir=options.folder))
    service = None
    try:
        (scratch / "blog").mkdir()
        blog = Blog(scratch / "blog", max(options.posts, 10))
        service = Service(str(options.binary.resolve()), blog.folder, blog.folder / "state")
        print(f"{len(blog.texts)} posts; ready after {service.ready_after * 1000:.0f} ms; {options.rounds} saves of each kind\n")
        watch = Watch(blog.public)
        names = {in_place: "editor save", moved: "mv into place", checked_out: "git checkout", synced: "rsync"}
        results = [(name, measure(blog, watch, way, options.rounds)) for way, name in names.items()]
        writing = cost_of_writing(blog, options.rounds)
        floor = statistics.median(writing)
        print(f"{'ms from save to feed':<28} {'median':>8} {'p90':>8} {'max':>8} {'x write':>8}")
        medians = {name: row(name, times, floor) for name, times in results}
        row("write, sync, rename alone", writing, floor)
        most = publications_of_ten(blog, watch, 5)
        print(f"\nten saves at once: {most} publication{'s' if most != 1 else ''} at most")
        slow = [name for name, median in medians.items() if median > LIMIT_MS]
        code = service.stop()
        if slow:
            print(f"too slow (median over {LIMIT_MS} ms): {', '.join(slow)}")
        if most > LIMIT_PUBLICATIONS:
            print(f"too many publications (over {LIMIT_PUBLICATIONS})")
        if code != 0:
            print(f"it ended with {code}; it said:\n{service.log.read_text()}")
        return 1 if slow or most > LIMIT_PUBLICATIONS or code != 0 else 0
    finally:
        if service:
            service.stop()
        shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
