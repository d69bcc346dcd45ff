#!/usr/bin/env python3
"""Python's smtplib and imaplib: a thousand messages in, every byte of them out again."""

import imaplib
import smtplib
import ssl
import unittest

from instance import Instance
from messages import made, vectors

imaplib._MAXLINE = 10_000_000


def login(instance, tls=False):
    if tls:
        context = ssl.create_default_context(cafile=instance.certificate)
        client = imaplib.IMAP4_SSL("localhost", instance.ports["imaps"], ssl_context=context)
    else:
        client = imaplib.IMAP4("localhost", instance.ports["imap"])
    client.login(instance.user, instance.password)
    return client


def bodies(client, mailbox):
    """All messages of a mailbox in order."""
    kind, data = client.select(mailbox, readonly=True)
    assert kind == "OK", data
    if int(data[0]) == 0:
        return []
    kind, data = client.fetch("1:*", "(BODY.PEEK[])")
    assert kind == "OK", data
    return [item[1] for item in data if isinstance(item, tuple)]


class PythonClients(unittest.TestCase):
    def test_thousand_messages_by_smtp(self):
        collected = [data for _, data in vectors()]
        sent = collected + list(made(1000 - len(collected)))
        self.assertGreaterEqual(len(sent), 1000)
        with Instance() as instance:
            smtp = smtplib.SMTP("localhost", instance.ports["smtp"])
            smtp.ehlo("client.example")
            for number, data in enumerate(sent):
                if number % 100 == 99:
                    smtp.quit()
                    smtp = smtplib.SMTP("localhost", instance.ports["smtp"])
                    smtp.ehlo("client.example")
                smtp.sendmail("sender@example.org", ["mox@localhost"], data, mail_options=["BODY=8BITMIME"])
            smtp.quit()
            client = login(instance)
            got = bodies(client, "INBOX")
            self.assertEqual(len(got), len(sent))
            for number, (want, have) in enumerate(zip(sent, got)):
                self.assertTrue(have.endswith(want), f"message {number} changed")
                added = have[: len(have) - len(want)]
                self.assertIn(b"Received: from ", added)
                self.assertIn(b"Return-Path: <sender@example.org>\r\n", added)
                self.assertIn(b"Delivered-To: mox@localhost\r\n", added)
            client.logout()

    def test_append_is_exact(self):
        sent = [data for _, data in vectors()] + list(made(200, seed=2))
        with Instance() as instance:
            client = login(instance, tls=True)
            for data in sent:
                kind, answer = client.append("Archive", "(\\Seen $Forwarded custom)", None, data)
                self.assertEqual(kind, "OK", answer)
            self.assertEqual(bodies(client, "Archive"), sent)
            client.logout()

    def test_flags_copy_move_expunge(self):
        with Instance() as instance:
            client = login(instance)
            sent = list(made(30, seed=3))
            for data in sent:
                client.append("INBOX", None, None, data)
            client.select("INBOX")
            client.store("1:10", "+FLAGS", "(\\Deleted)")
            self.assertEqual(client.copy("11:15", "Trash")[0], "OK")
            self.assertEqual(len(client.expunge()[1]), 10)
            self.assertEqual(bodies(client, "INBOX"), sent[10:])
            self.assertEqual(bodies(client, "Trash"), sent[10:15])
            client.select("INBOX")
            self.assertEqual(client._simple_command("MOVE", "1:5", "Archive")[0], "OK")
            self.assertEqual(bodies(client, "INBOX"), sent[15:])
            self.assertEqual(bodies(client, "Archive"), sent[10:15])
            self.assertEqual(client.search(None, "SUBJECT", "message 20")[0], "OK")
            client.logout()

    def test_submission_with_authentication(self):
        with Instance() as instance:
            data = next(iter(made(1, seed=4)))
            context = ssl.create_default_context(cafile=instance.certificate)
            smtp = smtplib.SMTP("localhost", instance.ports["submission"])
            smtp.starttls(context=context)
            smtp.login(instance.user, instance.password)
            smtp.sendmail(instance.user, ["anyone@example.net"], data)
            smtp.quit()
            smtps = smtplib.SMTP_SSL("localhost", instance.ports["submissions"], context=context)
            smtps.login(instance.user, instance.password)
            smtps.sendmail(instance.user, ["anyone@example.net"], data)
            smtps.quit()
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                wrong = smtplib.SMTP("localhost", instance.ports["submission"])
                wrong.login(instance.user, "not the password")
            client = login(instance)
            got = bodies(client, "INBOX")
            self.assertEqual(len(got), 2)
            for have in got:
                self.assertTrue(have.endswith(data))
            client.logout()


if __name__ == "__main__":
    unittest.main()
