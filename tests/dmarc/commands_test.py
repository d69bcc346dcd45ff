#!/usr/bin/env python3
"""`mox dmarc` and `mox tlsrpt`: what they print and how they exit, with records from a zone file."""

import base64
import gzip
import io
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import zipfile

MOX = os.environ["MOX"]

ZONE = """
;!secure secure.example
_dmarc.example.org. 300 IN TXT ( "v=DMARC1; p=reject; sp=quarantine; rua=mailto:a@example.org,"
  "mailto:b@reports.example!10m,mailto:c@other.example; ruf=https://example.org/" )
example.org. 300 IN TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.good.example. 300 IN TXT "v=DMARC1; p=none; rua=mailto:a@good.example"
_dmarc.quiet.example. 300 IN TXT "v=DMARC1; p=none"
_dmarc.bad.example. 300 IN TXT "v=DMARC1; p=nonsense"
;!servfail _dmarc.fail.example.
_dmarc.secure.example. 300 IN TXT "v=DMARC1; p=reject"
example.org._report._dmarc.reports.example. 300 IN TXT "v=DMARC1"
_smtp._tls.example.org. 300 IN TXT "v=TLSRPTv1; rua=mailto:tls@example.org,https://example.org/tls"
_smtp._tls.bad.example. 300 IN TXT "v=TLSRPTv1; rua=ftp://example.org/"
;!servfail _smtp._tls.fail.example.
_smtp._tls.secure.example. 300 IN TXT "v=TLSRPTv1; rua=mailto:tls@secure.example"
_dmarc.deep.example. 300 IN TXT "v=DMARC1; p=quarantine; psd=n"
"""

MESSAGE = b"From: A <a@example.org>\r\nSubject: x\r\n\r\nbody\r\n"

XML = b"""<?xml version="1.0"?><feedback><report_metadata><org_name>Mail \x1b[31m</org_name><email>a@mail.example</email>
<report_id>1</report_id><date_range><begin>1700000000</begin><end>1700086399</end></date_range></report_metadata>
<policy_published><domain>example.org</domain><p>reject</p><pct>100</pct></policy_published>
<record><row><source_ip>192.0.2.1</source_ip><count>7</count><policy_evaluated><disposition>none</disposition>
<dkim>pass</dkim><spf>fail</spf><reason><type>forwarded</type><comment>list</comment></reason></policy_evaluated></row>
<identifiers><envelope_from/><header_from>example.org</header_from></identifiers><auth_results><dkim>
<domain>example.org</domain><selector>s1</selector><result>pass</result></dkim><spf><domain>list.example</domain>
<scope>mfrom</scope><result>pass</result></spf></auth_results></record></feedback>"""

TLS = {
    "organization-name": "Mail",
    "date-range": {"start-datetime": "2024-01-01T00:00:00", "end-datetime": "2024-01-01T23:59:59Z"},
    "contact-info": "a@mail.example",
    "report-id": "1",
    "policies": [
        {
            "policy": {
                "policy-type": "sts",
                "policy-string": "version: STSv1",
                "policy-domain": "example.org",
                "mx-host": "*.example.org",
            },
            "summary": {"total-successful-session-count": "5", "total-failure-session-count": 2},
            "failure-details": [{"result-type": "certificate-expired", "failed-session-count": 2}],
        }
    ],
}


class Stream(io.RawIOBase):
    """Cannot go back, so that sizes stand behind the content."""

    def __init__(self):
        self.bytes = b""

    def writable(self):
        return True

    def write(self, data):
        self.bytes += bytes(data)
        return len(data)


def streamed(name, content):
    made = Stream()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.bytes


