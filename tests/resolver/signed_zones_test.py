#!/usr/bin/env python3
"""Look-ups in zones that are signed, insecure, tampered with and expired: by the validating resolver inside mox, and by
way of unbound. nsd serves the zones."""

import json
import subprocess
import unittest

import signed_zones
from signed_zones import MOX

FOUND, NONE, WRONG, TEMPORARY = 0, 1, 2, 3

# Type, name, exit code, whether DNSSEC proves it, the records; or the problem.
MX = ["10 mx1.nsec.", "20 mx2.nsec."]
ADDRESS = ["192.0.2.7"]
ROWS = [
    ("mx", "nsec", FOUND, True, MX),
    ("MX", "NSEC.", FOUND, True, MX),
    ("ips", "mx1.nsec", FOUND, True, ["192.0.2.1", "2001:db8::1"]),
    ("tlsa", "_25._tcp.mx1.nsec", FOUND, True, ["3 1 1 " + "0123456789abcdef" * 4]),
    ("srv", "_imaps._tcp.nsec", FOUND, True, ["0 1 993 mx1.nsec."]),
    ("ns", "nsec", FOUND, True, ["ns.nsec."]),
    ("cname", "alias.nsec", FOUND, True, ["mx1.nsec."]),
    ("a", "alias.nsec", FOUND, True, ["192.0.2.1"]),
    ("a", "tonsec3.nsec", FOUND, True, ADDRESS),
    ("a", "toinsecure.nsec", FOUND, False, ADDRESS),
    ("txt", "x.wild.nsec", FOUND, True, ['"from a wildcard"']),
    ("a", "host.nsec3", FOUND, True, ADDRESS),
    ("a", "host.insecure", FOUND, False, ADDRESS),
    ("a", "none.nsec", NONE, True, "no such name"),
    ("a", "none.nsec3", NONE, True, "no such name"),
    ("a", "none.insecure", NONE, False, "no such name"),
    ("a", "dangling.nsec", NONE, True, "no such name"),
    ("aaaa", "mx2.nsec", NONE, True, "no such name"),
    ("mx", "mx1.nsec", NONE, True, "no such record"),
    ("mx", "host.nsec3", NONE, True, "no such record"),
    ("mx", "host.insecure", NONE, False, "no such record"),
    ("ips", "_tcp.mx1.nsec", NONE, True, "no such record"),
    ("a", "none", NONE, True, "no such name"),
    ("a", "host.tampered", TEMPORARY, False, "the answer is not genuine, as DNSSEC proves"),
    ("a", "totampered.nsec", TEMPORARY, False, "the answer is not genuine, as DNSSEC proves"),
    ("txt", "host.tampered", FOUND, True, ['"text"']),
    ("a", "host.expired", TEMPORARY, False, "the answer is not genuine, as DNSSEC proves"),
    ("a", "host.stripped", TEMPORARY, False, "the answer is not genuine, as DNSSEC proves"),
    ("a", "none.stripped", TEMPORARY, False, "the answer is not genuine, as DNSSEC proves"),
]


