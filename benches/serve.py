#!/usr/bin/env python3
"""How fast readers are answered, next to nginx with the same feed as a file, on the same cores.

    benches/serve.py [--binary PATH] [--posts N] [--seconds N] [--rounds N]

Both run at once on loopback, and `wrk` asks them in turn, so that whatever else the machine does meets both: with one
connection and with 64, whole feeds (200) and unchanged ones (304). It needs `wrk` and `nginx`.
"""
import argparse
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import blog
from service import Service

HERE = Path(__file__).resolve().parent
NGINX = """
worker_processes 2; worker_cpu_affinity auto; pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off;
events {{ worker_connections 16384; multi_accept on; }}
http {{
    access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000; etag on;
    open_file_cache max=1000 inactive=60s; open_file_cache_valid 30s; server_tokens off;
    types {{ application/rss+xml xml; application/feed+json json; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {root}; add_header Cache-Control max-age=60; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nobody listens at port {port}")


def tag_of(url):
    with urllib.request.urlopen(url) as answer:
        return answer.headers["ETag"]


def milliseconds(text):
    number = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    if not number:
        sys.exit(f"wrk tells a latency of `{text}`")
    return float(number[1]) * {"us": 0.001, "ms": 1, "s": 1000}[number[2]]


def wrk(url, connections, seconds, tag=None):
    """Requests per second, and the 99th percentile of latency in milliseconds."""
    said = ["-H", f"If-None-Match: {tag}"] if tag else []
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *said, url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Socket errors" in text:
        sys.exit(f"errors:\n{text}")
    slowest = re.search(r"^ +99% +(\S+)$", text, re.MULTILINE).group(1)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)), milliseconds(slowest)


def compare(urls, connections, is_unchanged, options):
    """Medians of each server over the rounds, which take turns."""
    runs = {name: [] for name in urls}
    for _ in range(options.rounds):
        for name, url in urls.items():
            runs[name].append(wrk(url, connections, options.seconds, tag_of(url) if is_unchanged else None))
    return {name: tuple(statistics.median(values) for values in zip(*of)) for name, of in runs.items()}


def tell(case, ours, theirs):
    (rate, slow), (their_rate, their_slow) = ours, theirs
    print(f"{case:28} {rate:9.0f} {their_rate:9.0f} {rate / their_rate:6.2f}   {slow:8.3f} {their_slow:8.3f} {slow / their_slow:6.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=Path, default=HERE.parent / "target/release/feedwright")
    parser.add_argument("--posts", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="feedwright-serve-") as name:
        folder, port, nginx_port = Path(name), free_port(), free_port()
        folder.chmod(0o755)
        blog.make(folder, options.posts)
        with (folder / "feedwright.yaml").open("a") as configuration:
            configuration.write(f"serve: 127.0.0.1:{port}\n")
        (folder / "state").mkdir()
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=nginx_port, root=folder / "public"))
        service = Service(options.binary, folder, folder / "state")
        nginx = subprocess.Popen(["nginx", "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.DEVNULL)
        try:
            wait_for(port), wait_for(nginx_port)
            urls = {"feedwright": f"http://127.0.0.1:{port}/rss.xml", "nginx": f"http://127.0.0.1:{nginx_port}/rss.xml"}
            size = (folder / "public/rss.xml").stat().st_size
            print(f"a feed of {size} bytes; medians of {options.rounds} rounds of {options.seconds} s each")
            print(f"{'':28} {'requests per second':>26}   {'99th percentile in ms':>24}")
            print(f"{'':28} {'ours':>9} {'nginx':>9} {'ratio':>6}   {'ours':>8} {'nginx':>8} {'ratio':>6}")
            for connections in (1, 64):
                for status in (200, 304):
                    medians = compare(urls, connections, status == 304, options)
                    tell(f"{status}, {connections} connection(s)", medians["feedwright"], medians["nginx"])
        finally:
            service.stop()
            nginx.terminate()
            nginx.wait()


if __name__ == "__main__":
    main()
