#!/usr/bin/env python3
"""What monitoring sees: the metrics of a server that did a few things."""

import imaplib
import re
import smtplib
import unittest
import urllib.error
import urllib.request

from instance import Instance


class Metrics(unittest.TestCase):
    def get(self, path="/metrics"):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.instance.ports['metrics']}{path}", timeout=10)

    def values(self):
        """{"name{label="value",...}": number}"""
        text = self.get().read().decode()
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        return {key: float(number) for key, number in (line.rsplit(" ", 1) for line in lines)}

    def find(self, name, **labels):
        """The value of the one series with these labels."""
        found = []
        for key, number in self.values().items():
            have = dict(re.findall(r'(\w+)="([^"]*)"', key))
            if key.split("{")[0] == name and all(have.get(label) == value for label, value in labels.items()):
                found.append(number)
        self.assertEqual(len(found), 1, f"{name} {labels}")
        return found[0]

    def test_what_happened_is_counted(self):
        with Instance() as self.instance:
            self.assertEqual({number for key, number in self.values().items() if key.startswith("mox_panic_total")}, {0})
            with smtplib.SMTP("127.0.0.1", self.instance.ports["smtp"]) as client:
                client.sendmail("a@example.org", ["b@localhost"], "Subject: counted\r\n\r\nbody\r\n")
                self.assertEqual(self.find("mox_connections_count", protocol="smtp"), 1)
            client = imaplib.IMAP4("127.0.0.1", self.instance.ports["imap"])
            with self.assertRaises(imaplib.IMAP4.error):
                client.login(self.instance.user, "wrong")
            client.login(self.instance.user, self.instance.password)
            client.logout()
            self.assertEqual(self.find("mox_smtpserver_delivery_total", result="delivered"), 1)
            self.assertEqual(self.find("mox_smtpserver_connection_total", kind="smtp"), 1)
            self.assertEqual(self.find("mox_imap_connection_total", service="imap"), 1)
            for result in ("ok", "badpassword"):
                self.assertEqual(
                    self.find("mox_authentication_total", kind="imap", variant="login", result=result), 1)
            self.assertGreaterEqual(self.find("mox_store_commits_total"), 1)
            self.assertGreater(self.find("mox_store_free_bytes"), 0)
            self.assertGreaterEqual(self.find("mox_logging_level_info_total"), 1)

    def test_other_paths_and_methods(self):
        with Instance() as self.instance:
            self.assertEqual(self.get("/").status, 200)
            with self.assertRaises(urllib.error.HTTPError) as failed:
                self.get("/nothing")
            self.assertEqual(failed.exception.code, 404)
            failed.exception.close()


if __name__ == "__main__":
    unittest.main()
