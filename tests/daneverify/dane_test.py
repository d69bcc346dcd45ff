#!/usr/bin/env python3
"""`mox dane` and `mox smtp dial` with a zone that is really signed, a resolver that really validates, and servers with real
certificates."""

import json
import os
import pathlib
import subprocess
import sys
import unittest

from signed_world import MailServer, World, missing

MOX = os.environ.get("MOX", "build/release/mox")
QUIT = b"QUIT\r\n"


def mox(*words, text=QUIT):
    done = subprocess.run([MOX, *map(str, words)], input=text, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Dane(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world = World()
        cls.addClassCleanup(world.close)
        cls.make_hosts(world)
        world.start()

    @classmethod
    def make_hosts(cls, world):
        ca = world.certificates
        cls.cells = [(u, s, m) for u in range(4) for s in range(2) for m in range(3)]
        leaf = lambda label, **options: ca.make(label, ca.middle, names=[f"mx.{label}.signed.example"], **options)
        whole = lambda stem: ca.chain(stem, ca.middle, ca.root)
        for kind, prefix in (("tls", "m"), ("immediate", "i")):
            for usage, selector, matching in cls.cells:
                label = f"{prefix}{usage}{selector}{matching}"
                stem = leaf(label)
                subject = stem if usage in (1, 3) else ca.middle
                world.host(label, [ca.tlsa(usage, selector, matching, subject)], chain=whole(stem), kind=kind)
        old = {"start": -9, "end": -2}
        other = ca.make("other", None, authority=True)
        record = lambda usage, stem: ca.tlsa(usage, 1, 1, stem)

        def host(label, record_of, stem=None, **options):
            stem = stem or leaf(label)
            world.host(label, record_of(stem), chain=whole(stem), **options)

        host("wrong-ee", lambda stem: [record(3, other)])
        host("wrong-ta", lambda stem: [record(2, other)])
        host("rollover", lambda stem: [record(3, other), record(3, stem)])
        host("expired-ee", lambda stem: [record(3, stem)], leaf("expired-ee", **old))
        host("expired-ta", lambda stem: [record(2, ca.root)], leaf("expired-ta", **old))
        strange = ca.make("strange", ca.middle, names=["strange.example"])
        host("name-ee", lambda stem: [record(3, stem)], strange)
        host("name-ta", lambda stem: [record(2, ca.root)], strange)
        host("unusable", lambda stem: [record(1, stem), "7 1 1 " + "00" * 32, "3 1 1 0011"])
        host("mixed", lambda stem: ["7 1 1 " + "00" * 32, record(3, stem)])
        host("none", lambda stem: [])
        host("unsigned", lambda stem: [record(3, stem)], zone="plain")
        host("nostarttls", lambda stem: [record(3, stem)], kind="plain")
        host("refuses", lambda stem: [record(3, stem)], kind="refuses")
        host("broken", lambda stem: [record(3, stem)], kind="broken")
        host("closes", lambda stem: [record(3, stem)], kind="closes")
        # The authority is in the record alone.
        alone = leaf("alone")
        world.host("alone", [ca.tlsa(2, 0, 0, ca.middle)], chain=ca.chain(alone))
        world.host("down", [record(3, other)], server=False)
        # The first host does no DANE, so the second is asked.
        second = leaf("second")
        address = world.address()
        world.signed += ["two MX 5 mx.none", "two MX 10 mx.second", f"mx.second A {address}",
                         f"_{world.port}._tcp.mx.second TLSA {record(3, second)}"]
        world.servers["second"] = MailServer(address, world.port, chain=whole(second))
        # Aliases: of a domain, of a host, and out of what is signed.
        world.signed += ["alias CNAME m311", "hostalias MX 10 mx.hostalias", "mx.hostalias CNAME mx.m211",
                         "out CNAME unsigned.plain.example.", "null MX 0 ."]

    def dialmx(self, label, *words, zone="signed", text=QUIT):
        return mox("dane", "dialmx", "--resolver", self.world.resolver, "--port", self.world.port, *words,
                   f"{label}.{zone}.example", text=text)

    def dial(self, label, *words):
        root = f"{self.world.certificates.root}.pem"
        return mox("dane", "dial", "--resolver", self.world.resolver, "--ca", root, *words,
                   f"mx.{label}.signed.example:{self.world.port}")

    def test_usages_for_mail(self):
        for usage, selector, matching in self.cells:
            with self.subTest(usage=usage, selector=selector, matching=matching):
                code, output, errors = self.dialmx(f"m{usage}{selector}{matching}")
                if usage >= 2:
                    self.assertEqual((code, output), (0, "221 bye\r\n"), errors)
                    self.assertIn("tls: TLSv1.3", errors)
                else:
                    self.assertEqual((code, output), (1, ""), errors)
                    self.assertIn("can be used", errors)

    def test_usages_for_others(self):
        for usage, selector, matching in self.cells:
            with self.subTest(usage=usage, selector=selector, matching=matching):
                code, output, errors = self.dial(f"i{usage}{selector}{matching}")
                self.assertEqual((code, output), (0, "220 mx ESMTP\r\n221 bye\r\n"), errors)
        code, _, errors = self.dial("i011", "--usages", "dane-ee,dane-ta")
        self.assertEqual(code, 1)
        self.assertIn("no TLSA record has an allowed usage", errors)
        code, _, errors = mox("dane", "dial", "--resolver", self.world.resolver, "--ca",
                              f"{self.world.certificates.make('x', None, authority=True)}.pem",
                              f"mx.i111.signed.example:{self.world.port}")
        self.assertEqual(code, 1)
        self.assertIn("though the PKIX-EE record fits", errors)

    def test_outcomes(self):
        rows = [("wrong-ee", 1, "none of 1 TLSA records fits"), ("wrong-ta", 1, "none of 1 TLSA records fits"),
                ("rollover", 0, "tlsa-records: 2"), ("expired-ee", 0, "certificate: good"),
                ("expired-ta", 1, "certificate has expired, though the DANE-TA record fits"), ("name-ee", 0, "certificate: good"),
                ("name-ta", 1, "hostname mismatch, though the DANE-TA record fits"), ("unusable", 1, "can be used"),
                ("mixed", 0, "tlsa-records: 1"), ("none", 1, "there is no TLSA record"),
                ("nostarttls", 1, "does not offer STARTTLS"), ("refuses", 1, "454 4.7.0 not now"),
                ("broken", 1, "does not speak TLS"), ("closes", 1, "TLS handshake"), ("alone", 0, "tlsa-records: 1"),
                ("two", 0, "server: mx.second.signed.example"), ("alias", 0, "server: mx.m311.signed.example"),
                ("hostalias", 0, "tlsa-base: mx.m211.signed.example"), ("null", 1, "takes no mail"),
                ("out", 1, "DNSSEC does not prove the MX records"), ("missing", 1, "there is no domain"),
                ("down", 3, "refused")]
        for label, want, words in rows:
            with self.subTest(label):
                code, output, errors = self.dialmx(label)
                self.assertEqual(code, want, errors)
                self.assertIn(words, errors)
                self.assertEqual(output, "221 bye\r\n" if want == 0 else "")
        code, _, errors = self.dialmx("unsigned", zone="plain")
        self.assertEqual(code, 1)
        self.assertIn("DNSSEC does not prove the MX records", errors)

    def test_one_host(self):
        code, output, errors = mox("dane", "dialmx", "--resolver", self.world.resolver, "--port", self.world.port, "--json",
                                   "none.signed.example", "mx.m311.signed.example")
        self.assertEqual((code, output), (0, "221 bye\r\n"), errors)
        facts = json.loads(errors)
        self.assertEqual(facts["server"], "mx.m311.signed.example")
        self.assertEqual(facts["certificate"], "good")

    def test_what_is_asked_for(self):
        server = self.world.servers["m211"]
        self.dialmx("m211")
        self.assertEqual(server.names[-1], "mx.m211.signed.example")

    def test_bytes_go_through(self):
        lines = b"".join(b"NOOP %d\r\n" % i for i in range(5000))
        code, output, errors = self.dialmx("m311", text=lines + QUIT)
        self.assertEqual(code, 0, errors)
        self.assertEqual(output.encode(), b"".join(b"250 NOOP %d\r\n" % i for i in range(5000)) + b"221 bye\r\n")

    def test_the_end_of_the_server_is_the_end(self):
        """Though standard input is still open."""
        words = [MOX, "dane", "dialmx", "--resolver", self.world.resolver, "--port", str(self.world.port),
                 "m311.signed.example"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as dialled:
            dialled.stdin.write(QUIT)
            dialled.stdin.flush()
            self.assertEqual(dialled.wait(timeout=20), 0)
            self.assertEqual(dialled.stdout.read(), b"221 bye\r\n")

    def test_validating_resolver(self):
        """Ours proves the same, with the zone's key as its anchor, through a resolver that is only asked for records."""
        words = ["--resolver", f"validating@{self.world.resolver}", "--anchor", self.world.anchor]
        for label, want in (("m311", 0), ("wrong-ee", 1), ("none", 1), ("out", 1)):
            with self.subTest(label):
                code, _, errors = self.dialmx(label, *words)
                self.assertEqual(code, want, errors)

    def test_smtp_dial(self):
        target = f"mx.m311.signed.example:{self.world.port}"
        resolver = ["--resolver", self.world.resolver]
        ca = ["--ca", f"{self.world.certificates.root}.pem"]
        code, output, errors = mox("smtp", "dial", *resolver, *ca, target)
        self.assertEqual((code, output), (0, "221 bye\r\n"), errors)
        self.assertIn("certificate: good", errors)
        code, output, errors = mox("smtp", "dial", *resolver, *ca, "--tls-verify", target)
        self.assertEqual((code, output), (0, "221 bye\r\n"), errors)
        code, _, errors = mox("smtp", "dial", *resolver, "--tls-verify", target)
        self.assertEqual(code, 1)
        code, _, errors = mox("smtp", "dial", *resolver, target)
        self.assertEqual(code, 0)
        self.assertIn("certificate: not good", errors)
        code, _, errors = mox("smtp", "dial", *resolver, *ca, "--tls-verify", "--remote-hostname", "other.example", target)
        self.assertEqual(code, 1)
        self.assertIn("hostname mismatch", errors)
        code, _, errors = mox("smtp", "dial", *resolver, "--no-tls", "--trace", target)
        self.assertEqual(code, 0)
        self.assertIn("tls: none", errors)
        self.assertIn("> EHLO localhost\n", errors)
        self.assertNotIn("> STARTTLS", errors)
        code, _, errors = mox("smtp", "dial", *resolver, "--tls-version-max", "1.2", target)
        self.assertIn("tls: TLSv1.2 ", errors)
        code, _, errors = mox("smtp", "dial", *resolver, "--tls-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256", target)
        self.assertIn("TLS_CHACHA20_POLY1305_SHA256", errors)
        plain = f"mx.nostarttls.signed.example:{self.world.port}"
        self.assertEqual(mox("smtp", "dial", *resolver, plain)[0], 0)
        self.assertEqual(mox("smtp", "dial", *resolver, "--tls-verify", plain)[0], 1)
        immediate = f"mx.i311.signed.example:{self.world.port}"
        code, output, errors = mox("smtp", "dial", *resolver, *ca, "--tls-immediate", "--tls-verify", immediate)
        self.assertEqual((code, output), (0, "221 bye\r\n"), errors)
        self.assertEqual(mox("smtp", "dial", *resolver, "missing.signed.example")[0], 1)
        self.assertEqual(mox("smtp", "dial", "127.0.0.1:1")[0], 3)

    def test_wrong_use(self):
        for words in (["dane", "dial", "mx.example"], ["dane", "dial", "127.0.0.1:25"], ["dane", "dial", "mx.example:0"],
                      ["dane", "dial", "--usages", "x", "mx.example:25"], ["dane", "dialmx", "a b"],
                      ["dane", "dialmx", "--port", "70000", "a.example"], ["dane", "makerecord", "3", "1", "x", "/dev/null"],
                      ["smtp", "dial", "--no-tls", "--force-tls", "mx.example"], ["smtp", "dial", "mx.example:x"],
                      ["smtp", "dial", "--tls-ciphers", "nonsense", "mx.example"]):
            with self.subTest(" ".join(words)):
                code, output, errors = mox(*words)
                self.assertEqual((code, output), (2, ""), errors)
                self.assertTrue(errors.startswith("mox "), errors)

    def test_makerecord(self):
        ca = self.world.certificates
        for usage, selector, matching in self.cells:
            want = ca.tlsa(usage, selector, matching, ca.middle)
            code, output, errors = mox("dane", "makerecord", usage, selector, matching, f"{ca.middle}.pem")
            self.assertEqual((code, output), (0, want + "\n"), errors)
        want = ca.tlsa(3, 1, 1, ca.middle) + "\n"
        pem = pathlib.Path(f"{ca.middle}.key").read_bytes()
        self.assertEqual(mox("dane", "makerecord", "dane-ee", "spki", "sha2-256", text=pem)[:2], (0, want))
        code, output, errors = mox("dane", "makerecord", "9", "SPKI", "SHA2-512", f"{ca.middle}.pem")
        self.assertEqual(code, 0)
        self.assertIn("warning: the usage 9", errors)
        code, _, errors = mox("dane", "makerecord", "3", "0", "1", f"{ca.middle}.key")
        self.assertEqual(code, 1)
        self.assertIn("needs", errors)
        code, output, _ = mox("dane", "makerecord", "--json", "3", "1", "1", f"{ca.middle}.pem")
        self.assertEqual(json.loads(output)["selector"], 1)


if __name__ == "__main__":
    lacking = missing()
    if lacking:
        print("needs", ", ".join(lacking))
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    unittest.main()
