"""Zones signed at test time, and the name servers that serve them: nsd, and unbound in front of it."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

MOX = os.path.abspath(os.environ.get("MOX", "build/release/mox"))
PROGRAMS = ["nsd", "unbound", "ldns-keygen", "ldns-signzone"]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

# Left out of every zone: its SOA and NS.
ROOT = """
ns.nsec. A {address}
nsec. NS ns.nsec.
nsec3. NS ns.nsec.
insecure. NS ns.nsec.
expired. NS ns.nsec.
tampered. NS ns.nsec.
stripped. NS ns.nsec.
"""

NSEC = """
ns A {address}
@ MX 10 mx1
@ MX 20 mx2
mx1 A 192.0.2.1
mx1 AAAA 2001:db8::1
_25._tcp.mx1 TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
_imaps._tcp SRV 0 1 993 mx1
long TXT {long}
alias CNAME mx1
toinsecure CNAME host.insecure.
tonsec3 CNAME host.nsec3.
dangling CNAME none.nsec3.
totampered CNAME host.tampered.
*.wild TXT "from a wildcard"
"""

HOST = """
host A 192.0.2.7
host TXT "text"
"""


def need(programs=PROGRAMS):
    """Ends the test when a program is missing: skipped, or failed in CI."""
    missing = [name for name in programs if shutil.which(name, path=PATH) is None]
    if missing:
        print("missing:", ", ".join(missing))
        sys.exit(1 if os.environ.get("CI") == "true" else 77)


def free_port():
    """A port free for UDP and TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                tcp.bind(udp.getsockname())
                return udp.getsockname()[1]


def run(*words, folder):
    done = subprocess.run(words, cwd=folder, env={"PATH": PATH}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


class Zones:
    """Signs zones in a folder. `ds` has the DS records of a zone's key signing key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.files = {}  # zone: the file that is served
        self.ds = {}

    def key(self, zone, *words):
        return run("ldns-keygen", "-a", "ECDSAP256SHA256", *words, zone, folder=self.folder)

    def write(self, zone, text, name):
        path = self.folder / name
        path.write_text(f"$ORIGIN {zone}\n$TTL 300\n@ SOA ns.nsec. hostmaster.nsec. 1 3600 600 86400 60\n@ NS ns.nsec.\n{text}")
        return path

    def unsigned(self, zone, text):
        name = zone.rstrip(".") or "root"
        self.files[zone] = self.write(zone, text, f"{name}.zone")

    def signed(self, zone, text, *words):
        name = zone.rstrip(".") or "root"
        path = self.write(zone, text, f"{name}.zone")
        ksk, zsk = self.key(zone, "-k"), self.key(zone)
        self.ds[zone] = (self.folder / f"{ksk}.ds").read_text()
        run("ldns-signzone", *words, "-f", f"{path}.signed", path.name, zsk, ksk, folder=self.folder)
        self.files[zone] = pathlib.Path(f"{path}.signed")


def usual_zones(folder, address="127.0.0.1"):
    """A root with zones of every kind below it, all at one address; in `root.ds` its trust anchor."""
    zones = Zones(folder)
    long = " ".join(f'"{i:03}{"x" * 200}"' for i in range(20))
    zones.signed("nsec.", NSEC.format(long=long, address=address))
    zones.signed("nsec3.", HOST, "-n", "-t", "5")
    zones.unsigned("insecure.", HOST)
    zones.signed("expired.", HOST, "-i", "20200101000000", "-e", "20200201000000")
    zones.signed("tampered.", HOST)
    served = zones.files["tampered."]
    served.write_text(served.read_text().replace("192.0.2.7", "192.0.2.66"))
    zones.signed("stripped.", HOST)
    zones.unsigned("stripped.", HOST)  # the root still says that it is signed
    zones.signed(".", ROOT.format(address=address) + "".join(ds for zone, ds in zones.ds.items() if zone != "."))
    (zones.folder / "root.ds").write_text(zones.ds["."])
    return zones


@contextlib.contextmanager
def server(words, port, address="127.0.0.1"):
    """A program that runs until the end of the block, from when it answers on the port."""
    process = subprocess.Popen(words, env={"PATH": PATH}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if process.poll() is not None:
                raise RuntimeError(f"{words}: ended with {process.returncode}")
            with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
                break
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def nsd(zones, addresses=("127.0.0.1",), port=None):
    """Serves the zones; gives the port."""
    port = port or free_port()
    folder = zones.folder
    lines = ["server:", f'  zonesdir: "{folder}"', '  username: ""']
    lines += [f"  ip-address: {address}@{port}" for address in addresses]
    lines += ['  database: ""', f'  pidfile: "{folder}/nsd.pid"', f'  xfrdfile: "{folder}/xfrd.state"']
    lines += [f'  zonelistfile: "{folder}/zone.list"', f'  logfile: "{folder}/nsd.log"', "  server-count: 1"]
    lines += ["remote-control:", "  control-enable: no"]
    for zone, path in zones.files.items():
        lines += ["zone:", f'  name: "{zone}"', f'  zonefile: "{path}"']
    conf = folder / "nsd.conf"
    conf.write_text("\n".join(lines) + "\n")
    with server(["nsd", "-d", "-c", str(conf)], port, addresses[0]):
        yield port


@contextlib.contextmanager
def unbound(zones, forward_to, addresses=("127.0.0.1",), port=None):
    """A validating resolver with the anchor of the root, which asks the server ADDRESS@PORT; gives the port."""
    port = port or free_port()
    interfaces = "\n".join(f"  interface: {address}@{port}" for address in addresses)
    folder = zones.folder
    conf = folder / "unbound.conf"
    conf.write_text(f"""
server:
{interfaces}
  access-control: 0.0.0.0/0 allow
  do-not-query-localhost: no
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound.log"
  trust-anchor-file: "{folder}/root.ds"
  ede: yes
  val-log-level: 2
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: {forward_to}
""")
    with server(["unbound", "-d", "-c", str(conf)], port, addresses[0]):
        yield port


@contextlib.contextmanager
def world():
    """The usual zones with nsd and unbound: gives zones, nsd's port, unbound's port."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        zones = usual_zones(folder)
        with nsd(zones) as authoritative, unbound(zones, f"127.0.0.1@{authoritative}") as caching:
            yield zones, authoritative, caching
