#!/usr/bin/env python3
"""Look-ups at name servers that are slow, dead, or answered for by somebody else."""

import json
import os
import socket
import struct
import subprocess
import threading
import time
import unittest

MOX = os.path.abspath(os.environ.get("MOX", "build/release/mox"))


def answer(query, address, **changes):
    """An answer with one address to a question for one."""
    number = changes.get("number", struct.unpack(">H", query[:2])[0])
    end = query.index(b"\0", 12) + 5
    question = changes.get("question", query[12:end])
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(address)
    return struct.pack(">HHHHHH", number, 0x81A0, 1, 1, 0, 0) + question + record


class Server(threading.Thread):
    """Hands each datagram to a function, which sends what it wants."""

    def __init__(self, serve):
        super().__init__(daemon=True)
        self.serve = serve
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                query, peer = self.socket.recvfrom(4096)
            except OSError:
                return
            self.serve(self.socket, query, peer)


class OddServers(unittest.TestCase):
    def lookup(self, server, name="host.example"):
        words = [MOX, "dns", "lookup", "--json", "--resolver", server, "a", name]
        start = time.monotonic()
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, json.loads(done.stdout), time.monotonic() - start

    def served(self, serve):
        server = Server(serve)
        self.addCleanup(server.socket.close)
        return server

    def test_slow(self):
        def serve(socket_, query, peer):
            time.sleep(1.5)
            socket_.sendto(answer(query, "192.0.2.1"), peer)

        code, found, took = self.lookup(self.served(serve).address)
        self.assertEqual((code, found["records"]), (0, ["192.0.2.1"]))
        self.assertGreater(took, 1.4)

    def test_first_datagram_lost(self):
        seen = []

        def serve(socket_, query, peer):
            seen.append((query[:2], peer[1]))
            if len(seen) > 1:
                socket_.sendto(answer(query, "192.0.2.1"), peer)

        code, found, _ = self.lookup(self.served(serve).address)
        self.assertEqual((code, found["records"]), (0, ["192.0.2.1"]))
        self.assertEqual(len(set(seen)), 2)

    def test_extended_errors(self):
        """RFC 8914: of a failure and of an answer, in numbers and words."""

        def extended(code, text):
            option = struct.pack(">HHH", 15, 2 + len(text), code) + text
            return b"\0" + struct.pack(">HHIH", 41, 1232, 0x8000, len(option)) + option

        def serve(socket_, query, peer):
            if query[12:].startswith(b"\5stale"):
                packet = answer(query, "192.0.2.1")
                packet = packet[:11] + b"\1" + packet[12:] + extended(3, b"")
            else:
                end = query.index(b"\0", 12) + 5
                packet = query[:2] + b"\x81\x82\0\1\0\0\0\0\0\1" + query[12:end] + extended(7, b"of the key")
            socket_.sendto(packet, peer)

        server = self.served(serve)
        code, found, _ = self.lookup(server.address)
        self.assertEqual((code, found["extended-errors"]), (3, [{"code": 7, "text": "of the key"}]))
        self.assertIn("signature expired: of the key", found["explanation"])
        code, found, _ = self.lookup(server.address, "stale.example")
        self.assertEqual((code, found["records"]), (0, ["192.0.2.1"]))
        self.assertEqual(found["extended-errors"], [{"code": 3}])
        words = [MOX, "dns", "lookup", "--resolver", server.address, "a", "stale.example"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        self.assertIn("extended-error: 3 (stale answer)\n", done.stdout)

    def test_silent(self):
        code, found, took = self.lookup(self.served(lambda *_: None).address)
        self.assertEqual((code, found["problem"], found["dnssec"]), (3, "no answer in time", False))
        self.assertLess(took, 35)

    def test_dead(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        code, found, took = self.lookup(address)
        self.assertEqual((code, found["problem"]), (3, "no name server could be reached"))
        self.assertLess(took, 10)

    def test_spoofed(self):
        """Guesses come before the answer: from the server's own port, with other ids and questions; and from other
        ports, with everything right."""
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(other.close)

        def serve(socket_, query, peer):
            number = struct.unpack(">H", query[:2])[0]
            for i in range(1, 200):
                socket_.sendto(answer(query, "6.6.6.6", number=number ^ i), peer)
            socket_.sendto(answer(query, "6.6.6.6", question=b"\4evil\0\0\1\0\1"), peer)
            other.sendto(answer(query, "6.6.6.6"), peer)
            time.sleep(0.2)
            socket_.sendto(answer(query, "192.0.2.1"), peer)

        code, found, _ = self.lookup(self.served(serve).address)
        self.assertEqual((code, found["records"]), (0, ["192.0.2.1"]))

    def test_nonsense(self):
        def serve(socket_, query, peer):
            socket_.sendto(query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:][:18] + b"\xff" * 20, peer)

        code, found, _ = self.lookup(self.served(serve).address)
        self.assertEqual(code, 3)
        self.assertIn(found["problem"], ("the answer makes no sense", "no answer in time"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
