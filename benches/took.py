#!/usr/bin/env python3
"""Runs a command and prints what it took: exit code, seconds, CPU seconds, peak memory in KiB, as JSON.

    python3 -IS benches/took.py TIMEOUT LOG COMMAND...

A process of its own, and a small one: the kernel counts the memory of whoever starts a command as the command's own.
After TIMEOUT seconds the command is killed; then the exit code is null.
"""
import os
import signal
import sys
import time


def main():
    timeout, log, *command = sys.argv[1:]
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        run(log, command)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, float(timeout))
    _, status, used = os.wait4(child, 0)
    seconds = time.monotonic() - began
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else "null"
    print(f"[{code}, {seconds:.6f}, {used.ru_utime + used.ru_stime:.6f}, {used.ru_maxrss}]")


def run(log, command):
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.execvp(command[0], command)
    finally:
        os._exit(127)


main()
