"""What the service answers and publishes, as other people's programs read it: curl, feedparser, newsboat, nginx, Caddy.

    tests/served.py BINARY SCRATCH

The service answers at a port of its own, and publishes compressed siblings that nginx and Caddy send as they are. Everything
is on loopback. It needs these programs, and the package feedparser.
"""

import atexit
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import feedparser
from loopback import PATIENCE, answers, eventually, free_port

FEEDS = ("rss.xml", "atom.xml", "feed.json")
TYPES = {"rss.xml": "application/rss+xml", "atom.xml": "application/atom+xml", "feed.json": "application/feed+json"}


class Blog:
    def __init__(self, binary, folder):
        self.folder, self.port = folder, free_port()
        (folder / "posts").mkdir(parents=True)
        for number in range(12):
            self.save(number, f"Words of post {number}. " * 60)
        (folder / "feedwright.yaml").write_text(
            f"site: {{ title: Served, url: 'https://example.org/' }}\noutput_url: http://127.0.0.1:{self.port}/\nstate: state\n"
            f"serve: 127.0.0.1:{self.port}\ncompress: [gzip, br, zstd]\n"
        )
        start([binary, "-v"], folder, "log")
        eventually("the service answers", lambda: answers(self.port) and (folder / "public/feed.json").exists())

    def url(self, path):
        return f"http://127.0.0.1:{self.port}/{path}"

    def save(self, number, words):
        text = f"---\ntitle: Post {number}\ndate: 2024-01-{number + 1:02}\n---\n{words}\n"
        (self.folder / f"posts/{number}.md").write_text(text)

    def published(self, path):
        return (self.folder / "public" / path).read_bytes()


def start(command, folder, log):
    process = subprocess.Popen(command, cwd=folder, stdout=(folder / log).open("w"), stderr=subprocess.STDOUT)
    atexit.register(lambda: (process.terminate(), process.wait(PATIENCE)))
    return process


def curl(*arguments):
    """The status, the headers by their names in lower case, and the body as it came."""
    run = subprocess.run(["curl", "-sS", "--max-time", "30", "-D", "-", *arguments], capture_output=True, check=True)
    head, _, body = run.stdout.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}, body


def curl_gets_what_each_validator_promises(blog):
    for path in FEEDS:
        url, whole = blog.url(path), blog.published(path)
        status, headers, body = curl(url)
        assert (status, body) == (200, whole), (path, status)
        assert headers["content-type"] == f"{TYPES[path]}; charset=utf-8" and int(headers["content-length"]) == len(whole)
        etag, modified = headers["etag"], headers["last-modified"]
        for validator in [f"If-None-Match: {etag}", f"If-None-Match: W/{etag}, \"x\"", "If-None-Match: *", f"If-Modified-Since: {modified}"]:
            status, headers, body = curl("-H", validator, url)
            assert (status, body, headers["etag"]) == (304, b"", etag), (validator, status, headers)
        for validator in ['If-None-Match: "x"', "If-Modified-Since: Mon, 01 Jan 2001 00:00:00 GMT", f"If-Match: {etag}"]:
            assert curl("-H", validator, url)[0] == 200, validator
        # RFC 9110 §13.2.2: an entity tag that differs counts more than a date that does not.
        assert curl("-H", 'If-None-Match: "x"', "-H", f"If-Modified-Since: {modified}", url)[0] == 200
        for validator in ['If-Match: "x"', "If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT"]:
            assert curl("-H", validator, url)[0] == 412, validator
        status, headers, body = curl("-r", "5-14", url)
        assert (status, body, headers["content-range"]) == (206, whole[5:15], f"bytes 5-14/{len(whole)}")
        assert curl("-r", "5-14", "-H", f"If-Range: {etag}", url)[0] == 206
        assert curl("-r", "5-14", "-H", 'If-Range: "x"', url)[0] == 200
        assert curl("-r", f"{len(whole)}-", url)[0] == 416
        status, headers, _ = curl("-I", "-o", os.devnull, url)
        assert (status, headers["etag"], int(headers["content-length"])) == (200, etag, len(whole))
        for coding in ["gzip", "br", "zstd"]:
            status, headers, body = curl("-H", f"Accept-Encoding: {coding}", url)
            assert (status, headers["content-encoding"]) == (200, coding) and len(body) < len(whole) / 2, coding
            assert headers["etag"] != etag and "accept-encoding" in headers["vary"].lower()
            assert curl("-H", f"Accept-Encoding: {coding}", "-H", f"If-None-Match: {headers['etag']}", url)[0] == 304
        assert gzip.decompress(curl("-H", "Accept-Encoding: gzip", url)[2]) == whole
    for path in ["", "nothing.xml", "../feedwright.yaml", "%2e%2e/feedwright.yaml", "feedwright.yaml", "rss.xml/", "posts/1.md"]:
        assert curl("--path-as-is", blog.url(path))[0] == 404, path


