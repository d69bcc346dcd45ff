#!/usr/bin/env python3
"""The validating resolver that asks the zones' own name servers, from the real addresses of the root's on; and the
name servers of /etc/resolv.conf. In namespaces of its own, where nsd has these addresses, and that file is ours."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import signed_zones
from signed_zones import MOX

# As the root's hints have them.
ROOT_SERVERS = """198.41.0.4 170.247.170.2 199.9.14.201 192.33.4.12 199.7.91.13 192.203.230.10 192.5.5.241 192.112.36.4
198.97.190.53 192.36.148.17 192.58.128.30 193.0.14.129 199.7.83.42 202.12.27.33""".split()
ZONES_SERVER = "192.0.2.53"
# Of a resolver on this machine, and of one elsewhere; they are the same one.
RESOLVERS = ["127.0.0.53", "192.0.2.54"]
NOBODY = "192.0.2.55"

ROWS = [
    ("mx", "nsec", 0, True),
    ("a", "tonsec3.nsec", 0, True),
    ("a", "host.insecure", 0, False),
    ("a", "none.nsec3", 1, True),
    ("a", "none", 1, True),
    ("a", "host.tampered", 3, False),
    ("txt", "long.nsec", 0, True),
]


class Recursion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        os.chmod(folder, 0o755)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        addresses = [ZONES_SERVER, *ROOT_SERVERS]
        for address in [*addresses, *RESOLVERS, NOBODY]:
            subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
        zones = signed_zones.usual_zones(folder, ZONES_SERVER)
        cls.enterClassContext(signed_zones.nsd(zones, addresses, 53))
        cls.enterClassContext(signed_zones.unbound(zones, f"{ZONES_SERVER}@53", RESOLVERS, 53))
        cls.anchor = str(zones.folder / "root.ds")
        cls.resolv_conf = zones.folder / "resolv.conf"
        cls.resolv_conf.write_text("")
        subprocess.run(["mount", "--bind", cls.resolv_conf, os.path.realpath("/etc/resolv.conf")], check=True)
        cls.addClassCleanup(subprocess.run, ["umount", os.path.realpath("/etc/resolv.conf")], check=True)

    def lookup(self, *words, resolver="validating"):
        words = [MOX, "dns", "lookup", "--json", "--resolver", resolver, *words]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, json.loads(done.stdout)

    def test_from_the_root_on(self):
        for kind, name, want_code, secure in ROWS:
            with self.subTest(kind=kind, name=name):
                code, found = self.lookup("--anchor", self.anchor, kind, name)
                self.assertEqual((code, found["dnssec"]), (want_code, secure), found)

    def test_keys_that_are_built_in_do_not_fit_this_root(self):
        code, found = self.lookup("mx", "nsec")
        self.assertEqual((code, found["problem"]), (3, "no trust anchor fits the keys of the zone"))

    def test_name_servers_of_this_machine(self):
        local, elsewhere = RESOLVERS
        for text, secure in (
            (f"nameserver {local}\n", True),
            (f"nameserver {elsewhere}\n", False),
            (f"nameserver {elsewhere}\noptions edns0 trust-ad\n", True),
            (f"nameserver {NOBODY}\nnameserver {local}\nsearch example.org\n", True),
        ):
            with self.subTest(text=text):
                self.resolv_conf.write_text(text)
                code, found = self.lookup("mx", "nsec", resolver="system")
                self.assertEqual((code, found["count"], found["dnssec"]), (0, 2, secure), found)
        self.assertEqual(self.lookup("mx", "nsec", resolver=elsewhere)[1]["dnssec"], False)
        self.resolv_conf.write_text(f"nameserver {NOBODY}\n")
        code, found = self.lookup("mx", "nsec", resolver="system")
        self.assertEqual((code, found["problem"]), (3, "no name server could be reached"))


if __name__ == "__main__":
    signed_zones.need([*signed_zones.PROGRAMS, "ip", "mount", "unshare"])
    if os.environ.get("MOX_NAMESPACE") is None:
        if os.geteuid() != 0:
            print("only root can make namespaces")
            sys.exit(77)
        unshare = shutil.which("unshare", path=signed_zones.PATH)
        os.environ["MOX_NAMESPACE"] = "1"
        os.execv(unshare, [unshare, "-n", "-m", sys.executable, *sys.argv])
    unittest.main(verbosity=2)
