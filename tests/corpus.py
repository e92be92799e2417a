#!/usr/bin/env python3
"""Holds feeds against what a blog's own generator made of the same posts.

    corpus.py TRUTH.json FEED...

TRUTH.json lists every post as {id, url, title, published, authors, ...}. In each FEED (RSS, Atom or JSON Feed) all of them
must be, no other, and these five must be equal to the letter (instants as instants). In no body may an address be
relative or an attribute list be printed; what is left of a template (`{{`, `{%`) is not looked at.
"""
import json
import sys
from datetime import datetime
from pathlib import Path

from readers import Body, read_json, read_xml


def wanted(post):
    return {
        "id": post["id"],
        "url": post["url"],
        "title": post["title"],
        "published": int(datetime.fromisoformat(post["published"]).timestamp()),
        "authors": post["authors"],
    }


def faults_of(posts, path):
    faults, entries = (read_json if path.suffix == ".json" else read_xml)(path)
    yield from faults
    found = {entry["id"]: entry for entry in entries}
    yield from (f"{strange} is no post" for strange in found.keys() - {post["id"] for post in posts})
    for post in posts:
        entry = found.get(post["id"])
        if entry is None:
            yield f"{post['id']} is missing"
            continue
        for field, value in post.items():
            if entry[field] != value:
                yield f"{post['id']}: {field} is {entry[field]!r}, not {value!r}"
        for fault in Body(entry["body"]).faults:
            if ("address" in fault or "attribute list" in fault) and "{{" not in fault and "{%" not in fault:
                yield f"{post['id']}: {fault}"


def main():
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 64
    posts = [wanted(post) for post in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))]
    bad = 0
    for name in sys.argv[2:]:
        faults = list(faults_of(posts, Path(name)))
        for fault in faults:
            print(f"{name}: {fault}")
        print(f"{name}: {len(posts)} posts, {len(faults)} faults")
        bad += bool(faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
