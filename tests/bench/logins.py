#!/usr/bin/env python3
"""What logins cost: known clients, 100 a second, in processor time; and 1,000 wrong ones at once, in what deliveries
wait meanwhile.

    MOX=build/release/mox tests/bench/logins.py [SECONDS]

Prints the rows of the table in README.md. On a machine with nothing else to do."""

import base64
import multiprocessing
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "serve"))
from login_clients import PLAIN_LISTENER, Line, allow_connections, context, guess_at_once  # noqa: E402
from scram import Scram  # noqa: E402
from served import PASSWORD, Served, free_ports  # noqa: E402

USER = "mjl@example.org"
RATE = 100
GUESSERS = 1000
MESSAGE = ("From: a@elsewhere.example\r\nTo: mjl@example.org\r\nSubject: measured\r\n\r\n" + "x" * 70 + "\r\n") * 40


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def plain(line):
    return line.say("AUTH PLAIN " + encoded(f"\0{USER}\0{PASSWORD}"))


def scram(line):
    client = Scram("SCRAM-SHA-256", USER, PASSWORD)
    reply = line.say("AUTH SCRAM-SHA-256 " + encoded(client.respond(b"")))
    while reply.startswith(b"334"):
        reply = line.say(encoded(client.respond(base64.b64decode(reply[4:]))))
    return reply


class Sessions:
    """TLS 1.3 gives its ticket with the first answer."""

    session = None


def known_clients(ports, how, seconds):
    """RATE logins a second; how many there were."""
    tls = context() if how != "plain" else None
    kept = Sessions()
    begin = time.monotonic()
    for number in range(RATE * seconds):
        time.sleep(max(0, begin + number / RATE - time.monotonic()))
        source = f"127.{1 + number % 100}.{8 * (number // 100 % 30)}.1"
        line = Line(ports["plain" if tls is None else "submissions"], source, tls,
                    kept.session if how == "resumed" else None)
        line.read()
        line.say("EHLO client.example")
        reply = scram(line) if how == "scram" else plain(line)
        assert reply.startswith(b"235"), reply
        if how == "resumed":
            kept.session = line.socket.session
        line.say("QUIT")
        line.close()
    return time.monotonic() - begin


def processor_time(pid):
    """In seconds, of all threads."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def connections_only(ports, how, seconds):
    """The same without the login: what the connections cost."""
    tls = context() if how != "plain" else None
    begin = time.monotonic()
    for number in range(RATE * seconds):
        time.sleep(max(0, begin + number / RATE - time.monotonic()))
        line = Line(ports["plain" if tls is None else "submissions"], f"127.{1 + number % 100}.{8 * (number // 100 % 30)}.1",
                    tls)
        line.read()
        line.say("EHLO client.example")
        line.say("QUIT")
        line.close()
    return time.monotonic() - begin


def share(server, work, how, seconds):
    """Per cent of a core."""
    work(server.ports, how, 2)  # what is known is known now
    before = processor_time(server.process.pid)
    took = work(server.ports, how, seconds)
    return 100 * (processor_time(server.process.pid) - before) / took


def deliver(ports, times, until):
    """Messages one after the other; how long each took, in ms, as (begin, length)."""
    line = Line(ports["smtp"], "127.0.0.1")
    line.read()
    line.say("EHLO sender.example")
    found = []
    while not until.is_set():
        begin = time.monotonic()
        line.socket.sendall(b"MAIL FROM:<a@elsewhere.example>\r\nRCPT TO:<mjl@example.org>\r\nDATA\r\n")
        for _ in range(3):
            line.read()
        reply = line.say(MESSAGE + ".")
        assert reply.startswith(b"250"), reply
        found.append((begin, 1000 * (time.monotonic() - begin)))
        time.sleep(0.005)
    times.put(found)


def percentile(numbers, share_below):
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share_below))]


def wrong_ones(server, rounds):
    """Prints what deliveries by four clients took while passwords were guessed, and before."""
    times = multiprocessing.Queue()
    until = multiprocessing.Event()
    clients = [multiprocessing.Process(target=deliver, args=(server.ports, times, until)) for _ in range(4)]
    for client in clients:
        client.start()
    time.sleep(3)
    quiet_until = time.monotonic()
    spans = []
    for _ in range(rounds):
        begin, end, replies = guess_at_once(server.ports["plain"], USER, GUESSERS)
        spans.append((begin, end))
        print(f"  {GUESSERS} guesses took {end - begin:.2f} s: {replies}", file=sys.stderr)
        time.sleep(1)
    until.set()
    found = [one for _ in clients for one in times.get()]
    for client in clients:
        client.join()
    quiet = [length for begin, length in found if begin < quiet_until - 0.2]
    busy = [length for begin, length in found if any(first - length / 1000 <= begin <= last for first, last in spans)]
    for name, lengths in [("before", quiet), (f"while {GUESSERS} passwords are guessed", busy)]:
        print(f"| delivery {name}, p50 / p99 / worst of {len(lengths)}, ms | {statistics.median(lengths):.1f} / "
              f"{percentile(lengths, 0.99):.1f} / {max(lengths):.1f} |")


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    allow_connections()
    with Served() as server:
        server.ports |= free_ports(["plain"])
        path = server.config / "mox.toml"
        path.write_text(path.read_text().replace('"debug"', '"info"') + PLAIN_LISTENER.format(**server.ports))
        if os.geteuid() == 0:
            os.chown(path, server.as_user["user"], server.as_user["group"])
        server.start()
        server.mox("setaccountpassword", "mjl", input=PASSWORD + "\n")
        for how, words in [("plain", "PLAIN, no TLS"), ("tls", "PLAIN, a TLS handshake each"),
                           ("resumed", "PLAIN, TLS resumed"), ("scram", "SCRAM-SHA-256, a TLS handshake each")]:
            print(f"| {RATE} logins/s, {words}, % of a core | {share(server, known_clients, how, seconds):.1f} |", flush=True)
        for how, words in [("plain", "no TLS"), ("tls", "a TLS handshake each")]:
            print(f"| {RATE} connections/s without a login, {words}, % of a core | "
                  f"{share(server, connections_only, how, seconds):.1f} |", flush=True)
        wrong_ones(server, 3)


if __name__ == "__main__":
    main()