def zipped(name, content):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def mail(media_type, content):
    return (
        b"From: a@mail.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nnote\r\n--b\r\nContent-Type: " + media_type.encode() +
        b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
        base64.encodebytes(content).replace(b"\n", b"\r\n") + b"--b--\r\n"
    )


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.zone = pathlib.Path(cls.folder.name) / "zone"
        cls.zone.write_text(ZONE)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_mox(self, *arguments, code=0, message=b""):
        done = subprocess.run([MOX, *arguments], input=message, capture_output=True, check=False)
        self.assertEqual(done.returncode, code, done)
        return done

    def ask(self, *arguments, code=0, message=b""):
        return self.run_mox(*arguments, "--zone", str(self.zone), code=code, message=message).stdout.decode()

    def ask_json(self, *arguments, code=0, message=b""):
        return json.loads(self.ask(*arguments, "--json", code=code, message=message))

    def file(self, name, content):
        path = pathlib.Path(self.folder.name) / name
        path.write_bytes(content)
        return str(path)

    def test_dmarc_lookup(self):
        text = self.ask("dmarc", "lookup", "example.org")
        self.assertIn("policy: reject\n", text)
        self.assertIn("subdomain-policy: quarantine\n", text)
        self.assertIn("dnssec: no\n", text)
        self.assertEqual(self.ask_json("dmarc", "lookup", "a.b.example.org")["record-domain"], "example.org")
        self.assertTrue(self.ask_json("dmarc", "lookup", "secure.example")["dnssec"])
        self.assertIn("status: none\n", self.ask("dmarc", "lookup", "none.example", code=1))
        self.assertIn("status: permerror\n", self.ask("dmarc", "lookup", "bad.example", code=1))
        self.assertIn("status: temperror\n", self.ask("dmarc", "lookup", "fail.example", code=3))
        self.run_mox("dmarc", "lookup", "not a name", code=2)

    def test_tree_walk(self):
        found = self.ask_json("dmarc", "lookup", "--tree-walk", "a.deep.example")
        self.assertEqual(found["record-domain"], "deep.example")
        self.assertEqual(found["public-suffix"], "n")
        self.ask("dmarc", "lookup", "--tree-walk", "none.example", code=1)
        self.ask("dmarc", "lookup", "--tree-walk", "fail.example", code=3)

    def test_dmarc_checkreportaddrs(self):
        found = self.ask_json("dmarc", "checkreportaddrs", "example.org", code=1)
        self.assertEqual(
            [(each["use"], each["address"], each["result"]) for each in found["addresses"]],
            [
                ("rua", "mailto:a@example.org", "pass"),
                ("rua", "mailto:b@reports.example!10m", "pass"),
                ("rua", "mailto:c@other.example", "fail"),
                ("ruf", "https://example.org/", "fail"),
            ],
        )
        self.assertIn("example.org._report._dmarc.other.example", found["addresses"][2]["why"])
        self.assertIn("result: pass\n", self.ask("dmarc", "checkreportaddrs", "good.example"))
        self.ask("dmarc", "checkreportaddrs", "quiet.example", code=1)
        self.ask("dmarc", "checkreportaddrs", "fail.example", code=3)

    def test_dmarc_verify(self):
        good = self.ask("dmarc", "verify", "192.0.2.1", "bounce@example.org", "mx.example.org", message=MESSAGE)
        self.assertTrue(good.startswith("result: pass\n"), good)
        self.assertIn("policy: reject\n", good)
        self.assertIn("disposition: none\n", good)
        self.assertIn("mechanism: spf\n", good)
        self.assertIn("aligned: yes\n", good)
        bad = self.ask_json("dmarc", "verify", "192.0.2.9", "bounce@example.org", "mx", code=1, message=MESSAGE)
        self.assertEqual((bad["result"], bad["disposition"]), ("fail", "reject"))
        below = self.ask_json("dmarc", "verify", "192.0.2.9", "", "mx.example.org", code=1,
                              message=MESSAGE.replace(b"@example", b"@a.example"))
        self.assertEqual((below["policy"], below["policy-tag"]), ("quarantine", "sp"))
        self.assertEqual(below["disposition"], "quarantine")
        none = self.ask("dmarc", "verify", "192.0.2.1", "a@none.example", "x", code=1,
                        message=b"From: a@none.example\r\n\r\n")
        self.assertTrue(none.startswith("result: none\n"))
        self.ask("dmarc", "verify", "192.0.2.1", "a@x.example", "x", code=3, message=b"From: a@fail.example\r\n\r\n")
        self.run_mox("dmarc", "verify", "192.0.2", "a@x.example", "x", code=2)

    def test_two_from_headers_pass_for_nobody(self):
        for header in (b"From: a@example.org\r\nFrom: a@evil.example\r\n\r\n",
                       b"From: a@evil.example\r\nFrom: a@example.org\r\n\r\n",
                       b"From: a@example.org, b@evil.example\r\n\r\n"):
            text = self.ask("dmarc", "verify", "192.0.2.1", "a@example.org", "x", code=1, message=header)
            self.assertTrue(text.startswith("result: none\n"), text)
            self.assertIn("From field", text)

    def test_dmarc_reports(self):
        forms = {
            "plain": XML,
            "gz": gzip.compress(XML),
            "zip": zipped("report.xml", XML),
            "zip-streamed": streamed("report.xml", XML),
            "mail": mail("application/zip", zipped("report.xml", XML)),
            "mail-gz": mail("application/gzip", gzip.compress(XML)),
            "mail-odd": mail("application/octet-stream", XML),
        }
        for name, content in forms.items():
            with self.subTest(name):
                text = self.run_mox("dmarc", "parsereportmsg", self.file(name, content)).stdout.decode()
                self.assertIn("messages: 7\n", text)
                self.assertIn("begin: 2023-11-14T22:13:20Z\n", text)
                self.assertIn("reason: forwarded (list)\n", text)
                self.assertIn("dkim: pass example.org selector s1\n", text)
                self.assertIn("envelope-from: <>\n", text)
                self.assertNotIn("\x1b", text)
                found = json.loads(self.run_mox("dmarc", "parsereportmsg", "--json", message=content).stdout)
                self.assertEqual(found[0]["rows"][0]["count"], 7)
                self.assertEqual(found[0]["policy"]["p"], "reject")

    def test_reports_that_cannot_be_read(self):
        bomb = mail("application/gzip", gzip.compress(b"\0" * (30 << 20)))
        two = io.BytesIO()
        with zipfile.ZipFile(two, "w") as archive:
            archive.writestr("a.xml", XML)
            archive.writestr("b.xml", XML)
        for content, word in ((bomb, b"20971520 bytes"), (two.getvalue(), b"more than one file"), (b"", b"no report"),
                              (MESSAGE, b"no report"), (b"<html></html>", b"feedback")):
            done = self.run_mox("dmarc", "parsereportmsg", code=1, message=content)
            self.assertIn(word, done.stderr)
            self.assertEqual(done.stderr.count(b"\n"), 1)
        # The others are shown all the same.
        done = self.run_mox("dmarc", "parsereportmsg", "/nonexistent", self.file("good", XML), code=1)
        self.assertIn(b"messages: 7\n", done.stdout)
        self.assertIn(b"/nonexistent", done.stderr)

    def test_tlsrpt_lookup(self):
        text = self.ask("tlsrpt", "lookup", "example.org")
        self.assertIn("reports: mailto:tls@example.org,https://example.org/tls\n", text)
        self.assertIn("dnssec: no\n", text)
        self.assertTrue(self.ask_json("tlsrpt", "lookup", "secure.example")["dnssec"])
        self.ask("tlsrpt", "lookup", "none.example", code=1)
        self.assertIn("permerror", self.ask("tlsrpt", "lookup", "bad.example", code=1))
        self.ask("tlsrpt", "lookup", "fail.example", code=3)

    def test_tlsrpt_reports(self):
        report = json.dumps(TLS).encode()
        for content in (report, gzip.compress(report), mail("application/tlsrpt+gzip", gzip.compress(report)),
                        mail("application/tlsrpt+json", report)):
            text = self.run_mox("tlsrpt", "parsereportmsg", message=content).stdout.decode()
            self.assertIn("begin: 2024-01-01T00:00:00Z\n", text)  # without a zone, as Microsoft sent it
            self.assertIn("failed-sessions: 2\n", text)
            self.assertIn("failure: certificate-expired\n", text)
            found = json.loads(self.run_mox("tlsrpt", "parsereportmsg", "--json", message=content).stdout)
            self.assertEqual(found[0]["policies"][0]["summary"]["total-successful-session-count"], 5)
            self.assertEqual(found[0]["policies"][0]["policy"]["mx-host"], ["*.example.org"])
        self.run_mox("tlsrpt", "parsereportmsg", code=1, message=b"[" * 100000)
        self.run_mox("tlsrpt", "parsereportmsg", code=1, message=b'{"policies":' + b"[" * 1000)


if __name__ == "__main__":
    unittest.main()
