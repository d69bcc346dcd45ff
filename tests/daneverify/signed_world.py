"""A signed zone, a validating resolver, and mail servers with certificates, all on loopback.

The zone "signed.example" is signed when it is made, and served by nsd; so is "plain.example", which is not signed. unbound
asks nsd, and proves what it can with the zone's key as its anchor. Mail servers listen on one port, each on an address of
its own, so that each host of the zone has its own."""

import hashlib
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

NEEDED = ["nsd", "unbound", "ldns-keygen", "ldns-signzone", "drill", "openssl"]


def missing():
    found = lambda name: shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    return [name for name in NEEDED if not found(name)]


def program(name):
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: {done.stderr}")
    return done.stdout


def free_port(kind=socket.SOCK_STREAM, address="127.0.0.1"):
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind((address, 0))
        return one.getsockname()[1]


def free_dns_port():
    """Free for UDP and for TCP."""
    while True:
        port = free_port()
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
                one.bind(("127.0.0.1", port))
                return port
        except OSError:
            continue


class Certificates:
    """Authorities and what they issue, as files in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.number = 0
        self.root = self.make("root", None, authority=True)
        self.middle = self.make("middle", self.root, authority=True)

    def make(self, name, issuer, names=(), authority=False, start=None, end=None):
        """The path without its suffix: .pem, .key, .der."""
        self.number += 1
        stem = self.folder / f"{self.number}-{name}"
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{stem}.key")
        run("openssl", "req", "-new", "-key", f"{stem}.key", "-subj", f"/CN={name}", "-out", f"{stem}.csr")
        lines = ["basicConstraints=critical,CA:" + ("TRUE" if authority else "FALSE")]
        if names:
            lines.append("subjectAltName=" + ",".join(f"DNS:{each}" for each in names))
        pathlib.Path(f"{stem}.ext").write_text("\n".join(lines) + "\n")
        self.sign(stem, issuer or stem, issuer is None, start, end)
        run("openssl", "x509", "-in", f"{stem}.pem", "-outform", "DER", "-out", f"{stem}.der")
        return stem

    def sign(self, stem, issuer, own, start, end):
        day = 86400
        moment = lambda days: time.strftime("%y%m%d%H%M%SZ", time.gmtime(time.time() + days * day))
        ca = self.folder / f"ca-{self.number}"
        ca.mkdir()
        (ca / "index").write_text("")
        (ca / "config").write_text(
            f"[ca]\ndefault_ca=x\n[x]\ndatabase={ca}/index\nnew_certs_dir={ca}\nrand_serial=yes\n"
            "default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n")
        signer = ["-selfsign"] if own else ["-cert", f"{issuer}.pem"]
        run("openssl", "ca", "-batch", "-notext", "-config", str(ca / "config"), "-keyfile", f"{issuer}.key", *signer,
            "-in", f"{stem}.csr", "-extfile", f"{stem}.ext", "-startdate", moment(-1 if start is None else start),
            "-enddate", moment(9 if end is None else end), "-out", f"{stem}.pem")

    @staticmethod
    def chain(*stems):
        """One file with all of them, and the key of the first."""
        path = f"{stems[0]}.chain"
        pathlib.Path(path).write_text("".join(pathlib.Path(f"{stem}.pem").read_text() for stem in stems))
        return path

    @staticmethod
    def tlsa(usage, selector, matching, stem):
        if selector == 0:
            data = pathlib.Path(f"{stem}.der").read_bytes()
        else:
            public = run("openssl", "pkey", "-in", f"{stem}.key", "-pubout")
            data = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public.encode(),
                                  capture_output=True, check=True).stdout
        if matching:
            data = (hashlib.sha256 if matching == 1 else hashlib.sha512)(data).digest()
        return f"{usage} {selector} {matching} {data.hex()}"


class MailServer:
    """Greets, offers STARTTLS, and does little else. `kind`: "tls", "plain" (offers none), "refuses" (answers 454), "broken" (what
    follows is no TLS), "closes", "silent", "immediate" (TLS comes first)."""

    def __init__(self, address, port, chain=None, kind="tls", extensions=()):
        self.kind = kind
        self.extensions = list(extensions)
        self.context = None
        if chain:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(chain, chain.removesuffix(".chain") + ".key")
        self.listener = socket.create_server((address, port))
        self.names = []  # that clients asked for
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        connection.settimeout(20)
        try:
            self.converse(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    def converse(self, connection):
        if self.kind != "immediate":
            return self.talk(connection, False)
        with self.context.wrap_socket(connection, server_side=True) as secured:
            self.talk(secured, True)

    def talk(self, connection, secured):
        if not secured or self.kind == "immediate":
            connection.sendall(b"220 mx ESMTP\r\n")
        lines = connection.makefile("rb")
        while line := lines.readline(1000):
            verb = line.strip().upper()
            if verb.startswith(b"EHLO"):
                offers = [] if secured or self.kind == "plain" else ["STARTTLS"]
                words = ["mx", *offers, *(self.extensions if secured else [])]
                text = "".join(f"250{' ' if i == len(words) - 1 else '-'}{word}\r\n" for i, word in enumerate(words))
                connection.sendall(text.encode())
            elif verb == b"STARTTLS" and self.kind == "refuses":
                connection.sendall(b"454 4.7.0 not now\r\n")
            elif verb == b"STARTTLS":
                connection.sendall(b"220 go\r\n")
                if self.kind == "closes":
                    return
                if self.kind == "silent":
                    time.sleep(20)
                if self.kind == "broken":
                    connection.recv(1000)
                    connection.sendall(b"500 what is this?\r\n" * 10)
                    return
                self.context.sni_callback = lambda _, name, __: self.names.append(name)
                with self.context.wrap_socket(connection, server_side=True) as inner:
                    return self.talk(inner, True)
            elif verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"250 " + verb + b"\r\n")

    def close(self):
        self.listener.close()


class World:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-dane-"))
        self.folder.chmod(0o755)
        self.certificates = Certificates(self.folder)
        self.port = free_port()  # of all mail servers
        self.signed = []
        self.plain = []
        self.processes = []
        self.servers = {}
        self.hosts = 0
        self.resolver_port = free_dns_port()
        self.nsd_port = free_dns_port()

    @property
    def resolver(self):
        return f"127.0.0.1:{self.resolver_port}"

    def address(self):
        self.hosts += 1
        return f"127.0.{1 + self.hosts // 250}.{1 + self.hosts % 250}"

    def host(self, label, records=(), zone="signed", server=True, **server_options):
        """A domain that is its own mail host, with these TLSA records, and a server."""
        address = self.address()
        lines = self.signed if zone == "signed" else self.plain
        lines.append(f"{label} MX 10 mx.{label}")
        lines.append(f"mx.{label} A {address}")
        lines += [f"_{self.port}._tcp.mx.{label} TLSA {record}" for record in records]
        if server:
            self.servers[label] = MailServer(address, self.port, **server_options)
        return f"{label}.{zone}.example"

    def start(self):
        soa = "@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n"
        for name, lines in (("signed", self.signed), ("plain", self.plain)):
            text = f"$ORIGIN {name}.example.\n$TTL 60\n" + soa + "\n".join(lines) + "\n"
            (self.folder / f"{name}.zone").write_text(text)
        key = run(program("ldns-keygen"), "-a", "ECDSAP256SHA256", "-k", "signed.example", cwd=self.folder).strip()
        run(program("ldns-signzone"), "-n", "-f", "signed.signed", "signed.zone", key, cwd=self.folder)
        self.anchor = self.folder / f"{key}.key"
        self.start_nsd()
        self.start_unbound()

    def start_nsd(self):
        folder = self.folder
        (folder / "nsd.conf").write_text(f"""
