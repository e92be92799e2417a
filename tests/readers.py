#!/usr/bin/env python3
"""Reads published feeds as a stranger would and says what is wrong with them.

    readers.py check DIR [TEXT...]   every feed below DIR; no feed may hold any TEXT
    readers.py list DIR BASE         the address below BASE and the id of every entry of the XML feeds, by tab

The XML feeds are read with feedparser, JSON feeds after the JSON Feed 1.1 text. Where DIR holds more than one of
rss.xml, atom.xml and feed.json these are held against each other: the same entries, told alike.
"""
import calendar
import json
import re
import sys
import time
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlsplit

import feedparser

FETCHED = {"href", "src", "poster", "data", "cite", "action", "formaction", "background", "data-src"}
UNWANTED = {"script", "iframe", "object", "embed", "style", "link", "meta", "base", "form"}
ATTRIBUTE_LIST = re.compile(r"\{::?[ \w#.:\"'/=-]*\}")


class Body(HTMLParser):
    """What a feed reader stumbles over in the HTML of an entry."""

    def __init__(self, markup):
        super().__init__()
        self.faults, self.anchors, self.fragments, self.code = [], set(), [], 0
        self.feed(markup)
        self.close()
        self.faults += [f"nothing is at `#{name}`" for name in self.fragments if name not in self.anchors]

    def handle_starttag(self, tag, attributes):
        self.code += tag in ("code", "pre")
        if tag in UNWANTED:
            self.faults.append(f"a `<{tag}>`")
        for name, value in attributes:
            value = (value or "").strip()
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in FETCHED:
                self.address(value)
            elif name == "srcset":
                for candidate in re.split(r",\s+", value):
                    self.address(candidate.split()[0] if candidate.split() else "")
            elif name.startswith("on"):
                self.faults.append(f"an event handler `{name}`")

    def handle_endtag(self, tag):
        self.code -= tag in ("code", "pre")

    def handle_data(self, text):
        if self.code <= 0 and (found := ATTRIBUTE_LIST.search(text)):
            self.faults.append(f"an attribute list as text: `{found.group()}`")

    def address(self, value):
        scheme, host = urlsplit(value)[:2]
        if value.startswith("#"):
            self.fragments.append(value[1:])
        elif scheme in ("http", "https") and host or scheme in ("mailto", "tel", "data", "tag", "urn"):
            pass
        else:
            self.faults.append(f"an address that is not absolute, or not safe: `{value}`")


def instant(parsed):
    return calendar.timegm(parsed) if parsed else None


def names(people):
    """The names of those who wrote an entry; where it names nobody, of those who wrote the feed."""
    return [person["name"] for person in people or [] if person.get("name")]


def read_xml(path):
    """One XML feed as (faults, entries)."""
    parsed = feedparser.parse(path.read_bytes(), resolve_relative_uris=False, sanitize_html=False)
    faults = []
    if parsed.bozo:
        faults.append(f"feedparser: {parsed.bozo_exception}")
    if parsed.version not in ("rss20", "atom10"):
        faults.append(f"feedparser takes it for `{parsed.version}`")
    if not parsed.feed.get("title"):
        faults.append("the feed has no title")
    entries = []
    for entry in parsed.entries:
        bodies = [content.value for content in entry.get("content", [])] or [entry.get("summary", "")]
        entries.append({
            "id": entry.get("id", ""),
            "url": entry.get("link", ""),
            "title": entry.get("title", ""),
            "published": instant(entry.get("published_parsed")),
            "authors": names(entry.get("authors") or parsed.feed.get("authors")),
            "body": bodies[0].strip(),
            "tags": {tag.term for tag in entry.get("tags", [])},
            "files": {(file.href, file.get("length"), file.get("type")) for file in entry.get("enclosures", [])},
        })
    return faults, entries


