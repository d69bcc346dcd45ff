#!/usr/bin/python3
"""The commands `mox dkim` and `mox arc` as people and scripts use them: output, exit codes, errors."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

MOX = os.path.abspath(os.environ.get("MOX", "build/release/mox"))
MESSAGE = b"From: Joe <joe@example.org>\r\nTo: x@example.com\r\nSubject: hello\r\n\r\nbody\r\n"


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="mox-dkim-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        zone = ";!secure secure.example.org.\n"
        for selector, words in [("rsa", ["genrsa"]), ("ed", ["gened25519"])]:
            key = subprocess.run([MOX, "dkim", *words], check=True, capture_output=True).stdout
            (cls.folder / f"{selector}.pem").write_bytes(key)
            strings = subprocess.run([MOX, "dkim", "txt"], check=True, capture_output=True, input=key).stdout.decode()
            for domain in ["example.org", "secure.example.org"]:
                zone += f"{selector}._domainkey.{domain}. 300 IN TXT ({strings})\n"
        zone += 'revoked._domainkey.example.org. 300 IN TXT "v=DKIM1; p="\n'
        zone += 'spf._domainkey.example.org. 300 IN TXT "v=spf1 -all"\n'
        zone += 'note._domainkey.example.org. 300 IN TXT "v=DKIM1; n=\\027[31mred; p="\n'
        zone += ";!timeout slow._domainkey.example.org.\n"
        (cls.folder / "zone").write_text(zone)

    def mox(self, *words, message=b"", zone=True):
        words = [str(word) for word in words]
        if zone and words[:2] in [["dkim", "verify"], ["dkim", "lookup"], ["arc", "verify"], ["arc", "seal"]]:
            words += ["--zone", str(self.folder / "zone")]
        done = subprocess.run([MOX, *words], input=message, capture_output=True)
        return done.returncode, done.stdout, done.stderr.decode()

    def sign(self, *words, message=MESSAGE, selector="rsa", domain="example.org"):
        code, output, errors = self.mox("dkim", "sign", "--key", self.folder / f"{selector.split('-')[0]}.pem",
                                        "--selector", selector, "--domain", domain, *words, message=message)
        self.assertEqual((code, errors), (0, ""))
        return output

    def verified(self, message, *words):
        code, output, errors = self.mox("dkim", "verify", *words, message=message)
        self.assertEqual(errors, "")
        blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in output.decode().split("\n\n")]
        return code, blocks

    def test_keys(self):
        for selector, beginning in [("rsa", "v=DKIM1;h=sha256;t=s;p=MII"), ("ed", "v=DKIM1;h=sha256;k=ed25519;t=s;p=")]:
            key = (self.folder / f"{selector}.pem").read_bytes()
            self.assertTrue(key.startswith(b"-----BEGIN PRIVATE KEY-----\n"))
            code, whole, _ = self.mox("dkim", "txt", "--one-string", message=key)
            self.assertEqual(code, 0)
            self.assertTrue(whole.decode().startswith(beginning), whole)
            code, strings, _ = self.mox("dkim", "txt", message=key)
            pieces = [piece.strip() for piece in strings.decode().splitlines()]
            self.assertTrue(all(piece[0] == piece[-1] == '"' and len(piece) <= 102 for piece in pieces))
            self.assertEqual("".join(piece[1:-1] for piece in pieces), whole.decode().strip())
            public = subprocess.run(["openssl", "pkey", "-pubout"], input=key, check=True, capture_output=True).stdout
            self.assertEqual(self.mox("dkim", "txt", "--one-string", message=public)[1], whole)
            self.assertEqual(json.loads(self.mox("dkim", "txt", "--json", message=key)[1])["record"],
                             whole.decode().strip())
        code, key, _ = self.mox("dkim", "genrsa", "--bits", 1024)
        text = subprocess.run(["openssl", "rsa", "-noout", "-text"], input=key, check=True, capture_output=True).stdout
        self.assertIn(b"1024 bit", text)
        self.assertEqual(self.mox("dkim", "genrsa", "--bits", 512)[0], 2)
        code, _, errors = self.mox("dkim", "txt", message=b"nothing")
        self.assertEqual(code, 1)
        self.assertTrue(errors.startswith("mox dkim txt: standard input: public key in PEM"), errors)

    def test_sign_and_verify(self):
        for selector, algorithm, bits in [("rsa", "rsa-sha256", "2048"), ("ed", "ed25519-sha256", "256")]:
            signed = self.sign(selector=selector)
            self.assertTrue(signed.endswith(MESSAGE))
            code, [found] = self.verified(signed)
            self.assertEqual(code, 0)
            for name, value in [("status", "pass"), ("domain", "example.org"), ("selector", selector),
                                ("identity", "joe@example.org"), ("algorithm", algorithm), ("key-bits", bits),
                                ("canonicalization", "relaxed/relaxed"), ("dnssec", "no")]:
                self.assertEqual(found[name], value)
            self.assertNotIn("why", found)
        both = self.sign(message=self.sign(selector="ed"))
        self.assertEqual([block["status"] for block in self.verified(both)[1]], ["pass", "pass"])
        code, output, _ = self.mox("dkim", "verify", "--json", message=both)
        self.assertEqual([result["key-bits"] for result in json.loads(output)], [2048, 256])

    def test_dnssec(self):
        message = MESSAGE.replace(b"joe@", b"joe@secure.")
        self.assertEqual(self.verified(self.sign(domain="secure.example.org", message=message))[1][0]["dnssec"], "yes")

    def test_files_and_line_ends(self):
        unix = MESSAGE.replace(b"\r\n", b"\n")
        file = self.folder / "unix.eml"
        file.write_bytes(unix)
        signed = subprocess.run([MOX, "dkim", "sign", "--key", self.folder / "ed.pem", "--selector", "ed", "--domain",
                                 "example.org", file], check=True, capture_output=True).stdout
        self.assertNotIn(b"\r", signed)
        self.assertTrue(signed.endswith(unix))
        self.assertEqual(self.verified(signed)[0], 0)
        self.assertEqual(self.verified(signed.replace(b"\n", b"\r\n"))[0], 0)
        file.write_bytes(signed)
        self.assertEqual(self.mox("dkim", "verify", file)[0], 0)
        self.assertEqual(self.mox("dkim", "verify", "-", message=signed)[0], 0)
        # Not 1, which says that a signature does not hold.
        code, _, errors = self.mox("dkim", "verify", self.folder / "missing")
        self.assertEqual(code, 2)
        self.assertIn("missing", errors)

    def test_exit_codes(self):
        signed = self.sign()
        self.assertEqual(self.verified(MESSAGE), (1, [{"status": "none",
                                                       "why": "the message has no DKIM-Signature header"}]))
        self.assertEqual(json.loads(self.mox("dkim", "verify", "--json", message=MESSAGE)[1]), [])
        code, [found] = self.verified(signed + b"more")
        self.assertEqual((code, found["status"], found["why"]),
                         (1, "fail", "body hash mismatch: the body was changed"))
        for selector, code, status in [("rsa-slow", 3, "temperror"), ("rsa-none", 1, "permerror")]:
            signed = self.sign(selector=selector).replace(selector.encode(), selector[4:].encode(), 1)
            found = self.verified(signed)
            self.assertEqual((found[0], found[1][0]["status"]), (code, status))

    def test_options(self):
        signed = self.sign("--canonicalization", "simple/relaxed", "--headers", "From,Subject", "--no-seal",
                           "--expiration", "1h", "--now", "1700000000")
        self.assertIn(b"c=simple/relaxed; t=1700000000; x=1700003600;", signed)
        self.assertIn(b"h=From:Subject;", signed)
        self.assertEqual(self.verified(signed, "--now", "1700003600")[0], 0)
        code, [found] = self.verified(signed, "--now", "1700003601")
        self.assertEqual((code, found["status"]), (1, "permerror"))
        self.assertEqual(found["why"], "signature expired: at 2023-11-14 23:13:20 UTC")
        self.assertTrue(self.sign("--headers-only").endswith(b"\r\n"))
        self.assertNotIn(b"From: Joe", self.sign("--headers-only"))

    def test_wrong_use(self):
        key = self.folder / "rsa.pem"
        named = ["dkim", "sign", "--key", key, "--selector", "rsa", "--domain", "example.org"]
        for words, text in [
            (["dkim", "sign", "--key", key], "must be given together"),
            ([*named, "--canonicalization", "loose"], "relaxed/relaxed"),
            ([*named, "--expiration", "soon"], "such as 72h"),
            ([*named, "--headers", "Subject"], "From must be one"),
            (["arc", "seal"], "--key FILE is needed"),
            (["dkim", "lookup", "rsa"], "DOMAIN"),
            (["dkim", "nothing"], "dkim"),
        ]:
            code, output, errors = self.mox(*words, message=MESSAGE)
            self.assertEqual((code, output), (2, b""), words)
            self.assertIn(text, errors)

    def test_messages_that_cannot_be_signed(self):
        for message, text in [
            (b"Subject: x\r\n\r\n", "0 From headers"),
            (b"From: a@example.org\r\nFrom: b@example.org\r\n\r\n", "2 From headers"),
            (b"From: a@example.org, b@example.org\r\n\r\n", "exactly one address"),
        ]:
            code, output, errors = self.mox("dkim", "sign", "--key", self.folder / "rsa.pem", "--selector", "rsa",
                                            "--domain", "example.org", message=message)
            self.assertEqual((code, output), (1, b""))
            self.assertIn(text, errors)
            self.assertEqual(errors.count("\n"), 1)

    def test_configuration(self):
        folder = self.folder / "config"
        folder.mkdir()
        (folder / "data").mkdir()
        (folder / "mox.toml").write_text('data-dir = "data"\nhostname = "mx.example.org"\n[postmaster]\n'
                                         'account = "joe"\nmailbox = "Postmaster"\n'
                                         '[listeners.local]\nips = ["127.0.0.1"]\n')
        (folder / "domains.toml").write_text(
            '[domains."example.org".dkim]\nsign = ["ed", "rsa"]\n'
            f'[domains."example.org".dkim.selectors.rsa]\nprivate-key-file = "{self.folder}/rsa.pem"\n'
            'expiration = "72h"\ncanonicalization = { header-relaxed = true, body-relaxed = true }\n'
            f'[domains."example.org".dkim.selectors.ed]\nprivate-key-file = "{self.folder}/ed.pem"\n'
            'headers = ["From", "Subject"]\ndont-seal-headers = true\n'
            '[domains."example.com"]\n'
            '[accounts.joe]\ndomain = "example.org"\n[accounts.joe.destinations]\n"joe@example.org" = {}\n')
        def sign(message):
            return self.mox("--config", folder / "mox.toml", "dkim", "sign", message=message)
        code, signed, errors = sign(MESSAGE)
        self.assertEqual((code, errors), (0, ""))
        code, [first, second] = self.verified(signed)
        self.assertEqual((code, first["status"], second["status"]), (0, "pass", "pass"))
        self.assertEqual((first["selector"], first["signed-headers"], first["canonicalization"]),
                         ("ed", "From:Subject", "simple/simple"))
        self.assertEqual((second["selector"], second["canonicalization"]), ("rsa", "relaxed/relaxed"))
        self.assertTrue(second["signed-headers"].startswith("From:From:To:To:Cc:"))
        self.assertIn(b"x=", signed)
        for domain, text in [(b"example.com", "does not sign"), (b"example.net", "is not in")]:
            code, _, errors = sign(MESSAGE.replace(b"example.org", domain))
            self.assertEqual(code, 1)
            self.assertIn(text, errors)

    def test_lookup(self):
        code, output, _ = self.mox("dkim", "lookup", "rsa", "example.org")
        found = dict(line.split(": ", 1) for line in output.decode().splitlines())
        self.assertEqual((code, found["status"], found["key-type"], found["key-bits"], found["flags"], found["dnssec"]),
                         (0, "found", "rsa", "2048", "s", "no"))
        self.assertIn(b"dnssec: yes", self.mox("dkim", "lookup", "ed", "secure.example.org")[1])
        for selector, code, text in [("none", 1, b"no key record"), ("slow", 3, b"DNS look-up failed"),
                                     ("spf", 3, b"not one of a key")]:
            found = self.mox("dkim", "lookup", selector, "example.org")
            self.assertEqual(found[0], code)
            self.assertIn(text, found[1])
        found = json.loads(self.mox("dkim", "lookup", "revoked", "example.org", "--json")[1])
        self.assertTrue(found["revoked"])

    def test_nothing_moves_the_cursor(self):
        output = self.mox("dkim", "lookup", "note", "example.org")[1]
        self.assertNotIn(b"\x1b", output)
        odd = self.sign().replace(b"i=joe@", b"i=j=1b=0aoe@")
        self.assertNotIn(b"\x1b", self.mox("dkim", "verify", message=odd)[1])
        self.assertIn(b"identity: j\xef\xbf\xbd\xef\xbf\xbdoe@", self.mox("dkim", "verify", message=odd)[1])

    def test_arc(self):
        def seal(message, selector, *words):
            return self.mox("arc", "seal", "--key", self.folder / f"{selector}.pem", "--selector", selector, "--domain",
                            "example.org", *words, message=message)
        code, output, _ = self.mox("arc", "verify", message=MESSAGE)
        self.assertEqual((code, output), (1, b"status: none\ninstances: 0\n"))
        code, one, errors = seal(b"Authentication-Results: mx.example.org; spf=pass\r\n" + MESSAGE, "rsa",
                                 "--authserv-id", "mx.example.org")
        self.assertEqual((code, errors), (0, ""))
        self.assertIn(b"ARC-Authentication-Results: i=1; mx.example.org;\r\n\tspf=pass\r\n", one)
        code, two, _ = seal(one, "ed")
        code, output, _ = self.mox("arc", "verify", message=two)
        self.assertEqual(code, 0)
        self.assertIn(b"status: pass\ninstances: 2\noldest-pass: 0\n", output)
        self.assertIn(b"results: mx.example.org; spf=pass\n", output.replace(b";  ", b"; "))
        found = json.loads(self.mox("arc", "verify", "--json", message=two + b"more")[1])
        self.assertEqual((found["status"], len(found["hops"])), ("fail", 2))
        self.assertEqual(found["hops"][0]["seal"], "pass")
        changed = seal(two + b"more", "rsa")[1]
        self.assertIn(b"cv=fail", changed)
        self.assertEqual(seal(changed, "rsa")[1], changed)


if __name__ == "__main__":
    unittest.main()
