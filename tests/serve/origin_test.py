#!/usr/bin/python3
"""Who has sent a message: what `mox serve` signs, python3-dkim verifies; what comes from another server is judged by SPF,
DKIM and DMARC with the answers of a real name server."""

import email
import imaplib
import pathlib
import smtplib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "resolver"))
import signed_zones  # noqa: E402
from serve_test import context, text  # noqa: E402
from served import PASSWORD, Served  # noqa: E402

signed_zones.need(["nsd"])
try:
    import dkim
except ImportError:
    print("missing: python3-dkim")
    sys.exit(77)

SENDER = """
@ TXT "v=spf1 ip4:127.0.0.1 -all"
_dmarc TXT "v=DMARC1; p=reject"
mail A 127.0.0.1
"""


def record(server, key):
    """What the DNS must say of a key: as `dkim txt` prints it."""
    return " ".join(line.strip() for line in server.mox("dkim", "txt", input=key).splitlines() if not line.startswith(";"))


class Origin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        port = signed_zones.free_port()
        cls.server = Served(resolver=f"127.0.0.1:{port}").__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)
        cls.keys = {"2026a": cls.server.mox("dkim", "genrsa"), "2026b": cls.server.mox("dkim", "gened25519")}
        cls.theirs = cls.server.mox("dkim", "gened25519")
        cls.records = {name: record(cls.server, key) for name, key in cls.keys.items()}
        ours = "".join(f"{name}._domainkey TXT {said}\n" for name, said in cls.records.items())
        zones = signed_zones.Zones(folder.name)
        zones.unsigned("example.org.", ours)
        zones.unsigned("sender.example.", SENDER + f"theirs._domainkey TXT {record(cls.server, cls.theirs)}\n")
        zones.unsigned("127.in-addr.arpa.", "1.0.0 PTR mail.sender.example.\n")
        names = signed_zones.nsd(zones, port=port)
        names.__enter__()
        cls.addClassCleanup(names.__exit__, None, None, None)
        selectors = ""
        for name, key in cls.keys.items():
            path = cls.server.config / f"{name}.pem"
            path.write_text(key)
            path.chmod(0o644)
            selectors += f"[domains.\"example.org\".dkim.selectors.{name}]\nprivate-key-file = \"{name}.pem\"\n"
            selectors += "canonicalization = {header-relaxed = true, body-relaxed = true}\n"
        config = cls.server.domains.read_text()
        cls.server.domains.write_text(
            config + f"\n[domains.\"example.org\".dkim]\nsign = [\"2026a\", \"2026b\"]\n{selectors}")
        cls.server.start()
        for account in ["mjl", "other"]:
            cls.server.mox("setaccountpassword", account, input=PASSWORD + "\n")

    def newest(self, user):
        with imaplib.IMAP4_SSL("127.0.0.1", self.server.ports["imaps"], ssl_context=context()) as client:
            client.login(user, PASSWORD)
            client.select("INBOX", readonly=True)
            _, data = client.fetch("*", "(BODY.PEEK[])")
            return data[0][1]

    def answer(self, name, timeout=5):
        """For python3-dkim: what the zone says."""
        selector = name.decode().split(".")[0]
        return "".join(part for part in self.records[selector].split('"')[1::2]).encode()

    def test_what_users_send_is_signed_by_each_selector(self):
        with smtplib.SMTP_SSL("127.0.0.1", self.server.ports["submissions"], context=context()) as smtp:
            smtp.login("mjl@example.org", PASSWORD)
            smtp.sendmail("mjl@example.org", "other@example.net", text("signed", "mjl@example.org", "other@example.net"))
            # Larger than what is kept in memory.
            large = text("large", "mjl@example.org", "other@example.net") + "line of a body\r\n" * 30000
            smtp.sendmail("mjl@example.org", "other@example.net", large)
        raw = self.newest("other@example.net")
        self.assertIn(b"Subject: large", raw)
        message = email.message_from_bytes(raw)
        fields = message.get_all("DKIM-Signature")
        self.assertEqual(["s=2026a;" in fields[0], "s=2026b;" in fields[1], len(fields)], [True, True, 2])
        verifier = dkim.DKIM(raw)
        self.assertTrue(verifier.verify(0, dnsfunc=self.answer))
        self.assertTrue(verifier.verify(1, dnsfunc=self.answer))
        self.assertIn("auth=pass smtp.mailfrom=mjl@example.org", " ".join(message["Authentication-Results"].split()))

    def bring(self, sender, message):
        with smtplib.SMTP("127.0.0.1", self.server.ports["smtp"], local_hostname="mail.sender.example") as smtp:
            smtp.sendmail(sender, "mjl@example.org", message)
        return " ".join(email.message_from_bytes(self.newest("mjl@example.org"))["Authentication-Results"].split())

    def test_a_sender_is_proven_by_spf_dkim_and_dmarc(self):
        key = self.server.folder / "theirs.pem"
        key.write_text(self.theirs)
        key.chmod(0o644)
        unsigned = text("proven", "ann@sender.example")
        signed = self.server.mox("dkim", "sign", "--key", str(key), "--selector", "theirs", "--domain", "sender.example",
                                 input=unsigned)
        said = self.bring("ann@sender.example", signed)
        for part in ["mx.example.org;", "iprev=pass", "dkim=pass (256 bit ed25519, without dnssec) header.d=sender.example",
                     "spf=pass", "smtp.mailfrom=ann@sender.example", "dmarc=pass", "header.from=sender.example"]:
            self.assertIn(part, said)

    def test_another_sender_is_not(self):
        said = self.bring("eve@example.org", text("forged", "ann@sender.example"))
        for part in ["dkim=none", "spf=none", "dmarc=fail"]:
            self.assertIn(part, said)


if __name__ == "__main__":
    unittest.main()