server:
  ip-address: 127.0.0.1@{self.nsd_port}
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
remote-control:
  control-enable: no
zone:
  name: signed.example
  zonefile: signed.signed
zone:
  name: plain.example
  zonefile: plain.zone
""")
        self.spawn(program("nsd"), "-d", "-c", str(folder / "nsd.conf"))

    def start_unbound(self):
        folder = self.folder
        (folder / "unbound.conf").write_text(f"""
server:
  interface: 127.0.0.1@{self.resolver_port}
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  logfile: "{folder}/unbound.log"
  use-syslog: no
  do-not-query-localhost: no
  num-threads: 1
  root-hints: ""
  module-config: "validator iterator"
  trust-anchor-file: "{self.anchor}"
  local-zone: "example." nodefault
  qname-minimisation: no
remote-control:
  control-enable: no
stub-zone:
  name: signed.example
  stub-addr: 127.0.0.1@{self.nsd_port}
stub-zone:
  name: plain.example
  stub-addr: 127.0.0.1@{self.nsd_port}
""")
        self.spawn(program("unbound"), "-d", "-c", str(folder / "unbound.conf"))
        for _ in range(100):
            answer = subprocess.run([program("drill"), "-D", "-p", str(self.resolver_port), "@127.0.0.1", "signed.example",
                                     "SOA"], capture_output=True, text=True)
            if "flags: qr rd ra ad" in answer.stdout:
                return
            time.sleep(0.1)
        raise RuntimeError("unbound does not prove the zone: " + answer.stdout + (folder / "unbound.log").read_text())

    def spawn(self, *words):
        self.processes.append(subprocess.Popen(words, cwd=self.folder, stdin=subprocess.DEVNULL,
                                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def close(self):
        for server in self.servers.values():
            server.close()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)
        shutil.rmtree(self.folder)
