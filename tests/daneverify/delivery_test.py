#!/usr/bin/env python3
"""The whole table of decisions: domains with every combination of MTA-STS, TLSA records and the sender's wish, against real
mail servers, a zone that is really signed and a real server of policies. tests/daneverify/delivery_probe.cpp does what a
delivery does, up to the message."""

import http.server
import os
import pathlib
import ssl
import subprocess
import sys
import threading
import unittest

from signed_world import World, free_port, missing

PROBE = pathlib.Path(os.environ.get("MOX_BUILD", "build/release")) / "tests/daneverify/delivery_probe"

# Servers, by what they do: the chain that they show, how they behave.
GOOD, STRANGE, NONE, BROKEN = "good", "strange", "none", "broken"


class Policies(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        host = self.headers["Host"].partition(":")[0]
        text = self.server.policies.get(host)
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *_):
        pass


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world = World()
        cls.addClassCleanup(world.close)
        cls.policies = {}
        cls.domains = {}
        ca = world.certificates
        cls.other = ca.make("other", None, authority=True)
        for sts in ("none", "testing", "enforce"):
            for matches in (True, False):
                for dane in ("none", "usable", "wrong", "unusable", "unknown"):
                    for server in (GOOD, STRANGE, NONE, BROKEN):
                        cls.make_domain(sts, matches, dane, server)
        cls.make_web_server()
        world.start()

    @classmethod
    def make_domain(cls, sts, matches, dane, server):
        world = cls.world
        ca = world.certificates
        label = f"{sts}{'-' if matches else '-mis-'}{dane}-{server}"
        zone = "signed"
        domain = f"{label}.{zone}.example"
        if server == GOOD:
            stem = ca.make(label[:60], ca.middle, names=[f"mx.{domain}"])
        elif server == STRANGE:
            stem = cls.strange = getattr(cls, "strange", None) or ca.make("strange", None, names=["x.example"])
        else:
            stem = cls.any = getattr(cls, "any", None) or ca.make("any", ca.middle, names=["any.example"])
        chain = ca.chain(stem, ca.middle, ca.root) if server == GOOD else ca.chain(stem)
        records = {"none": [], "usable": [ca.tlsa(3, 1, 1, stem)], "wrong": [ca.tlsa(3, 1, 1, cls.other)],
                   "unusable": [ca.tlsa(1, 1, 1, stem)], "unknown": []}[dane]
        kind = {GOOD: "tls", STRANGE: "tls", NONE: "plain", BROKEN: "broken"}[server]
        world.host(label, records, chain=chain, kind=kind, extensions=["REQUIRETLS"])
        if dane == "unknown":
            # The name is in a zone that nobody serves, though its keys are known: no answer is genuine.
            world.signed.append(f"_tcp.mx.{label} NS nobody.plain.example.")
            world.signed.append(f"_tcp.mx.{label} DS 1 13 2 {'00' * 32}")
        if sts != "none":
            world.signed.append(f'_mta-sts.{label} TXT "v=STSv1; id=1"')
            world.signed.append(f"mta-sts.{label} A 127.0.0.1")
            host = f"mx.{domain}" if matches else "mx.elsewhere.example"
            cls.policies[f"mta-sts.{domain}"] = f"version: STSv1\nmode: {sts}\nmx: {host}\nmax_age: 86400\n"

    @classmethod
    def make_web_server(cls):
        ca = cls.world.certificates
        web = ca.make("web", ca.root, names=sorted(cls.policies))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{web}.pem", f"{web}.key")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Policies)
        server.policies = cls.policies
        server.socket = context.wrap_socket(server.socket, server_side=True)
        cls.web_port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)

    def probe(self, domain, wish):
        done = subprocess.run(
            [PROBE, self.world.resolver, domain, str(self.world.port), f"{self.world.certificates.root}.pem",
             f":443:127.0.0.1:{self.web_port}", wish], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 1, done.stdout)
        host, _, rest = lines[0].partition(": ")
        self.assertEqual(host, f"mx.{domain}")
        return rest

    @staticmethod
    def handshake(server, verify):
        """What comes of a connection whose certificate is looked at like this: "authorities", "dane", "wrong dane" or ""."""
        if server == NONE:
            return "tls starttls-not-supported "
        if server == BROKEN:
            return "tls validation-failure tls-record-header-error"
        if "authorities" in verify and server == STRANGE:
            return "tls certificate-not-trusted "
        if "wrong dane" in verify:
            return "tls validation-failure dane-no-match"
        if not verify and server == STRANGE:
            return "TLS (seen: certificate-not-trusted)"
        return "TLS"

    def wanted(self, sts, matches, dane, server, wish):
        if wish == "false":
            return self.opportunistic(server)
        if sts == "enforce" and not matches:
            return "skip"
        if dane == "unknown":
            return "postpone tlsa-invalid"
        strong = dane in ("usable", "wrong") or sts == "enforce"
        note = " tlsa-invalid" if dane == "unusable" else ""
        if wish == "true" and not strong:
            return "refuse" + note
        note += " mismatch" if sts == "testing" and not matches else ""
        verify = (["authorities"] if sts == "enforce" else []) + {"usable": ["dane"], "wrong": ["wrong dane"]}.get(dane, [])
        if not strong and dane == "none":
            return self.opportunistic(server, note)
        demand = "verified" if verify else "required"
        outcome = self.handshake(server, verify)
        if wish == "true" and outcome.startswith("TLS"):
            outcome += " REQUIRETLS"
        return f"deliver{note}; {demand}; {outcome}"

    def opportunistic(self, server, note=""):
        if server == NONE:
            return f"deliver{note}; opportunistic; plaintext"
        outcome = self.handshake(server, [])
        again = "; again: plaintext" if outcome.startswith("tls") else ""
        return f"deliver{note}; opportunistic; {outcome}{again}"

    def test_table(self):
        count = 0
        for sts in ("none", "testing", "enforce"):
            for matches in (True, False):
                for dane in ("none", "usable", "wrong", "unusable", "unknown"):
                    for server in (GOOD, STRANGE, NONE, BROKEN):
                        for wish in ("null", "true", "false"):
                            domain = f"{sts}{'-' if matches else '-mis-'}{dane}-{server}.signed.example"
                            with self.subTest(domain=domain, wish=wish):
                                self.assertEqual(self.probe(domain, wish),
                                                 self.wanted(sts, matches, dane, server, wish))
                            count += 1
        self.assertEqual(count, 360)


if __name__ == "__main__":
    lacking = missing() + ([] if PROBE.exists() else [str(PROBE)])
    if lacking:
        print("needs", ", ".join(lacking))
        sys.exit(1 if os.environ.get("CI") == "true" else 77)
    unittest.main()
