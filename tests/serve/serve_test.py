#!/usr/bin/env python3
"""`mox serve` with two domains and three accounts: who gets mail, who may log in and how, what an
administrator can change while it runs, and what survives."""

import imaplib
import json
import signal
import smtplib
import ssl
import subprocess
import time
import unittest
import urllib.request

from served import PASSWORD, Served


def context():
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def text(subject, sender="stranger@elsewhere.example", to="mjl@example.org"):
    return f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nhello\r\n"


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Served().__enter__()
        cls.server.start()
        for account in ["mjl", "other", "third"]:
            cls.server.mox("setaccountpassword", account, input=PASSWORD + "\n")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__(None, None, None)

    def send(self, to, subject, sender="stranger@elsewhere.example"):
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"]) as smtp:
            smtp.starttls(context=context())
            smtp.sendmail(sender, to, text(subject, sender))

    def imap(self, user, password=PASSWORD):
        client = imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=context())
        try:
            client.login(user, password)
        except imaplib.IMAP4.error:
            client.shutdown()
            raise
        return client

    def subjects(self, user, mailbox="INBOX"):
        client = self.imap(user)
        status, _ = client.select(mailbox, readonly=True)
        self.assertEqual(status, "OK")
        _, data = client.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        client.logout()
        return [part[1].decode().strip().removeprefix("Subject: ") for part in data if isinstance(part, tuple)]

    def refused(self, to, code):
        with self.assertRaises(smtplib.SMTPRecipientsRefused) as refused:
            self.send(to, "never")
        ((got, words),) = refused.exception.recipients.values()
        self.assertEqual(got, code, words)
        return words.decode()

    def test_addresses(self):
        self.send("MJL+tag@Example.ORG", "tagged")
        self.assertIn("tagged", self.subjects("mjl@example.org"))
        self.send("lists@example.net", "to a mailbox")
        self.assertIn("to a mailbox", self.subjects("other@example.net", "Lists"))
        self.send("postmaster@example.org", "to the postmaster")
        self.assertIn("to the postmaster", self.subjects("mjl@example.org", "Postmaster"))
        self.assertIn("moved away", self.refused("gone@example.org", 550))
        self.refused("nobody@elsewhere.example", 550)

    def test_mechanisms(self):
        for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"]:
            with self.subTest(mechanism):
                self.swaks(mechanism, PASSWORD, 0)
                self.swaks(mechanism, "wrong horse", 28)
        with urllib.request.urlopen(f"http://127.0.0.1:{self.server.ports['metrics']}/metrics") as answer:
            metrics = answer.read().decode()
        self.assertIn('mox_authentication_total{kind="submission",result="ok",variant="cram-md5"}', metrics)

    def swaks(self, mechanism, password, code):
        done = subprocess.run(
            ["swaks", "--server", f"127.0.0.1:{self.server.ports['submission']}", "-tls", "--auth", mechanism, "--au",
             "mjl@example.org", "--ap", password, "--from", "mjl@example.org", "--to", "mjl@example.org"],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout)

    def test_scram(self):
        trust = ["--x509-ca-file", str(self.server.config / "cert.pem")]
        for mechanism, how in [("SCRAM-SHA-1", ["--no-starttls"]), ("SCRAM-SHA-256", ["--no-starttls"]),
                               ("SCRAM-SHA-1-PLUS", trust), ("SCRAM-SHA-256-PLUS", trust)]:
            for password, works in [(PASSWORD, True), ("wrong horse", False)]:
                with self.subTest(mechanism=mechanism, works=works):
                    done = subprocess.run(
                        ["gsasl", "--imap", "--connect", f"localhost:{self.server.ports['imap']}", "--mechanism", mechanism,
                         "--authentication-id", "third@example.org", "--password", password, *how], input="",
                        capture_output=True, text=True, timeout=60, check=False)
                    self.assertEqual(done.returncode == 0, works, done)
                    self.assertEqual("server trusted" in done.stderr, works, done)

    def test_senders(self):
        with smtplib.SMTP_SSL("127.0.0.1", self.server.ports["submissions"], context=context()) as smtp:
            smtp.login("other@example.net", PASSWORD)
            with self.assertRaises(smtplib.SMTPSenderRefused):
                smtp.sendmail("mjl@example.org", "mjl@example.org", text("forged"))

    def test_alias(self):
        mox = self.server.mox
        mox("config", "alias", "add", "team@example.org", "mjl@example.org", "other@example.net")
        self.send(["team@example.org", "mjl@example.org"], "to the team")
        self.assertEqual(self.subjects("mjl@example.org").count("to the team"), 1)
        self.assertEqual(self.subjects("other@example.net").count("to the team"), 1)
        mox("config", "alias", "update", "team@example.org", "--postpublic", "false")
        with self.assertRaises(smtplib.SMTPDataError) as refused:
            self.send("team@example.org", "from a stranger")
        self.assertEqual(refused.exception.smtp_code, 550)
        self.assertIn("# postpublic false", mox("config", "alias", "print", "team@example.org"))
        mox("config", "alias", "rm", "team@example.org")
        self.refused("team@example.org", 550)
        self.assertIn("# Written by hand.", self.server.domains.read_text())

    def test_accounts(self):
        mox = self.server.mox
        mox("config", "account", "add", "fourth", "fourth@example.net")
        self.assertIn("fourth", [one["name"] for one in json.loads(mox("config", "account", "list", "--json"))])
        mox("setaccountpassword", "fourth", input="short\n", code=1)
        mox("setaccountpassword", "fourth", input=PASSWORD + "\n")
        mox("config", "address", "add", "4@example.net", "fourth")
        self.send("4@example.net", "for the fourth")
        self.assertEqual(self.subjects("4@example.net"), ["for the fourth"])
        self.assertEqual(mox("config", "address", "account", "4@example.net"), "fourth\n")
        mox("config", "account", "disable", "fourth", "ask at the desk")
        with self.assertRaisesRegex(imaplib.IMAP4.error, "ask at the desk"):
            self.imap("fourth@example.net")
        self.send("4@example.net", "delivered still")
        mox("config", "account", "enable", "fourth")
        self.assertEqual(len(self.subjects("4@example.net")), 2)
        mox("config", "account", "rm", "fourth")
        self.refused("4@example.net", 550)
        self.assertIn("postmaster", mox("config", "account", "rm", "mjl", code=1))
        self.assertIn("no account", mox("config", "account", "addresses", "nobody", code=1))

    def test_passwords_for_programs(self):
        mox = self.server.mox
        password = mox("config", "password", "add", "third", "phone", "--scope", "imap", "--expires", "30").strip()
        self.imap("third@example.org", password).logout()
        with smtplib.SMTP_SSL("127.0.0.1", self.server.ports["submissions"], context=context()) as smtp:
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                smtp.login("third@example.org", password)
        (listed,) = json.loads(mox("config", "password", "list", "third", "--json"))
        self.assertEqual(listed["scope"], "imap")
        self.assertGreater(listed["lastused"], 0)
        mox("config", "password", "rm", "third", "phone")
        with self.assertRaises(imaplib.IMAP4.error):
            self.imap("third@example.org", password)

    def test_client_keys(self):
        stem = self.server.folder / "key"
        self.server.folder.chmod(0o777)
        self.server.mox("config", "tlspubkey", "gen", str(stem))
        (certificate,) = self.server.folder.glob("key.*.certificate.pem")
        (both,) = self.server.folder.glob("key.*.ed25519privatekey-certificate.pem")
        self.server.mox("config", "tlspubkey", "add", "--no-imap-preauth", "third@example.org", "laptop", input=certificate.read_text())
        row = self.server.mox("config", "tlspubkey", "list", "third").splitlines()[1].split("\t")
        self.assertEqual(row[1:5], ["ed25519", '"laptop"', "third", "third@example.org"])
        with_key = context()
        with_key.load_cert_chain(both)
        client = imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=with_key)
        client.authenticate("EXTERNAL", lambda _: b"")
        client.logout()
        self.server.mox("config", "tlspubkey", "rm", "--", row[0])
        client = imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=with_key)
        with self.assertRaises(imaplib.IMAP4.error):
            client.authenticate("EXTERNAL", lambda _: b"")
        client.shutdown()

    def test_reload(self):
        before = self.server.domains.read_text()
        self.server.domains.write_text(before + '\n[accounts.other.destinations."new@example.net"]\n')
        self.server.wait_for_log("domains.toml has changed, and is in use")
        self.send("new@example.net", "after the change")
        self.server.domains.write_text(before + "\nnonsense\n")
        self.server.wait_for_log("domains.toml has changed, and is not used")
        self.send("new@example.net", "still there")
        self.server.domains.write_text(before)
        for _ in range(100):
            time.sleep(0.1)
            try:
                self.send("new@example.net", "gone")
            except smtplib.SMTPRecipientsRefused:
                break
        else:
            self.fail("the address is still there")

    def test_log_levels(self):
        mox = self.server.mox
        mox("loglevels", "trace", "smtpserver")
        self.assertIn("smtpserver: trace", mox("loglevels"))
        self.swaks("PLAIN", PASSWORD, 0)
        self.server.wait_for_log("AUTH PLAIN ***")
        mox("loglevels", "", "smtpserver")
        self.assertIn("loud", mox("loglevels", "loud", code=1))


class Life(unittest.TestCase):
    def test_commands_without_a_server(self):
        with Served() as server:
            server.mox("config", "test")
            server.mox("setaccountpassword", "mjl", input=PASSWORD + "\n")
            server.mox("config", "account", "add", "fourth", "fourth@example.net")
            self.assertIn("fourth", server.mox("config", "account", "list"))
            server.start()
            self.assertIn("is in use by process", server.mox("serve", code=1))
            self.assertEqual(server.mox("stop"), "mox stopped\n")
            server.end(0)
            self.assertIn("OK", server.mox("verifydata", str(server.folder / "data")))

    def test_signals(self):
        with Served() as server:
            server.start()
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_log("read again")
            server.process.send_signal(signal.SIGTERM)
            server.end(signal.SIGTERM)

    def test_wrong_configuration(self):
        with Served() as server:
            server.domains.write_text(server.domains.read_text().replace('mailbox = "Lists"', "mailbx = 1\nmailbox = 2"))
            error = server.mox("config", "test", code=1)
            self.assertEqual(error.count("domains.toml:"), 2, error)
            self.assertIn("mailbx", error)
            server.mox("serve", code=1)


if __name__ == "__main__":
    unittest.main()
