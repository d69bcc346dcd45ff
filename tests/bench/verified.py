#!/usr/bin/python3
"""What it costs to find out who has sent a message: intake of a signed message of 4 KB by `mox serve`, which asks a name
server for SPF, DKIM and DMARC, beside the same by `mox localserve`, which asks nobody. Both in turn, three times.

    MOX=build/release/mox tests/bench/verified.py [SECONDS]

Prints the rows of the table in README.md. On a machine with nothing else to do; nsd must be installed."""

import json
import multiprocessing
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path += [str(TESTS / "serve"), str(TESTS / "resolver")]
import signed_zones  # noqa: E402
from served import MOX, Served  # noqa: E402

SENDER = """
@ TXT "v=spf1 ip4:127.0.0.0/8 -all"
_dmarc TXT "v=DMARC1; p=reject"
* A 127.0.0.1
"""
MESSAGE = "From: ann@sender.example\r\nTo: {to}\r\nSubject: measured\r\n\r\n" + ("x" * 70 + "\r\n") * 54


def mox(*words, text=""):
    return subprocess.run([MOX, *words], input=text, capture_output=True, text=True, check=True).stdout


def send(port, recipient, message, number, until, counts):
    """One connection after the other, a hundred messages each, from an address of its own."""
    letter = message.encode() + b".\r\n"
    envelope = f"MAIL FROM:<ann@sender.example>\r\nRCPT TO:<{recipient}>\r\nDATA\r\n".encode()
    sent = visit = 0
    while time.monotonic() < until:
        visit += 1
        source = f"127.{1 + number}.{8 * (visit % 30)}.1"
        with socket.create_connection(("127.0.0.1", port), source_address=(source, 0)) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            replies = peer.makefile("rb")
            replies.readline()
            peer.sendall(b"EHLO mail.sender.example\r\n")
            while replies.readline()[3:4] == b"-":
                pass
            for _ in range(100):
                if time.monotonic() >= until:
                    break
                peer.sendall(envelope)
                for want in (b"250", b"250", b"354"):
                    reply = replies.readline()
                    assert reply.startswith(want), reply
                peer.sendall(letter)
                reply = replies.readline()
                assert reply.startswith(b"250"), reply
                sent += 1
    counts.put(sent)


def measure(port, recipient, message, connections, seconds):
    counts = multiprocessing.Queue()
    begin = time.monotonic()
    senders = [multiprocessing.Process(target=send, args=(port, recipient, message, n, begin + seconds, counts))
               for n in range(connections)]
    for one in senders:
        one.start()
    sent = sum(counts.get() for _ in senders)
    for one in senders:
        one.join()
    return sent / (time.monotonic() - begin)


def plain(message, connections, seconds):
    folder = tempfile.TemporaryDirectory()
    process = subprocess.Popen([MOX, "localserve", "--dir", f"{folder.name}/mox", "--ports", "free", "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with folder:
        port = json.loads(process.stdout.readline())["ports"]["smtp"]
        rate = measure(port, "mox@localhost", message.format(to="mox@localhost"), connections, seconds)
        process.terminate()
        process.wait()
    return rate


def verified(resolver, message, connections, seconds):
    with Served(resolver=resolver) as server:
        config = server.config / "mox.toml"
        config.write_text(config.read_text().replace('log-level = "debug"', 'log-level = "error"'))
        with open(server.folder / "log", "wb") as log:
            server.process = subprocess.Popen(server.command("serve"), stderr=log, **server.as_user)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", server.ports["smtp"])).close()
                break
            except OSError:
                time.sleep(0.05)
        rate = measure(server.ports["smtp"], "mjl@example.org", message, connections, seconds)
        server.process.terminate()
        server.process.wait()
        server.process = None
    return rate


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    signed_zones.need(["nsd"])
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        zones = signed_zones.Zones(folder)
        key = mox("dkim", "genrsa")
        pathlib.Path(folder, "key.pem").write_text(key)
        record = mox("dkim", "txt", text=key)
        zones.unsigned("sender.example.", SENDER + f"2026a._domainkey TXT {record}\n")
        zones.unsigned("127.in-addr.arpa.", "* PTR mail.sender.example.\n")
        signed = mox("dkim", "sign", "--key", f"{folder}/key.pem", "--selector", "2026a", "--domain", "sender.example",
                     text=MESSAGE.format(to="mjl@example.org")).replace("\n", "\r\n")
        with signed_zones.nsd(zones) as port:
            print("| SMTP intake of a signed message of 4 KB, per s | nothing looked up | iprev, SPF, DKIM, DMARC | ratio |")
            print("| --- | ---: | ---: | ---: |")
            for connections in [1, 8, 32]:
                rates = [(plain(signed, connections, seconds), verified(f"127.0.0.1:{port}", signed, connections, seconds))
                         for _ in range(3)]
                before, after = (statistics.median(column) for column in zip(*rates))
                print(f"| {connections} conn | {before:,.0f} | {after:,.0f} | {after / before:.2f} |", flush=True)


main()
