#!/usr/bin/env python3
"""What strangers send: the server answers with a clear error or ends the conversation, at bounded
cost, and goes on serving others."""

import json
import os
import pathlib
import socket
import ssl
import threading
import unittest

from instance import SHARED, Instance
from python_clients import bodies, login


class Line:
    """A bare conversation over TCP."""

    def __init__(self, port, source=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30, source_address=source)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        return self.file.readline()

    def reply(self):
        """One SMTP reply, its lines joined."""
        lines = []
        while True:
            line = self.line()
            lines.append(line)
            if len(line) < 4 or line[3:4] != b"-":
                return b"".join(lines)

    def close(self):
        self.file.close()
        self.socket.close()


def rss_anon_kb(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    raise AssertionError("no RssAnon")


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.instance = Instance().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.instance.__exit__(None, None, None)

    def smtp(self, hello=True):
        line = Line(self.instance.ports["smtp"])
        self.assertTrue(line.reply().startswith(b"220 "))
        if hello:
            line.send(b"EHLO client.example\r\n")
            self.assertTrue(line.reply().startswith(b"250-"))
        return line

    def imap(self, authenticated=True):
        line = Line(self.instance.ports["imap"])
        self.assertTrue(line.line().startswith(b"* OK "))
        if authenticated:
            line.send(f"l LOGIN {self.instance.user} {self.instance.password}\r\n".encode())
            self.assertTrue(line.line().startswith(b"l OK"))
        return line

    def test_smtp_overlong_line(self):
        line = self.smtp()
        line.send(b"MAIL FROM:<" + b"a" * 100_000 + b">\r\n")
        self.assertTrue(line.reply().startswith(b"500 5.5.0 "))
        self.assertEqual(line.line(), b"")

    def test_smtp_first_command_of_another_protocol(self):
        line = self.smtp(hello=False)
        line.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertTrue(line.reply().startswith(b"500 5.5.2 "))
        self.assertEqual(line.line(), b"")

    def test_smtp_bad_commands_keep_the_conversation(self):
        line = self.smtp()
        cases = [
            (b"\0\0\0\r\n", b"50"),
            (b"WHAT\r\n", b"500 5.5.1 "),
            (b"MAIL FROM:\r\n", b"501 "),
            (b"MAIL FROM:<a@b\r\n", b"501 "),
            (b"RCPT TO:<a@localhost>\r\n", b"503 5.5.1 "),
            (b"DATA\r\n", b"503 5.5.1 "),
            (b"MAIL FROM:<a@example.org> SIZE=x\r\n", b"501 5.5.4 "),
            (b"MAIL FROM:<a@example.org> FOO=x\r\n", b"555 5.3.3 "),
            (b"MAIL FROM:<a@example.org> SIZE=999999999999\r\n", b"552 5.3.4 "),
            (b"AUTH PLAIN x\r\n", b"503 5.5.1 "),
            (b"NOOP\r\n", b"250 2.0.0 "),
        ]
        for said, want in cases:
            line.send(said)
            have = line.reply()
            self.assertTrue(have.startswith(want), f"{said!r}: {have!r}")
        line.close()

    def test_starttls_with_a_command_behind_it(self):
        line = self.smtp()
        line.send(b"STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n")
        self.assertTrue(line.reply().startswith(b"503 5.5.1 "))
        self.assertEqual(line.line(), b"")
        line = Line(self.instance.ports["imap"])
        line.line()
        line.send(b"a STARTTLS\r\nb LOGOUT\r\n")
        self.assertFalse(line.line().startswith(b"a OK"))
        line.close()

    def test_smuggling(self):
        path = SHARED / "smtp-smuggling" / "end-of-data.json"
        if not path.exists():
            if os.environ.get("CI") == "true":
                self.fail(f"{path} is missing")
            self.skipTest(f"{path} is not there")
        for name, end in json.loads(path.read_text()).items():
            line = self.smtp()
            line.send(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<mox@localhost>\r\nDATA\r\n")
            for _ in range(3):
                line.reply()
            line.send(b"Subject: outer\r\n\r\nbody" + end.encode() + b"MAIL FROM:<evil@example.org>\r\n.\r\n")
            have = line.reply()
            self.assertTrue(have.startswith((b"500 5.5.2 ", b"554 5.6.0 ")), f"{name}: {have!r}")
            line.send(b"QUIT\r\n")
            self.assertTrue(line.reply().startswith(b"221 "), name)
            line.close()
        client = login(self.instance)
        self.assertEqual(bodies(client, "INBOX"), [])
        client.logout()

    def test_imap_bad_commands(self):
        line = self.imap()
        cases = [
            (b"a\r\n", b"* BAD"),
            (b"a WHAT\r\n", b"a BAD"),
            (b"a FETCH 1 FLAGS\r\n", b"a "),
            (b"a SELECT\r\n", b"a BAD"),
            (b'a SELECT "unfinished\r\n', b"a BAD"),
            (b"a SELECT nowhere\r\n", b"a NO"),
            (b"a LIST \"\" \0\r\n", b"a BAD"),
            (b"a NOOP\r\n", b"a OK"),
        ]
        for said, want in cases:
            line.send(said)
            have = line.line()
            self.assertTrue(have.startswith(want), f"{said!r}: {have!r}")
        line.close()

    def test_imap_first_command_of_another_protocol(self):
        line = self.imap(authenticated=False)
        line.send(b"EHLO client.example\r\n")
        self.assertTrue(line.line().startswith(b"* BYE "))
        self.assertEqual(line.line(), b"")

    def test_imap_overlong_line_and_literal(self):
        line = self.imap()
        line.send(b"a LIST \"\" " + b"x" * 1_000_000 + b"\r\n")
        have = b"".join(iter(line.line, b""))
        self.assertTrue(b"BAD" in have or b"BYE" in have, have)
        line = self.imap()
        line.send(b"a LIST \"\" {99999999}\r\n")
        self.assertIn(b"BAD", line.line())
        line.close()

    def test_wrong_base64(self):
        line = Line(self.instance.ports["submission"])
        line.reply()
        line.send(b"EHLO client.example\r\n")
        line.reply()
        line.send(b"AUTH PLAIN !!!!\r\n")
        self.assertTrue(line.reply().startswith(b"501 5.5.2 "))
        line.send(b"AUTH PLAIN\r\n")
        self.assertTrue(line.reply().startswith(b"334 "))
        line.send(b"*\r\n")
        self.assertTrue(line.reply().startswith(b"501 5.5.0 "))
        line.close()
        line = self.imap(authenticated=False)
        line.send(b"a AUTHENTICATE PLAIN\r\n")
        self.assertTrue(line.line().startswith(b"+"))
        line.send(b"%%%%\r\n")
        self.assertTrue(line.line().startswith(b"a BAD"))
        line.close()

    def test_deep_mime_is_stored_and_described(self):
        deep = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
        for level in range(1, 300):
            deep += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level)
        client = login(self.instance)
        self.assertEqual(client.create("deep")[0], "OK")
        self.assertEqual(client.append("deep", None, None, deep)[0], "OK")
        self.assertEqual(bodies(client, "deep"), [deep])
        kind, data = client.fetch("1", "(BODYSTRUCTURE ENVELOPE)")
        self.assertEqual(kind, "OK", data)
        client.delete("deep")
        client.logout()

    def test_many_connections(self):
        """10,000 from addresses of many networks: all greeted, others served, memory bounded."""
        before = rss_anon_kb(self.instance.process)
        lines = []
        for number in range(10_000):
            source = f"127.{number % 250 + 1}.{8 * (number // 250 % 31) + 1}.{number // 7750 + 1}"
            lines.append(Line(self.instance.ports["imap"], source=(source, 0)))
        for line in lines[::97]:
            self.assertTrue(line.line().startswith(b"* OK "))
        client = login(self.instance)
        client.select("INBOX")
        client.logout()
        grown = rss_anon_kb(self.instance.process) - before
        self.assertLess(grown, 10_000 * 12)
        for line in lines:
            line.close()

    def test_too_many_connections_from_one_address(self):
        lines = [Line(self.instance.ports["imap"], source=("127.99.0.1", 0)) for _ in range(31)]
        greetings = [line.line() for line in lines]
        self.assertEqual(sum(greeting.startswith(b"* OK ") for greeting in greetings), 30)
        self.assertEqual(sum(greeting.startswith(b"* BYE ") for greeting in greetings), 1)
        for line in lines:
            line.close()

    def test_half_a_tls_handshake_and_silence_do_not_block_others(self):
        silent = [Line(self.instance.ports["imaps"]) for _ in range(5)]
        for line in silent:
            line.send(b"\x16\x03\x01\x02\x00")
        context = ssl.create_default_context(cafile=self.instance.certificate)
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.instance.ports["imaps"])),
                                 server_hostname="localhost") as good:
            self.assertTrue(good.recv(1000).startswith(b"* OK "))
        for line in silent:
            line.close()

    def test_disconnect_in_the_middle_of_everything(self):
        for said in (b"MAIL FROM:<a@example.org>\r\nRCPT TO:<mox@localhost>\r\nDATA\r\nSubject: half", b"EHL", b""):
            line = self.smtp(hello=False)
            line.send(b"EHLO client.example\r\n" + said)
            line.close()
        for said in (b"a APPEND INBOX {100}\r\nhalf", b"a APPEND INBOX {100+}\r\nhalf", b"a IDLE\r\n", b"a SEL"):
            line = self.imap()
            line.send(said)
            line.close()
        client = login(self.instance)
        self.assertEqual(bodies(client, "INBOX"), [])
        client.logout()

    def test_parallel_senders_with_one_slow(self):
        slow = self.smtp()
        slow.send(b"MAIL FROM:<a@example.org>\r\nRCPT TO:<mox@localhost>\r\nDATA\r\nSubject: slow")
        done = []

        def fast():
            line = self.smtp()
            line.send(b"NOOP\r\n")
            done.append(line.reply())
            line.close()

        threads = [threading.Thread(target=fast) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(done), 10)
        slow.close()


if __name__ == "__main__":
    unittest.main()
