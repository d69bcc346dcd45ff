#!/usr/bin/env python3
"""The submit socket of `mox serve`: who the system says you are decides what you may send as. Other users than our own
are tried as root only."""

import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import ssl
import subprocess
import unittest

from served import PASSWORD, Served

ROOT = os.geteuid() == 0


class Local(smtplib.SMTP):
    """Over a Unix socket, as the user with that number."""

    def __init__(self, path, uid):
        self.uid = uid
        super().__init__(path)

    def _get_socket(self, host, port, timeout):
        connection = socket.socket(socket.AF_UNIX)
        mine = os.geteuid()
        if self.uid != mine:
            os.seteuid(self.uid)
        try:
            connection.connect(host)
        finally:
            if self.uid != mine:
                os.seteuid(mine)
        return connection


def text(subject, sender):
    return f"From: {sender}\r\nSubject: {subject}\r\n\r\nhello\r\n"


class Submit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Served().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        run = cls.server.folder / "run"
        run.mkdir()
        if ROOT:
            nobody = pwd.getpwnam("nobody")
            os.chown(run, nobody.pw_uid, nobody.pw_gid)
        for folder in [cls.server.folder, run]:
            folder.chmod(0o755)
        cls.path = str(run / "submit")
        static = cls.server.config / "mox.toml"
        static.write_text(f'submit-socket = "{cls.path}"\nlocal-submission = {{ www-data = ["third@example.org"] }}\n'
                          + static.read_text())
        cls.server.start()
        for account in ["mjl", "other", "third"]:
            cls.server.mox("setaccountpassword", account, input=PASSWORD + "\n")
        cls.me = pwd.getpwuid(os.geteuid()).pw_name

    def submit(self, user, sender, recipients, message):
        """The last reply."""
        with Local(self.path, pwd.getpwnam(user).pw_uid) as smtp:
            try:
                return f"250, but for {smtp.sendmail(sender, recipients, message)}"
            except smtplib.SMTPRecipientsRefused as failed:
                return " ".join(f"{code} {words.decode()}" for code, words in failed.recipients.values())
            except smtplib.SMTPResponseException as failed:
                return f"{failed.smtp_code} {failed.smtp_error.decode()}"

    def subjects(self, user, mailbox="INBOX"):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        client = imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=context)
        client.login(user, PASSWORD)
        status, _ = client.select(mailbox, readonly=True)
        if status != "OK":
            return []
        _, data = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        client.logout()
        return [part[1].decode().strip().removeprefix("Subject: ") for part in data if isinstance(part, tuple)]

    def test_own_address(self):
        own = f"{self.me}@mx.example.org"
        self.assertTrue(self.submit(self.me, own, ["mjl@example.org"], text("own", own)).startswith("250"))
        self.assertIn("own", self.subjects("mjl@example.org"))

    def test_elsewhere(self):
        own = f"{self.me}@mx.example.org"
        self.assertIn("451 4.3.2", self.submit(self.me, own, ["ann@elsewhere.example"], text("never", own)))

    def test_cron(self):
        own = f"{self.me}@mx.example.org"
        message = text("job", f"{self.me} (Cron Daemon)")
        self.assertTrue(self.submit(self.me, own, [own, "postmaster@mx.example.org"], message).startswith("250"))
        self.assertEqual(self.subjects("mjl@example.org", "Postmaster").count("job"), 2)

    @unittest.skipUnless(ROOT, "needs root")
    def test_root(self):
        anybody = "ann@elsewhere.example"
        self.assertTrue(self.submit("root", anybody, ["mjl@example.org"], text("as anybody", anybody)).startswith("250"))
        self.assertIn("as anybody", self.subjects("mjl@example.org"))

    @unittest.skipUnless(ROOT, "needs root")
    def test_other_users(self):
        own, to = "daemon@mx.example.org", ["mjl@example.org"]
        self.assertTrue(self.submit("daemon", own, to, text("of daemon", own)).startswith("250"))
        uid = pwd.getpwnam("daemon").pw_uid
        for sender, author in [("root@mx.example.org", own), ("mjl@example.org", own), (own, "mjl@example.org"),
                               ("", "mjl@example.org")]:
            with self.subTest(sender=sender, author=author):
                refused = self.submit("daemon", sender, to, text("forged", author))
                self.assertIn(f"550 5.7.1 you are the Unix user daemon (uid {uid}) and may send as {own}, not as", refused)
        self.assertNotIn("forged", self.subjects("mjl@example.org"))

    @unittest.skipUnless(ROOT, "needs root")
    def test_mapped(self):
        mapped = "third@example.org"
        self.assertTrue(self.submit("www-data", mapped, ["mjl@example.org"], text("mapped", mapped)).startswith("250"))
        self.assertIn("mapped", self.subjects("mjl@example.org"))
        self.assertIn("550 5.7.1", self.submit("daemon", mapped, ["mjl@example.org"], text("forged", mapped)))
        # And the way back.
        self.submit("root", "root@mx.example.org", ["www-data@mx.example.org"], text("for the web", "root"))
        self.assertIn("for the web", self.subjects(mapped))

    def test_swaks(self):
        if shutil.which("swaks") is None:
            self.skipTest("swaks is not installed")
        done = subprocess.run(
            ["swaks", "--socket", self.path, "--from", f"{self.me}@mx.example.org", "--to", "other@example.net",
             "--header", "Subject: from swaks", "--body", "hello"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("AUTH", done.stdout)
        self.assertIn("from swaks", self.subjects("other@example.net"))

    def test_hostile(self):
        """More connections than are allowed, garbage, and silence: mail from elsewhere does not notice."""
        crowd = []
        for number in range(400):
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(30)
            connection.connect(self.path)
            crowd.append(connection)
            if number % 3 == 0:
                try:
                    connection.sendall(bytes(range(256)) * 100)
                except OSError:
                    pass
        refused = sum(connection.recv(100).startswith(b"421 4.7.0 ") for connection in crowd)
        self.assertGreaterEqual(refused, 100)
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"]) as smtp:
            smtp.sendmail("a@elsewhere.example", "mjl@example.org", text("meanwhile", "a@elsewhere.example"))
        for connection in crowd:
            connection.close()
        self.assertIn("meanwhile", self.subjects("mjl@example.org"))

    def test_log(self):
        self.assertNotIn("cannot reach the submit socket", self.server.log.read_text())


class Places(unittest.TestCase):
    def test_a_closed_folder_is_told(self):
        with Served() as server:
            server.start()
            server.wait_for_log("other users cannot reach the submit socket")
            self.assertEqual((server.folder / "data" / "submit").stat().st_mode & 0o777, 0o666)
            self.assertEqual(server.mox("stop"), "mox stopped\n")
            server.end(0)
            self.assertFalse((server.folder / "data" / "submit").exists())

    def test_a_missing_folder_is_an_error(self):
        with Served() as server:
            static = server.config / "mox.toml"
            static.write_text(f'submit-socket = "{server.folder}/run/submit"\n' + static.read_text())
            self.assertIn("of submit-socket does not exist", server.mox("serve", code=1))


if __name__ == "__main__":
    unittest.main()