def feedparser_asks_again_with_what_it_was_told(blog):
    for path in FEEDS[:2]:
        first = feedparser.parse(blog.url(path))
        assert first.status == 200 and len(first.entries) == 12 and not first.bozo, first
        assert feedparser.parse(blog.url(path), etag=first.etag).status == 304
        assert feedparser.parse(blog.url(path), modified=first.modified).status == 304
        # It takes deltas by itself (`A-IM: feed`).
        words = f"Only this differs in {path}."
        blog.save(3, words)
        eventually(words, lambda: words.encode() in blog.published(path))
        delta = eventually(words, lambda: (now := feedparser.parse(blog.url(path), etag=first.etag)).status != 304 and now)
        assert delta.status == 226 and [entry.title for entry in delta.entries] == ["Post 3"], (delta.status, delta.entries)
        assert words in delta.entries[0].content[0].value if "content" in delta.entries[0] else delta.entries[0].summary


def newsboat_reads_it_twice(blog):
    home = blog.folder / "newsboat"
    home.mkdir()
    (home / "config").write_text("")
    for path in FEEDS[:2]:
        (home / "url").write_text(blog.url(path) + "\n")
        cache = home / f"{path}.db"
        for _ in range(2):
            command = ["newsboat", "-q", "-C", home / "config", "-u", home / "url", "-c", cache, "-x", "reload"]
            subprocess.run(command, check=True, timeout=60, env=dict(os.environ, HOME=str(home)))
        with sqlite3.connect(cache) as database:
            assert database.execute("select count(*) from rss_item").fetchone() == (12,)
            assert database.execute("select etag from rss_feed").fetchone()[0], "it keeps the tag"
    status = subprocess.run([BINARY, "status", "--format", "json"], cwd=blog.folder, capture_output=True, text=True)
    assert "newsboat" in status.stdout.lower(), "readers are counted by kind"


def siblings_are_sent(blog, server, port, codings):
    for path in FEEDS:
        for coding in codings:
            sibling = blog.published(path + {"gzip": ".gz", "br": ".br", "zstd": ".zst"}[coding])
            _, headers, body = curl("-H", f"Accept-Encoding: {coding}", f"http://127.0.0.1:{port}/{path}")
            assert (headers.get("content-encoding"), body) == (coding, sibling), (server, path, coding, headers)
        assert curl(f"http://127.0.0.1:{port}/{path}")[2] == blog.published(path), (server, path)


def nginx_sends_the_siblings(blog):
    folder, port = blog.folder / "nginx", free_port()
    folder.mkdir()
    (folder / "nginx.conf").write_text(
        f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nuser root;\nevents {{}}\nhttp {{\n  access_log off;\n"
        + "".join(f"  {kind}_temp_path {folder}/{kind};\n" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        + f"  server {{ listen 127.0.0.1:{port}; root {blog.folder}/public; gzip_static on; }}\n}}\n"
    )
    start(["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")], folder, "log")
    eventually("nginx answers", lambda: answers(port))
    siblings_are_sent(blog, "nginx", port, ["gzip"])


def caddy_sends_the_siblings(blog):
    folder, port = blog.folder / "caddy", free_port()
    folder.mkdir()
    (folder / "Caddyfile").write_text(
        f"{{\n\tadmin off\n\tauto_https off\n}}\nhttp://127.0.0.1:{port} {{\n\troot * {blog.folder}/public\n"
        "\tfile_server {\n\t\tprecompressed zstd br gzip\n\t}\n}\n"
    )
    command = ["env", f"HOME={folder}", "caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    start(command, folder, "log")
    eventually("Caddy answers", lambda: answers(port))
    siblings_are_sent(blog, "Caddy", port, ["gzip", "br", "zstd"])


BINARY = Path(sys.argv[1]).resolve()


def main():
    scratch = Path(sys.argv[2]).resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    blog = Blog(BINARY, scratch / "blog")
    parts = [curl_gets_what_each_validator_promises, feedparser_asks_again_with_what_it_was_told, newsboat_reads_it_twice,
             nginx_sends_the_siblings, caddy_sends_the_siblings]
    for part in parts:
        part(blog)
        print("ok   ", part.__name__.replace("_", " "))


main()
