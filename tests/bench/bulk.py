#!/usr/bin/env python3
"""STORE, COPY and EXPUNGE of 10,000 messages out of a large mailbox, how long deliveries wait meanwhile, and how long
the disk takes for a bare sync of 12 KB in FOLDER, before and after:
bulk.py HOST IMAP_PORT SMTP_PORT USER PASSWORD MAILBOX FOLDER"""

import json
import os
import socket
import sys
import tempfile
import threading
import time

HOST, IMAP, SMTP, USER, PASSWORD, MAILBOX, FOLDER = sys.argv[1:]
COUNT = 10_000
REPEATS = 7


class Lines:
    """A connection of lines; replies are read up to the one that begins with `until`."""

    def __init__(self, port):
        self.socket = socket.create_connection((HOST, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.file.readline()

    def ask(self, text, until):
        self.socket.sendall(text.encode() + b"\r\n")
        lines = []
        while True:
            line = self.file.readline()
            lines.append(line)
            if not line or line.startswith(until):
                return lines


class Imap(Lines):
    def __init__(self):
        super().__init__(IMAP)
        self.run(f"LOGIN {USER} {PASSWORD}")

    def run(self, command):
        lines = self.ask("t " + command, b"t ")
        if not lines[-1].startswith(b"t OK"):
            sys.exit(f"{command}: {lines[-1]!r}")
        return lines


class Deliveries(threading.Thread):
    """One delivery after the other, until it is stopped."""

    def __init__(self):
        super().__init__()
        self.smtp = Lines(SMTP)
        self.smtp.ask("EHLO client.example", b"250 ")
        self.waits = []
        self.stopping = False

    def run(self):
        body = "Subject: one\r\n\r\n" + ("x" * 70 + "\r\n") * 55 + "."
        while not self.stopping:
            self.smtp.ask("MAIL FROM:<a@sender.example>", b"250")
            self.smtp.ask(f"RCPT TO:<{USER}>", b"250")
            self.smtp.ask("DATA", b"354")
            begin = time.perf_counter()
            if not self.smtp.ask(body, (b"2", b"4", b"5"))[-1].startswith(b"250"):
                sys.exit("a delivery was refused")
            self.waits.append(time.perf_counter() - begin)
            time.sleep(0.002)


def syncs(seconds):
    times = []
    with tempfile.TemporaryFile(dir=FOLDER) as file:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            begin = time.perf_counter()
            os.pwrite(file.fileno(), b"x" * 12288, 0)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
            time.sleep(0.002)
    times.sort()
    print(json.dumps({"workload": "bulk", "what": "bare sync", "count": len(times), "ms_p50": round(times[len(times) // 2], 2),
                      "ms_p99": round(times[len(times) * 99 // 100], 2), "ms_max": round(times[-1], 1)}), flush=True)


def measure(what, command, undo):
    rates, waits = [], []
    for _ in range(REPEATS):
        deliveries = Deliveries()
        deliveries.start()
        time.sleep(0.1)
        before = len(deliveries.waits)
        begin = time.perf_counter()
        command()
        seconds = time.perf_counter() - begin
        time.sleep(0.1)
        deliveries.stopping = True
        deliveries.join()
        rates.append(COUNT / seconds)
        # The longest of this command.
        waits.append(max(deliveries.waits[before:]) * 1000)
        undo()
    print(json.dumps({"workload": "bulk", "what": what, "mailbox_messages": total,
                      "msgs_per_s": round(sorted(rates)[REPEATS // 2]),
                      "delivery_wait_ms": round(sorted(waits)[REPEATS // 2], 1),
                      "delivery_wait_ms_each": [round(wait, 1) for wait in waits]}), flush=True)


imap = Imap()
selected = imap.run(f"SELECT {MAILBOX}")
total = int(next(line for line in selected if line.endswith(b" EXISTS\r\n")).split()[1])
if total < 2 * (REPEATS + 2) * COUNT:
    sys.exit(f"{MAILBOX} has {total} messages; at least {2 * (REPEATS + 2) * COUNT} are needed")
syncs(5)
first = total // 2
some = f"{first}:{first + COUNT - 1}"
imap.run("CREATE BulkCopy")


def empty_copy():
    imap.run("DELETE BulkCopy")
    imap.run("CREATE BulkCopy")


def mark():
    imap.run(f"STORE {some} +FLAGS.SILENT (\\Deleted)")


measure("STORE", lambda: imap.run(f"STORE {some} +FLAGS (\\Seen)"), lambda: imap.run(f"STORE {some} -FLAGS.SILENT (\\Seen)"))
measure("COPY", lambda: imap.run(f"COPY {some} BulkCopy"), empty_copy)
mark()
measure("EXPUNGE", lambda: imap.run("EXPUNGE"), mark)
imap.run("DELETE BulkCopy")
syncs(5)
