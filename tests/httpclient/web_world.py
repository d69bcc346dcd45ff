"""Servers of HTTPS on loopback, with certificates made when a test runs, for the commands that fetch something."""

import http.server
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "daneverify"))
from signed_world import Certificates  # noqa: E402

MOX = os.environ.get("MOX", "build/release/mox")


class Pages(http.server.BaseHTTPRequestHandler):
    """A page is (status, headers, body, seconds to wait), by host and path."""

    def do_GET(self):
        host = self.headers["Host"].partition(":")[0]
        self.server.asked.append((host, self.path, dict(self.headers)))
        status, headers, body, wait = self.server.pages.get((host, self.path), (404, {}, b"", 0))
        time.sleep(wait)
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass  # it has seen enough

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """With one certificate for all who ask."""

    daemon_threads = True

    def __init__(self, stem):
        super().__init__(("127.0.0.1", 0), Pages)
        self.pages = {}
        self.asked = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{stem}.pem", f"{stem}.key")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, *_):
        pass  # a client that does not like the certificate

    def page(self, host, path, body=b"", status=200, headers=None, wait=0):
        body = body.encode() if isinstance(body, str) else body
        self.pages[host, path] = (status, headers if headers is not None else {"Content-Type": "text/plain"}, body, wait)


class WebWorld:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-web-"))
        self.certificates = Certificates(self.folder)
        self.authorities = f"{self.certificates.root}.pem"
        self.servers = []

    def server(self, names, issuer="root", **dates):
        issuer = {"root": self.certificates.root, "own": None}[issuer]
        stem = self.certificates.make(names[0][:60] if names else "x", issuer, names=names, **dates)
        self.servers.append(Server(stem))
        return self.servers[-1]

    def zone(self, text):
        path = self.folder / "zone"
        path.write_text(text)
        return path

    def close(self):
        for server in self.servers:
            server.shutdown()
            server.server_close()
        shutil.rmtree(self.folder)


def mox(*words):
    done = subprocess.run([MOX, *map(str, words)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr
