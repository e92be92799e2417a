#!/usr/bin/env python3
"""What a good client waits for, and how much memory it takes, while very many slow clients are connected.

    benches/slow_clients.py [--binary PATH] [--clients N] [--requests N]

The slow ones send the head of a request byte by byte and never end it; those that are cut off for that come again. It
needs as many file descriptors as there are clients (`ulimit -n`).
"""
import argparse
import http.client
import resource
import select
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import blog
from serve import HERE, free_port, wait_for
from service import Service


class Slow(threading.Thread):
    """Clients that trickle, each a byte every few seconds."""

    HEAD = b"GET /rss.xml HTTP/1.1\r\nHost: example.org\r\nUser-Agent: " + b"slow" * 1000

    def __init__(self, port, count):
        super().__init__(daemon=True)
        self.port, self.count, self.clients, self.is_over = port, count, {}, False
        self.poll = select.epoll()
        for _ in range(count):
            self.connect()

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.port))
        client.setblocking(False)
        client.send(self.HEAD[:20])
        self.clients[client.fileno()] = [client, 20]
        self.poll.register(client.fileno(), select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR)

    def run(self):
        while not self.is_over:
            started = time.monotonic()
            for number, (client, sent) in list(self.clients.items()):
                try:
                    client.send(self.HEAD[sent:sent + 1])
                    self.clients[number][1] = sent + 1
                except OSError:
                    pass  # cut off; it comes again below
            for number, _ in self.poll.poll(0):
                self.poll.unregister(number)
                self.clients.pop(number)[0].close()
                self.connect()
            time.sleep(max(0.0, 2 - (time.monotonic() - started)))


def memory(pid):
    """Resident, in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def waits(port, count):
    """How long each of so many requests took in milliseconds, each over a connection of its own."""
    took = []
    for _ in range(count):
        started = time.perf_counter()
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        client.request("GET", "/rss.xml")
        answer = client.getresponse()
        if answer.status != 200 or not answer.read():
            sys.exit(f"status {answer.status}")
        client.close()
        took.append((time.perf_counter() - started) * 1000)
        time.sleep(0.02)
    return sorted(took)


def tell(what, took, megabytes):
    slowest = took[int(len(took) * 0.99)]
    print(f"{what:30} median {statistics.median(took):7.2f} ms, 99th percentile {slowest:7.2f} ms, most {took[-1]:7.2f} ms; {megabytes:.1f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default=HERE.parent / "target/release/feedwright")
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=500)
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, options.clients + 1000), most))
    with tempfile.TemporaryDirectory(prefix="feedwright-slow-") as name:
        folder, port = Path(name), free_port()
        blog.make(folder, 100)
        with (folder / "feedwright.yaml").open("a") as configuration:
            configuration.write(f"serve: 127.0.0.1:{port}\n")
        (folder / "state").mkdir()
        service = Service(options.binary, folder, folder / "state")
        try:
            wait_for(port)
            tell("no slow clients", waits(port, options.requests), memory(service.process.pid))
            slow = Slow(port, options.clients)
            slow.start()
            tell(f"{options.clients} slow clients", waits(port, options.requests), memory(service.process.pid))
            slow.is_over = True
            slow.join()
        finally:
            service.stop()


if __name__ == "__main__":
    main()