class SignedZones(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.zones, cls.nsd, cls.unbound = cls.enterClassContext(signed_zones.world())
        cls.anchor = str(cls.zones.folder / "root.ds")

    def mox(self, *words):
        done = subprocess.run([MOX, "dns", "lookup", *words], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def lookup(self, *words):
        code, output, errors = self.mox("--json", *words)
        self.assertEqual(errors, "")
        return code, json.loads(output)

    def check_rows(self, *resolver):
        for kind, name, want_code, secure, want in ROWS:
            with self.subTest(kind=kind, name=name, resolver=resolver):
                code, found = self.lookup(*resolver, kind, name)
                self.assertEqual(code, want_code, found)
                self.assertEqual(found["dnssec"], secure, found)
                if want_code == FOUND:
                    self.assertEqual(sorted(found["records"]), sorted(want))
                    self.assertEqual(found["count"], len(want))
                else:
                    self.assertEqual(found["problem"], want, found)

    def test_validating_in_the_process(self):
        self.check_rows("--resolver", f"validating@127.0.0.1:{self.nsd}", "--anchor", self.anchor)

    def test_validating_in_the_process_behind_another(self):
        # Unbound gives nothing that is bogus, so what is wrong cannot be seen behind it.
        for kind, name, want_code, secure, _ in ROWS:
            with self.subTest(kind=kind, name=name):
                words = ("--resolver", f"validating@127.0.0.1:{self.unbound}", "--anchor", self.anchor)
                code, found = self.lookup(*words, kind, name)
                self.assertEqual(code, want_code, found)
                self.assertEqual(found["dnssec"], secure, found)

    def test_asking_unbound(self):
        self.check_rows("--resolver", f"127.0.0.1:{self.unbound}")

    def test_what_is_wrong_is_said(self):
        for resolver in (
            ["--resolver", f"validating@127.0.0.1:{self.nsd}", "--anchor", self.anchor],
            ["--resolver", f"127.0.0.1:{self.unbound}"],
        ):
            code, output, errors = self.mox(*resolver, "a", "host.expired")
            self.assertEqual((code, output), (TEMPORARY, ""))
            self.assertRegex(errors, r"^mox dns lookup: host\.expired A: the answer is not genuine.*\(.*(expired|bogus).*\)\n$")

    def test_no_anchor_fits(self):
        # Those that are built in are for the real root.
        code, output, errors = self.mox("--resolver", f"validating@127.0.0.1:{self.nsd}", "mx", "nsec")
        self.assertEqual((code, output), (TEMPORARY, ""))
        self.assertIn("nsec MX: no trust anchor fits the keys of the zone", errors)
        self.assertEqual(errors.count("\n"), 1)

    def test_asking_a_server_that_does_not_ask_others(self):
        resolver = ("--resolver", f"127.0.0.1:{self.nsd}")
        code, found = self.lookup(*resolver, "mx", "nsec")
        self.assertEqual((code, found["dnssec"], sorted(found["records"])), (FOUND, False, sorted(MX)))
        code, found = self.lookup(*resolver, "a", "toinsecure.nsec")
        self.assertEqual((code, found["aliases"], found["records"]), (FOUND, ["host.insecure"], ADDRESS))
        code, found = self.lookup(*resolver, "a", "dangling.nsec")
        self.assertEqual((code, found["problem"]), (NONE, "no such name"))

    def test_large_answers(self):
        for resolver in (
            [f"127.0.0.1:{self.nsd}"],
            [f"127.0.0.1:{self.unbound}"],
            [f"validating@127.0.0.1:{self.nsd}", "--anchor", self.anchor],
        ):
            code, found = self.lookup("--resolver", *resolver, "txt", "long.nsec")
            self.assertEqual(code, FOUND)
            self.assertEqual(len(found["records"]), 1)
            self.assertIn("019xxx", found["records"][0])
            self.assertEqual(found["dnssec"], resolver != [f"127.0.0.1:{self.nsd}"])

    def test_lines_for_people(self):
        code, output, _ = self.mox("--resolver", f"127.0.0.1:{self.unbound}", "a", "alias.nsec")
        self.assertEqual(code, FOUND)
        lines = output.splitlines()
        self.assertEqual(lines[0], "records: 1, with dnssec")
        self.assertRegex(lines[1], r"^ttl: \d+$")
        self.assertEqual(lines[2:], ["alias: mx1.nsec", "record: 192.0.2.1"])
        code, output, _ = self.mox("--resolver", f"127.0.0.1:{self.unbound}", "a", "none.insecure")
        self.assertEqual(code, NONE)
        self.assertEqual(output.splitlines()[0], "records: 0, without dnssec")

    def test_nobody_there(self):
        port = signed_zones.free_port()
        for resolver in (f"127.0.0.1:{port}",):
            code, found = self.lookup("--resolver", resolver, "a", "host.nsec")
            self.assertEqual((code, found["problem"]), (TEMPORARY, "no name server could be reached"))

    def test_wrong_use(self):
        for words in (
            ["x", "nsec"],
            ["soa", "nsec"],
            ["a", "a..b"],
            ["a", "x" * 64],
            ["--resolver", "nobody", "a", "nsec"],
            ["--resolver", "127.0.0.1:0", "a", "nsec"],
            ["--resolver", "127.0.0.1:65536", "a", "nsec"],
            ["--resolver", "[::1", "a", "nsec"],
            ["--resolver", "validating@", "a", "nsec"],
            ["--resolver", "validating@system", "a", "nsec"],
            ["--anchor", self.anchor, "a", "nsec"],
            ["--resolver", "validating", "--anchor", "/nowhere", "a", "nsec"],
            ["--resolver", "validating", "--anchor", "/dev/null", "a", "nsec"],
            ["--zone", "/nowhere", "a", "nsec"],
            ["--zone", "/dev/null", "--resolver", "system", "a", "nsec"],
            ["a"],
        ):
            with self.subTest(words=words):
                code, output, errors = self.mox(*words)
                self.assertEqual((code, output), (WRONG, ""), errors)
                self.assertNotEqual(errors, "")

    def test_zone_file(self):
        path = self.zones.folder / "some.txt"
        path.write_text(";!secure example.org\n;!timeout late.example.org\nexample.org. MX 10 mx\n"
                        "1.2.0.192.in-addr.arpa. PTR host.example.org.\n")
        code, found = self.lookup("--zone", str(path), "mx", "example.org")
        self.assertEqual((code, found["dnssec"], found["records"]), (FOUND, True, ["10 mx."]))
        code, found = self.lookup("--zone", str(path), "ptr", "192.0.2.1")
        self.assertEqual((code, found["dnssec"], found["records"]), (FOUND, False, ["host.example.org."]))
        code, found = self.lookup("--zone", str(path), "ptr", "1.2.0.192.in-addr.arpa")
        self.assertEqual((code, found["count"]), (FOUND, 1))
        self.assertEqual(self.lookup("--zone", str(path), "ptr", "192.0.2.2")[0], NONE)
        code, found = self.lookup("--zone", str(path), "a", "late.example.org")
        self.assertEqual((code, found["problem"]), (TEMPORARY, "no answer in time"))
        path.write_text("example.org. A 192.0.2.1\nexample.org. MX mx\n")
        code, output, errors = self.mox("--zone", str(path), "mx", "example.org")
        self.assertEqual((code, output), (WRONG, ""))
        self.assertIn("line 2: not a record", errors)


if __name__ == "__main__":
    signed_zones.need()
    unittest.main(verbosity=2)
