#!/usr/bin/env python3
"""A day of polling readers: how many bytes are sent, against a server without validators, compression and deltas.

    benches/polling_day.py [--binary PATH] [--readers N] [--posts-a-day N]

Each reader asks once an hour, at a minute of its own. A quarter of them ask as if each time was the first. Three quarters
send back the entity tag that they were given; of these a third takes deltas (RFC 3229), too. All but a tenth take gzip.
Posts come out over the day, and one of them is corrected. The requests are real, to the real server; only the time
between them is left out. Bytes are those of the answers, heads included; against them stands what the same requests would
cost with each answer whole and as it is.
"""
import argparse
import http.client
import random
import tempfile
import time
from pathlib import Path

import blog
from serve import HERE, free_port, wait_for
from service import Service

HOURS, MINUTES = 24, 24 * 60
FEEDS = ("/rss.xml", "/atom.xml", "/feed.json")


class Reader:
    """One that asks once an hour."""

    def __init__(self, number, dice):
        self.minute, self.feed = dice.randrange(60), dice.choices(FEEDS, (5, 4, 1))[0]
        self.is_conditional = number % 4 != 0
        self.takes_deltas = number % 4 == 1
        self.takes_gzip = number % 10 != 9
        self.tag = None

    def headers(self):
        headers = {"User-Agent": "Polling/1.0"}
        if self.takes_gzip:
            headers["Accept-Encoding"] = "gzip"
        if self.is_conditional and self.tag:
            headers["If-None-Match"] = self.tag
        if self.takes_deltas:
            headers["A-IM"] = "feed"
        return headers


class Day:
    """What was sent, and what would have been."""

    def __init__(self, port, public):
        self.connection, self.public = http.client.HTTPConnection("127.0.0.1", port, timeout=60), public
        self.sent = self.plain = 0
        self.statuses = {200: 0, 226: 0, 304: 0}

    def ask(self, reader):
        self.connection.request("GET", reader.feed, headers=reader.headers())
        answer = self.connection.getresponse()
        body = answer.read()
        reader.tag = answer.headers["ETag"]
        head = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n") + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        self.statuses[answer.status] += 1
        self.sent += head + len(body)
        self.plain += head + (self.public / reader.feed.removeprefix("/")).stat().st_size


def wait_until_served(port, text):
    """Waits until all feeds show it."""
    deadline = time.monotonic() + 60
    for feed in FEEDS:
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", feed)
            if text.encode() in connection.getresponse().read():
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"{feed} does not show `{text}`")
            time.sleep(0.01)


def save(folder, number, text):
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(blog.START + (10_000 + number) * 3600))
    body = f"---\ntitle: Of the day {number}\ndate: {stamp}\n---\n\n{text}\n"
    (folder / "posts" / f"day-{number}.md").write_text(body)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default=HERE.parent / "target/release/feedwright")
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--posts-a-day", type=int, default=4)
    options = parser.parse_args()
    dice = random.Random(20240309)
    with tempfile.TemporaryDirectory(prefix="feedwright-day-") as name:
        folder, port = Path(name), free_port()
        blog.make(folder, 200)
        with (folder / "feedwright.yaml").open("a") as configuration:
            configuration.write(f"serve: 127.0.0.1:{port}\n")
        service = Service(options.binary, folder, folder / "state")
        try:
            wait_for(port)
            readers = [Reader(number, dice) for number in range(options.readers)]
            day = Day(port, folder / "public")
            for reader in readers:
                day.ask(reader)  # the day before: what they know in the morning
            day = Day(port, folder / "public")
            comes_out = {round((number + 0.5) * MINUTES / options.posts_a_day): number for number in range(options.posts_a_day)}
            corrected = round(0.6 * MINUTES)
            writer = blog.Writer(200)
            for minute in range(MINUTES):
                if minute in comes_out or minute == corrected:
                    number = comes_out.get(minute, 0)
                    text = f"Version {minute}. " + "\n\n".join(dice.choice(writer.paragraphs[False]) for _ in range(7))
                    save(folder, number, text)
                    wait_until_served(port, f"Version {minute}.")
                for reader in readers:
                    if reader.minute == minute % 60:
                        day.ask(reader)
        finally:
            service.stop()
    asked = sum(day.statuses.values())
    told = ", ".join(f"{count} of {status}" for status, count in day.statuses.items())
    print(f"{options.readers} readers, {asked} requests, {options.posts_a_day} posts and a correction: {told}")
    print(f"sent {day.sent / 1e6:.1f} MB; without validators, compression and deltas {day.plain / 1e6:.1f} MB: a ratio of {day.sent / day.plain:.4f}")


if __name__ == "__main__":
    main()
