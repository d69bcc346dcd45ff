#!/usr/bin/env python3
"""A new key of an anchored zone is learnt while the old one still signs, and trusted when it alone is left (RFC 5011).
The month that it must have been seen for is taken out of the state file."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import signed_zones
from signed_zones import Zones, run

ASKING = None
MONTH = 31 * 24 * 3600


class Rollover(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        os.chmod(self.folder, 0o755)
        self.zones = Zones(self.folder)
        self.old, self.new = self.zones.key(".", "-k"), self.zones.key(".", "-k")
        self.zone_key = self.zones.key(".")
        self.anchors = self.folder / f"{self.old}.ds"
        self.state = self.folder / "state"

    def ask(self, keys, state=None):
        """What a resolver finds out that is started anew, while these keys are in use."""
        path = self.zones.write(".", "host A 192.0.2.7\n", "root.zone")
        run("ldns-signzone", "-f", f"{path}.signed", path.name, self.zone_key, *keys, folder=self.folder)
        self.zones.files["."] = f"{path}.signed"
        with signed_zones.nsd(self.zones) as port:
            words = [ASKING, f"127.0.0.1:{port}", self.anchors, state or self.state, "host."]
            return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout.strip()

    def states(self):
        """Of the keys, by their tags."""
        lines = [line for line in self.state.read_text().splitlines() if "DNSKEY" in line]
        return {int(re.search(r"id = (\d+)", line)[1]): re.search(r"state=\d \[ *(\w+) *\]", line)[1] for line in lines}

    def a_month_passes(self):
        text = self.state.read_text()
        text = re.sub(r"(ADDPEND.*?;;count=)\d+ (;;lastchange=)\d+", rf"\g<1>2 \g<2>{int(time.time()) - MONTH}", text)
        self.state.write_text(text)

    def test_rollover(self):
        old, new = (int(name.rsplit("+", 1)[1]) for name in (self.old, self.new))
        self.assertEqual(self.ask([self.old]), "authentic")
        self.assertEqual(self.states(), {old: "VALID"})
        self.assertEqual(self.ask([self.old, self.new]), "authentic")
        self.assertEqual(self.states(), {old: "VALID", new: "ADDPEND"})
        with self.subTest("too early"):
            early = self.folder / "early"
            early.write_text(self.state.read_text())
            self.assertEqual(self.ask([self.new], early), "no trust anchor fits the keys of the zone")
        self.a_month_passes()
        self.assertEqual(self.ask([self.old, self.new]), "authentic")
        self.assertEqual(self.states(), {old: "VALID", new: "VALID"})
        self.assertEqual(self.ask([self.new]), "authentic")
        with self.subTest("who has not seen it come"):
            self.assertEqual(self.ask([self.new], self.folder / "fresh"), "no trust anchor fits the keys of the zone")


if __name__ == "__main__":
    signed_zones.need()
    ASKING = sys.argv.pop(1)
    unittest.main(verbosity=2)
