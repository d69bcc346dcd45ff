#!/usr/bin/env python3
"""`mox rdap domainage` against a list of registries and registries of our own."""

import json
import os
import pathlib
import shutil
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "httpclient"))
from web_world import WebWorld, mox  # noqa: E402

LIST = "https://iana.example/dns.json"
JSON = {"Content-Type": "application/rdap+json"}


def registered(days):
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * 86400 - 60))
    return json.dumps({"objectClassName": "domain", "ldhName": "d.example",
                       "events": [{"eventAction": "expiration", "eventDate": "2099-01-01T00:00:00Z"},
                                  {"eventAction": "registration", "eventDate": when}]})


class Rdap(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = WebWorld()
        cls.addClassCleanup(cls.world.close)
        cls.web = cls.world.server(["iana.example", "one.example", "two.example"])
        cls.web.page("iana.example", "/dns.json", json.dumps({"services": [
            [["example", "com"], ["https://one.example/rdap/"]], [["co.example"], ["https://two.example/"]],
            [["down"], ["https://three.example/"]]]}), headers=JSON)

    def age(self, domain, *words, bootstrap=LIST):
        hosts = ["iana.example", "one.example", "two.example"]
        places = ",".join([f"{host}:443:127.0.0.1:{self.web.port}" for host in hosts] + ["three.example:443:127.0.0.1:1"])
        return mox("rdap", "domainage", "--bootstrap", bootstrap, "--ca", self.world.authorities, "--connect-to", places, *words,
                   domain)

    def test_ages(self):
        for days, text in ((0, "0 days"), (1, "1 day"), (300, "300 days"), (366, "1 year, 1 day"), (3000, "8 years, 80 days")):
            self.web.page("one.example", "/rdap/domain/d.example", registered(days), headers=JSON)
            self.assertEqual(self.age("d.example"), (0, text + "\n", ""))
        code, output, _ = self.age("d.example", "--json")
        made = json.loads(output)
        self.assertEqual((made["age"], made["server"]), ("8 years, 80 days", "https://one.example/rdap/"))

    def test_redirect(self):
        self.web.page("two.example", "/domain/e.co.example", status=302,
                      headers={"Location": "https://one.example/rdap/domain/e.co.example"})
        self.web.page("one.example", "/rdap/domain/e.co.example", registered(2), headers=JSON)
        self.assertEqual(self.age("e.co.example"), (0, "2 days\n", ""))

    def test_failures(self):
        self.web.page("one.example", "/rdap/domain/nodate.example", '{"objectClassName": "domain"}', headers=JSON)
        self.web.page("one.example", "/rdap/domain/odd.example", "<html>", headers=JSON)
        self.web.page("one.example", "/rdap/domain/busy.example", "", status=429)
        self.web.page("one.example", "/rdap/domain/large.example", b"[" * 2_000_000)
        for domain, code, words in (("missing.example", 1, "404"), ("d.unknown", 1, "no RDAP server is known for d.unknown"),
                                    ("nodate.example", 1, "no date of registration"), ("odd.example", 1, "odd.example"),
                                    ("busy.example", 3, "the status is 429"), ("large.example", 3, "larger than"),
                                    ("x.down", 3, "three.example"), ("a b", 2, "a b")):
            with self.subTest(domain):
                got, output, errors = self.age(domain)
                self.assertEqual((got, output), (code, ""), errors)
                self.assertIn(words, errors)
        code, _, errors = self.age("d.example", bootstrap="https://iana.example/other.json")
        self.assertEqual(code, 3, errors)


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("needs openssl")
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    unittest.main()
