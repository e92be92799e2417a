"""The program as systemd runs it, and a watch over what it puts into place."""
import ctypes
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

FEEDS = ("rss.xml", "atom.xml", "feed.json")


class Watch:
    """Tells when files in folders are put into place (inotify(7)); sleeps in between."""

    MOVED_TO, CLOSE_WRITE = 0x80, 0x08
    HEAD = struct.Struct("iIII")

    def __init__(self, *folders):
        libc = ctypes.CDLL(None, use_errno=True)
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "inotify")
        self.folders = {}
        for folder in folders:
            number = libc.inotify_add_watch(self.fd, os.fsencode(folder), self.MOVED_TO | self.CLOSE_WRITE)
            if number < 0:
                raise OSError(ctypes.get_errno(), f"inotify of {folder}")
            self.folders[number] = Path(folder)

    def close(self):
        os.close(self.fd)

    def paths(self, timeout):
        """What was put into place, feeds and others; empty when nothing was for `timeout` seconds."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return []
        data, paths = os.read(self.fd, 1 << 16), []
        while data:
            number, _, _, length = self.HEAD.unpack_from(data)
            name = data[self.HEAD.size:self.HEAD.size + length].rstrip(b"\0").decode()
            paths.append(self.folders.get(number, Path()) / name)
            data = data[self.HEAD.size + length:]
        return paths

    def quiet(self, seconds):
        """Waits until nothing happens for so long; how often each feed was put into place until then."""
        seen = Counter()
        while paths := self.paths(seconds):
            seen.update(path.name for path in paths if path.name in FEEDS)
        return seen


class Service:
    """The program, run as systemd runs it, on the blog in this folder; its log and its socket are there, too."""

    TICKS = os.sysconf("SC_CLK_TCK")

    def __init__(self, binary, folder, state, timeout=120):
        self.log = folder / "log"
        state.mkdir(exist_ok=True)
        address = folder / "notify"
        address.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(str(address))
        environment = dict(os.environ, NOTIFY_SOCKET=str(address), STATE_DIRECTORY=str(state))
        began = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen([binary, "-c", str(folder / "feedwright.yaml")], env=environment,
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.ready_at, ready = None, threading.Event()
        threading.Thread(target=self.listen, args=(listener, ready), daemon=True).start()
        try:
            while not ready.wait(0.1):
                if self.process.poll() is not None or time.monotonic() - began > timeout:
                    self.fail("it did not become ready")
        except BaseException:
            self.stop()
            raise
        self.ready_after = self.ready_at - began

    def listen(self, listener, ready):
        """Hears all that it tells systemd, so that it never has to wait to be heard."""
        while True:
            if b"READY=1" in listener.recv(4096).split(b"\n") and not ready.is_set():
                self.ready_at = time.monotonic()
                ready.set()

    def fail(self, why):
        """Ends it, and everything."""
        self.stop()
        sys.exit(f"{why}; it said:\n{self.log.read_text()}")

    def cpu(self):
        """Seconds of CPU time until now, in ticks of a hundredth."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / self.TICKS

    def peak(self):
        """The most memory that it ever had, in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))

    def stop(self):
        """Ends it as systemd does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()