def read_json(path):
    """One JSON feed as (faults, entries)."""
    feed = json.loads(path.read_text(encoding="utf-8"))
    faults = []
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        faults.append(f"its version is `{feed.get('version')}`")
    if not feed.get("title"):
        faults.append("the feed has no title")
    entries = []
    for item in feed["items"]:
        published = item.get("date_published")
        entries.append({
            "id": item.get("id", ""),
            "url": item.get("url", ""),
            "title": item.get("title", ""),
            "published": int(datetime.fromisoformat(published).timestamp()) if published else None,
            "authors": names(item.get("authors") or feed.get("authors")),
            "body": (item.get("content_html") or item.get("content_text") or "").strip(),
            "tags": set(item.get("tags", [])),
            "files": {(file["url"], str(file.get("size_in_bytes", 0)), file["mime_type"]) for file in item.get("attachments", [])},
        })
    return faults, entries


def faults_of(entry, now):
    for field in ("id", "url", "title", "body"):
        if not isinstance(entry[field], str) or not entry[field].strip():
            yield f"no {field}"
    if urlsplit(entry["url"]).scheme not in ("http", "https"):
        yield f"its link `{entry['url']}` is not absolute"
    if entry["published"] is None:
        yield "no date"
    elif entry["published"] > now:
        yield "it is from the future"
    for href, length, kind in entry["files"]:
        if not urlsplit(href).netloc or not str(length).isdigit() or "/" not in (kind or ""):
            yield f"the enclosure `{href}` has length `{length}` and type `{kind}`"
    yield from Body(entry["body"]).faults


def differences(name, entries, other_name, others):
    """What two feeds of the same posts tell differently."""
    if [entry["id"] for entry in entries] != [entry["id"] for entry in others]:
        yield f"{name} and {other_name} differ in their ids or the order of these"
        return
    for entry, other in zip(entries, others):
        for field in ("url", "title", "published", "authors", "body"):
            if entry[field] != other[field]:
                yield f"{name} and {other_name} differ in the {field} of {entry['id']}: {entry[field]!r:.80} {other[field]!r:.80}"
        if not other["tags"] <= entry["tags"] and not entry["tags"] <= other["tags"]:
            yield f"{name} and {other_name} differ in the tags of {entry['id']}"
        # RSS has room for one file only.
        if not other["files"] <= entry["files"] and not entry["files"] <= other["files"]:
            yield f"{name} and {other_name} differ in the files of {entry['id']}: {entry['files']} {other['files']}"


def check(folder, absent):
    faults, feeds, now = [], {}, time.time()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".json") and not p.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        text = path.read_text(encoding="utf-8")
        own, entries = (read_xml if path.suffix == ".xml" else read_json)(path)
        feeds[name] = entries
        own += [f"`{word}` is in it" for word in absent if word in text]
        own_ids = [entry["id"] for entry in entries]
        own += [f"the id {one} is there twice" for one in sorted(set(own_ids)) if own_ids.count(one) > 1]
        dates = [entry["published"] or 0 for entry in entries]
        if dates != sorted(dates, reverse=True):
            own.append("its entries are not ordered from new to old")
        for entry in entries:
            own += [f"{entry['id'] or entry['title']}: {fault}" for fault in faults_of(entry, now)]
        if not entries:
            own.append("it has no entry")
        faults += [f"{name}: {fault}" for fault in own]
    main = [name for name in ("atom.xml", "rss.xml", "feed.json") if name in feeds]
    if not main:
        faults.append("there is none of atom.xml, rss.xml, feed.json")
    for other in main[1:]:
        faults += differences(main[0], feeds[main[0]], other, feeds[other])
    ids = {}
    for name, entries in feeds.items():
        for entry in entries:
            first, one = ids.setdefault(entry["url"], (name, entry["id"]))
            if one != entry["id"]:
                faults.append(f"{entry['url']} is {one} in {first} and {entry['id']} in {name}")
    for fault in faults:
        print(fault)
    print(f"feedparser: {len(feeds)} feeds, {len(feeds[main[0]]) if main else 0} entries in each main feed, {len(faults)} faults")
    return 1 if faults else 0


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("check", "list"):
        print(__doc__, file=sys.stderr)
        return 64
    folder, rest = Path(sys.argv[2]), sys.argv[3:]
    if sys.argv[1] == "check":
        return check(folder, rest)
    for path in sorted(folder.rglob("*.xml")):
        for entry in read_xml(path)[1]:
            print(f"{rest[0]}/{quote(path.relative_to(folder).as_posix())}\t{entry['id']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
