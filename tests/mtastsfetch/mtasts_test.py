#!/usr/bin/env python3
"""`mox mtasts lookup` against real servers of policies, right and wrong."""

import json
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "httpclient"))
from web_world import Server, WebWorld, mox  # noqa: E402

PATH = "/.well-known/mta-sts.txt"
HOST = "mta-sts.d.example"
POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mx.d.example\r\nmx: *.mx.example\r\nmax_age: 604800\r\n"


class MtaSts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = WebWorld()
        cls.addClassCleanup(cls.world.close)
        cls.good = cls.world.server([HOST])

    def lookup(self, server=None, record="v=STSv1; id=20260101", extra="", words=()):
        server = server or self.good
        zone = f'_mta-sts.d.example. 60 IN TXT "{record}"\n{HOST}. 60 IN A 127.0.0.1\n' + extra
        return mox("mtasts", "lookup", "--zone", self.world.zone(zone), "--ca", self.world.authorities, "--connect-to",
                   f"{HOST}:443:127.0.0.1:{server.port}", *words, "d.example")

    def refused(self, code, words, **options):
        result, output, errors = self.lookup(**options)
        self.assertEqual(result, code, errors)
        self.assertIn(words, errors)
        self.assertTrue(errors.startswith("mox mtasts lookup: "), errors)
        self.assertNotIn("mode:", output)

    def test_a_policy(self):
        self.good.page(HOST, PATH, POLICY)
        code, output, errors = self.lookup()
        self.assertEqual((code, errors), (0, ""))
        self.assertEqual(output, "record: v=STSv1; id=20260101;\ndnssec: no\nid: 20260101\nmode: enforce\n"
                                 "max-age: 604800\nmx: mx.d.example\nmx: *.mx.example\n")
        code, output, _ = self.lookup(extra=";!secure\n", words=["--json"])
        made = json.loads(output)
        self.assertTrue(made["dnssec"])
        self.assertEqual(made["policy"]["mx"], ["mx.d.example", "*.mx.example"])
        self.assertEqual(made["policy"]["text"], POLICY)

    def test_types(self):
        for kind in ("text/plain; charset=utf-8", "TEXT/PLAIN"):
            self.good.page(HOST, PATH, POLICY, headers={"Content-Type": kind})
            self.assertEqual(self.lookup()[0], 0, kind)
        self.good.page(HOST, PATH, POLICY, headers={})
        self.assertEqual(self.lookup()[0], 0)
        self.good.page(HOST, PATH, POLICY, headers={"Content-Type": "text/html"})
        self.refused(3, 'its Content-Type is "text/html"')

    def test_statuses(self):
        self.good.page(HOST, PATH, POLICY, status=404)
        self.refused(1, "there is no such page (404)")
        for status in (201, 403, 500, 503):
            self.good.page(HOST, PATH, POLICY, status=status)
            self.refused(3, f"the status is {status}, not 200")
        # Nobody goes where a redirect points.
        self.good.page(HOST, "/other", POLICY)
        for status in (301, 302, 303, 307, 308):
            self.good.page(HOST, PATH, "", status=status, headers={"Location": f"https://{HOST}/other"})
            self.refused(3, f"the status is {status}, not 200")
        self.assertNotIn("/other", [path for _, path, _ in self.good.asked])

    def test_sizes(self):
        line = "x: " + "y" * 95 + "\r\n"
        most = POLICY + line * ((65536 - len(POLICY)) // len(line))
        self.good.page(HOST, PATH, most)
        self.assertEqual(self.lookup()[0], 0)
        self.good.page(HOST, PATH, POLICY + "x: " + "y" * 65536 + "\r\n")
        self.refused(3, "larger than 65536 bytes")

    def test_no_policy_at_all(self):
        self.good.page(HOST, PATH, "<html>\n")
        self.refused(1, "a line has no colon")

    def test_certificates(self):
        servers = [("another name", self.world.server(["d.example"])), ("expired", self.world.server([HOST], start=-9, end=-2)),
                   ("not yet valid", self.world.server([HOST], start=2)), ("self-signed", self.world.server([HOST], issuer="own")),
                   ("only a common name", self.common_name())]
        for name, server in servers:
            server.page(HOST, PATH, POLICY)
            with self.subTest(name):
                self.refused(1, "certificate", server=server)
                self.assertEqual(server.asked, [])
        wildcard = self.world.server(["*.d.example"])
        wildcard.page(HOST, PATH, POLICY)
        self.assertEqual(self.lookup(server=wildcard)[0], 0)

    def common_name(self):
        server = Server(self.world.certificates.make(HOST, self.world.certificates.root))
        self.world.servers.append(server)
        return server

    def test_nobody_there(self):
        class Nobody:
            port = 1
        self.refused(3, "https://mta-sts.d.example", server=Nobody)

    def test_records(self):
        self.good.page(HOST, PATH, POLICY)
        self.refused(1, "there is no MTA-STS record", record="v=spf1 -all")
        self.refused(1, "there is no id", record="v=STSv1;")
        self.refused(1, "several MTA-STS records", extra='_mta-sts.d.example. 60 IN TXT "v=STSv1; id=2"\n')
        self.refused(3, "_mta-sts.d.example", extra=";!servfail _mta-sts.d.example. TXT\n")
        code, _, errors = mox("mtasts", "lookup", "a b")
        self.assertEqual(code, 2, errors)

    def test_internationalised(self):
        host = "mta-sts.xn--tda.example"
        server = self.world.server([host])
        server.page(host, PATH, POLICY)
        zone = f'_mta-sts.xn--tda.example. 60 IN TXT "v=STSv1; id=1"\n{host}. 60 IN A 127.0.0.1\n'
        code, output, errors = mox("mtasts", "lookup", "--zone", self.world.zone(zone), "--ca", self.world.authorities,
                                   "--connect-to", f"{host}:443:127.0.0.1:{server.port}", "ü.example")
        self.assertEqual(code, 0, errors)
        self.assertIn("mode: enforce", output)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("needs openssl")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    unittest.main()
