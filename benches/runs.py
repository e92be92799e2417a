"""Runs of the program and of the floor beneath it, on a blog that is made for them."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import blog
from service import FEEDS, Service

HERE = Path(__file__).resolve().parent
PATIENCE = 600

Took = namedtuple("Took", "seconds cpu memory")
"""Of a run: seconds, CPU seconds, and the most memory in bytes."""


def medians(runs):
    return Took(*(statistics.median(values) for values in zip(*runs)))


class Blog:
    """A blog with its feeds and its state."""

    def __init__(self, folder, posts, **more):
        self.folder, self.state = folder, folder / "state"
        self.posts, self.public, self.tags = folder / "posts", folder / "public", folder / "public" / "tags"
        self.count = posts
        folder.mkdir()
        self.newest = blog.make(folder, posts, **more)
        os.sync()  # what was just written is written for good before anything is measured

    def forget(self):
        """Puts aside all that was ever built, emptied. If it were removed, ext4 would look at each file that was removed in the
        last minutes whenever it makes a new one: the more rounds, the slower all of them."""
        former = self.folder / "former"
        former.mkdir(exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=former))
        for folder in filter(Path.exists, (self.public, self.state)):
            folder.rename(aside / folder.name)
        for file in filter(Path.is_file, aside.rglob("*")):
            os.truncate(file, 0)
        self.state.mkdir()

    def feeds_of(self, name):
        """The feeds that show one of the newest posts, one format per tag."""
        line = next(line for line in self.newest[name].splitlines() if line.startswith("tags: "))
        tags = line.removeprefix("tags: [").removesuffix("]").split(", ")
        return [self.public / feed for feed in FEEDS] + [self.tags / f"{tag}.xml" for tag in tags]


class Program:
    """The binary that is measured."""

    def __init__(self, binary):
        self.binary = str(binary.resolve())

    def once(self, blog, *under):
        """One build, under other commands."""
        log, environment = blog.folder / "log", dict(os.environ, STATE_DIRECTORY=str(blog.state))
        for variable in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "JOURNAL_STREAM", "FEEDWRIGHT_LOG"):
            environment.pop(variable, None)
        command = [*under, self.binary, "--once", "-c", str(blog.folder / "feedwright.yaml")]
        helper = [sys.executable, "-IS", str(HERE / "took.py"), str(PATIENCE), str(log), *command]
        done = subprocess.run(helper, env=environment, check=True, capture_output=True, text=True)
        code, seconds, cpu, memory = json.loads(done.stdout)
        if code != 0:
            why = f"was ended after {PATIENCE} s" if code is None else f"ended with {code}"
            sys.exit(f"a build {why}; it said:\n{log.read_text()}")
        return Took(seconds, cpu, memory * 1024)

    def serve(self, blog):
        return Service(self.binary, blog.folder, blog.state, PATIENCE)

    def syncs(self, blog):
        """How many files a build syncs; None where there is no strace."""
        if not shutil.which("strace"):
            return None
        trace = blog.folder / "trace"
        self.once(blog, "strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,syncfs,sync_file_range", "-o", str(trace))
        return sum("sync" in line and "resumed" not in line for line in trace.read_text().splitlines())


class Floor:
    """What nothing can be faster than: see floor.rs."""

    def __init__(self, binary):
        self.binary = str((binary or self.built()).resolve())

    @staticmethod
    def built():
        """Builds it."""
        command = ["cargo", "bench", "--no-run", "--bench", "floor", "--message-format=json", "--quiet"]
        done = subprocess.run(command, cwd=HERE.parent, check=True, capture_output=True, text=True)
        messages = map(json.loads, done.stdout.splitlines())
        made = [message["executable"] for message in messages if message.get("target", {}).get("name") == "floor"]
        return Path(made[-1])

    def run(self, *arguments):
        """Seconds."""
        command = [self.binary, *map(str, arguments)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
        return float(done.stdout)

    def read(self, blog):
        return self.run("walk-and-read", blog.posts)

    def stat(self, blog):
        return self.run("walk-and-stat", blog.posts)

    def write(self, blog, files):
        return self.run("write", blog.folder / "written", *files)
