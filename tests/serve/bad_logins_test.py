#!/usr/bin/env python3
"""Logins that are meant badly, or just strange: passwords of every kind, too long, too many at once."""

import base64
import concurrent.futures
import imaplib
import smtplib
import time
import unittest

from login_clients import PLAIN_LISTENER, allow_connections, counted, guess_at_once, imap, imap_login, smtp
from served import PASSWORD, Served, free_ports

MJL = "mjl@example.org"


def processor_time(process):
    """Processor time that the server has used, in seconds."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def resident(process):
    """MiB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        (line,) = [line for line in file if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


class BadLogins(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        allow_connections()
        cls.server = Served().__enter__()
        cls.server.ports |= free_ports(["plain"])
        with open(cls.server.config / "mox.toml", "a", encoding="ascii") as file:
            file.write(PLAIN_LISTENER.format(**cls.server.ports))
        cls.server.start()
        cls.server.mox("setaccountpassword", "mjl", input=PASSWORD + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def works(self):
        self.assertIsNone(imap_login(self.server, "PLAIN", MJL))

    def plain(self, response):
        """The reply to AUTH PLAIN with these bytes."""
        with smtp(self.server) as client:
            client.ehlo()
            return client.docmd("AUTH", "PLAIN " + base64.b64encode(response).decode())

    def test_passwords_of_every_kind(self):
        """Each is the same in whichever form it is typed (RFC 8265 section 4.2)."""
        for password, typed in [
                ("pässwörd ☃ 😀", ["pässwörd ☃ 😀", "pa\u0308sswo\u0308rd ☃ 😀", "pässwörd\u00a0☃\u3000😀"]),
                ("\u212bngstro\u0308m-horse", ["Ångström-horse"]),
                (" spaces  around ", [" spaces  around "]),
                ("\"quotes\\ and, commas=", ["\"quotes\\ and, commas="]),
                ("x" * 1024, ["x" * 1024]),
                ("密码密码密码", ["密码密码密码"]),
        ]:
            self.server.mox("setaccountpassword", "other", input=password + "\n")
            for one in typed:
                with self.subTest(password=password[:20], typed=one[:20]):
                    response = b"\0other@example.net\0" + one.encode()
                    self.assertEqual(self.plain(response)[0], 235)
                    client = imap(self.server)
                    client.authenticate("PLAIN", lambda _, response=response: response)
                    client.logout()
            for other in [typed[0] + "x", typed[0][:-1], typed[0].swapcase() + "!"]:
                self.assertIn(self.plain(b"\0other@example.net\0" + other.encode())[0], (501, 535))
        for password in ["short", "tab\tin the middle", "escape\x1bsequence", "x" * 1025, "", " "]:
            with self.subTest(password=password[:20]):
                error = self.server.mox("setaccountpassword", "other", input=password + "\n", code=1)
                self.assertIn("password", error)
                self.assertLess(len(error), 400)

    def test_wrong_bytes(self):
        for name, response, code in [
                ("NUL in the password", b"\0mjl@example.org\0correct\0horse", 501),
                ("NUL at its end", b"\0mjl@example.org\0correct horse\0", 501),
                ("no UTF-8", b"\0mjl@example.org\0\xff\xfe\xfd", (501, 535)),
                ("no UTF-8 in the user", b"\0\xff\xfe@example.org\0correct horse", (501, 535)),
                ("an empty password", b"\0mjl@example.org\0", (501, 535)),
                ("an empty user", b"\0\0correct horse", (501, 535)),
                ("controls", b"\0mjl@example.org\0\x01\x02\x1b[2J", 535),
                ("very long", b"\0mjl@example.org\0" + b"x" * 5000, (500, 501, 535)),
                ("a user without an end", b"\0" + b"u" * 5000, (500, 501, 535)),
        ]:
            with self.subTest(name):
                got, words = self.plain(response)
                self.assertIn(got, code if isinstance(code, tuple) else (code,), words)
                self.assertLess(len(words), 200)
        self.works()
        log = self.server.log.read_text(errors="replace")
        self.assertNotIn(PASSWORD, log)
        self.assertNotIn("\x1b", log)

    def test_ten_megabytes(self):
        """What does not end is cut off, and not kept in memory."""
        before = resident(self.server.process)
        big = b"A" * (10 << 20)
        with self.subTest("SMTP, as an initial response"):
            with smtp(self.server) as client:
                client.ehlo()
                self.assertIn(b"500 5.5", self.pour(client.sock, b"AUTH PLAIN " + big + b"\r\n"))
        with self.subTest("SMTP, as a response"):
            with smtp(self.server) as client:
                client.ehlo()
                self.assertEqual(client.docmd("AUTH", "PLAIN")[0], 334)
                self.assertIn(b"500 5.5", self.pour(client.sock, big + b"\r\n"))
        with self.subTest("IMAP, as a line"):
            client = imap(self.server)
            self.assertIn(b"* BYE", self.pour(client.sock, b"a0 LOGIN mjl@example.org " + big + b"\r\n"))
        with self.subTest("IMAP, as a literal"):
            client = imap(self.server)
            client.send(b"a0 LOGIN mjl@example.org {%d}\r\n" % len(big))
            self.assertRegex(client.readline(), rb"^(a0 (BAD|NO)|\* BYE) ")
            client.shutdown()
        with self.subTest("IMAP, as a response"):
            client = imap(self.server)
            client.send(b"a0 AUTHENTICATE PLAIN\r\n")
            self.assertIn(b"+", client.readline())
            self.assertIn(b"* BYE", self.pour(client.sock, big + b"\r\n"))
        self.assertLess(resident(self.server.process) - before, 64)
        self.works()

    def pour(self, connection, data):
        """Sends until nobody takes it; what came back."""
        connection.settimeout(30)
        try:
            connection.sendall(data)
        except OSError:
            pass
        got = b""
        try:
            while more := connection.recv(65536):
                got += more
        except OSError:
            pass
        connection.close()
        return got

    def test_limit_of_failures(self):
        address = "127.199.0.1"
        for _ in range(10):
            client = imap(self.server, address=address)
            with self.assertRaises(imaplib.IMAP4.error):
                client.login(MJL, "wrong horse")
            client.shutdown()
        before = counted(self.server)
        with self.assertRaisesRegex(imaplib.IMAP4.error, "too many failed logins"):
            imap(self.server, address=address)
        with self.assertRaises(smtplib.SMTPConnectError) as refused:
            smtp(self.server, address=address)
        self.assertIn(b"too many failed logins", refused.exception.smtp_error)
        self.assertEqual(counted(self.server), before)
        self.works()  # from elsewhere

    def test_delay_grows(self):
        client = imap(self.server)
        took = []
        for _ in range(5):
            begin = time.monotonic()
            with self.assertRaises(imaplib.IMAP4.error):
                client.login(MJL, "wrong horse")
            took.append(time.monotonic() - begin)
        client.shutdown()
        self.assertGreater(took[3], 1)
        self.assertGreater(took[4], 2)

    def test_a_thousand_at_once(self):
        """Each hears a clear no, most of them at once; memory stays bounded, and who is known gets in meanwhile."""
        self.works()
        memory = resident(self.server.process)
        used = processor_time(self.server.process)
        before = counted(self.server)
        with concurrent.futures.ThreadPoolExecutor() as pool:
            guesses = pool.submit(guess_at_once, self.server.ports["plain"], MJL, 1000)
            while not guesses.done():
                self.works()
        _, _, codes = guesses.result()
        self.assertLessEqual(set(codes), {"535", "454"})
        self.assertEqual(sum(codes.values()), 1000)
        self.assertGreaterEqual(codes["535"], 64)
        self.assertLess(resident(self.server.process) - memory, 200)
        # A thousand checks would take half a minute of it.
        self.assertLess(processor_time(self.server.process) - used, 20)
        now = counted(self.server)
        for result, code in [("badpassword", "535"), ("aborted", "454")]:
            row = ("submission", "plain", result)
            self.assertEqual(now.get(row, 0) - before.get(row, 0), codes.get(code, 0))
        self.works()


if __name__ == "__main__":
    unittest.main()
