"""Other people's WebSub: a subscriber and a hub from PyPI (Flask-WebSub) against the service.

    tests/peers.py BINARY SCRATCH

The service announces to their hub, which their subscriber hears from, and to one behind TLS; and their subscriber subscribes
to the service's own hub. Everything is on loopback. It needs the packages Flask-WebSub and celery, and `openssl`.
"""

import atexit
import http.server
import logging
import os
import shutil
import ssl
import subprocess
import sys
import threading
from pathlib import Path

from celery import Celery
from flask import Flask
from flask_websub import subscriber as websub_subscriber
from flask_websub.errors import SubscriberError
from flask_websub.hub import Hub, SQLite3HubStorage
from flask_websub.subscriber import Subscriber, SQLite3SubscriberStorage, SQLite3TempSubscriberStorage, discover
from loopback import PATIENCE, answers, eventually, free_port
from werkzeug.serving import make_server


class Peers:
    """Their hub at /hub and their subscriber at /callbacks, in one web server."""

    def __init__(self, scratch):
        self.port = free_port()
        self.app = Flask("peers")
        self.app.config.update(PUBLISH_SUPPORTED=True, SERVER_NAME=f"127.0.0.1:{self.port}")
        celery = Celery("peers", broker="memory://")
        celery.conf.task_always_eager = True
        self.hub = Hub(SQLite3HubStorage(str(scratch / "hub.sqlite3")), celery, **self.app.config)
        self.app.register_blueprint(self.hub.build_blueprint(url_prefix="/hub"))
        self.subscriber = Subscriber(
            SQLite3SubscriberStorage(str(scratch / "subscriber.sqlite3")),
            SQLite3TempSubscriberStorage(str(scratch / "requests.sqlite3")),
        )
        self.app.register_blueprint(self.subscriber.build_blueprint(url_prefix="/callbacks"))
        self.heard, self.confirmed, self.errors = [], [], []
        self.subscriber.add_listener(lambda topic, _, body: self.heard.append((topic, body)))
        self.subscriber.add_success_handler(lambda topic, _, mode: self.confirmed.append((topic, mode)))
        self.subscriber.add_error_handler(lambda topic, _, reason: self.errors.append((topic, reason)))
        server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def address(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def subscribe(self, **request):
        with self.app.app_context():
            return self.subscriber.subscribe(**request)

    def unsubscribe(self, callback):
        with self.app.app_context():
            self.subscriber.unsubscribe(callback)

    def hears(self, topic, text):
        return any(heard == topic and text.encode() in body for heard, body in self.heard)


class Blog:
    """A blog with a service that answers at a port of its own."""

    def __init__(self, binary, folder, more, **variables):
        self.folder, self.port = folder, free_port()
        (folder / "posts").mkdir(parents=True)
        self.save("First words.")
        address = f"http://127.0.0.1:{self.port}/"
        (folder / "feedwright.yaml").write_text(
            f"site: {{ title: Peers, url: 'https://example.org/' }}\noutput_url: {address}\nstate: state\n"
            f"serve: 127.0.0.1:{self.port}\n{more}\n"
        )
        self.log = (folder / "log").open("w")
        self.service = subprocess.Popen([binary, "-v"], cwd=folder, stderr=self.log, env=dict(os.environ, **variables))
        atexit.register(self.service.kill)
        eventually("the service answers", self.answers)

    def answers(self):
        if self.service.poll() is not None:
            sys.exit((self.folder / "log").read_text())
        return answers(self.port) and any(self.folder.glob("public/*.*"))

    def topic(self, path):
        return f"http://127.0.0.1:{self.port}/{path}"

    def save(self, words):
        text = f"---\ntitle: A post\ndate: 2024-01-02\n---\n{words}\n"
        (self.folder / "posts/2024-01-02-a.md").write_text(text)

    def stop(self):
        self.service.terminate()
        if self.service.wait(PATIENCE) != 0:
            sys.exit((self.folder / "log").read_text())


def their_hub_tells_their_subscriber(binary, scratch, peers):
    blog = Blog(binary, scratch / "announced", f"websub: {peers.address('/hub')}")
    for path in ["atom.xml", "rss.xml"]:
        found = discover(blog.topic(path))
        assert found == {"hub_url": peers.address("/hub"), "topic_url": blog.topic(path)}, found
        peers.subscribe(**found)
        eventually(f"their hub confirms {path}", lambda: (blog.topic(path), "subscribe") in peers.confirmed)
    blog.save("Announced to their hub.")
    for path in ["atom.xml", "rss.xml"]:
        eventually(f"their hub sends {path}", lambda: peers.hears(blog.topic(path), "Announced to their hub."))
    blog.stop()


def certificates(folder):
    """Of an authority, and of 127.0.0.1 by it."""
    folder.mkdir()
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in [
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Peers -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout key.pem -out request.pem",
        "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out chain.pem",
    ]:
        subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


def a_hub_behind_tls_is_told_if_it_is_trusted(binary, scratch, _):
    told, folder = [], certificates(scratch / "certificates")

    class Hub(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = f"feeds: [atom.xml]\nwebsub: {{ hubs: ['https://127.0.0.1:{server.server_port}/'], wait: 0s }}"
    stranger = Blog(binary, scratch / "stranger", settings)
    stranger.save("Told to nobody.")
    eventually("it does not trust a stranger", lambda: "cannot tell" in (stranger.folder / "log").read_text())
    assert "invalid peer certificate" in (stranger.folder / "log").read_text() and not told
    stranger.stop()
    blog = Blog(binary, scratch / "trusting", settings, SSL_CERT_FILE=str(folder / "ca.pem"))
    blog.save("Told by TLS.")
    eventually("it is told", lambda: any("hub.mode=publish" in form for form in told))
    blog.stop()


def our_hub_tells_their_subscriber(binary, scratch, peers):
    blog = Blog(binary, scratch / "hub", "hub: { allow_private: true }")
    topic = blog.topic("feed.json")
    found = discover(blog.topic("atom.xml"))
    assert found == {"hub_url": blog.topic("hub"), "topic_url": blog.topic("atom.xml")}, found
    websub_subscriber.is_secure = lambda _: True  # it signs only what comes by https, and this is loopback
    callback = peers.subscribe(hub_url=found["hub_url"], topic_url=topic, secret="rain", lease_seconds=3600)
    eventually("our hub asks", lambda: (topic, "subscribe") in peers.confirmed)
    blog.save("Sent by our own hub.")
    eventually("a signed feed", lambda: peers.hears(topic, "Sent by our own hub."))  # it drops what is signed wrongly
    body = next(body for heard, body in peers.heard if heard == topic)
    assert body == (blog.folder / "public/feed.json").read_bytes()
    peers.unsubscribe(callback)
    eventually("our hub asks again", lambda: (topic, "unsubscribe") in peers.confirmed)
    try:
        peers.subscribe(hub_url=found["hub_url"], topic_url="https://elsewhere.example/feed")
        sys.exit("our hub takes what is no feed of its own")
    except SubscriberError as refused:
        assert "404" in str(refused), refused
    peers.subscribe(**found)
    eventually("our hub asks", lambda: (found["topic_url"], "subscribe") in peers.confirmed)
    settings = blog.folder / "feedwright.yaml"
    settings.write_text(settings.read_text() + "feeds: [rss.xml, feed.json]\n")
    eventually("our hub denies a feed that is no more", lambda: found["topic_url"] in [topic for topic, _ in peers.errors])
    blog.stop()


def main():
    binary, scratch = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    peers = Peers(scratch)
    for part in [their_hub_tells_their_subscriber, a_hub_behind_tls_is_told_if_it_is_trusted, our_hub_tells_their_subscriber]:
        part(binary, scratch, peers)
        print("ok   ", part.__name__.replace("_", " "))


main()
