#!/usr/bin/env python3
"""How long OpenDKIM's library and python3-dkim take for the messages of bench_dkim: microseconds each, the best of several
runs. OpenDKIM is called by way of ctypes, which adds some five; it reads its key from a file each time."""

import base64
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "dkimverify"))

import opendkim  # noqa: E402

HEADER = (
    b"Received: from client.example (client.example [192.0.2.1])\r\n"
    b"\tby mx.example with ESMTPS id 0123456789abcdef\r\n"
    b"\tfor <user@mx.example>; Sat, 21 Nov 2026 01:02:03 +0000\r\n"
    b"From: =?utf-8?q?J=C3=BCrgen?= Example <sender@example.org>\r\n"
    b'To: "User, The" <user@mx.example>, Other <other@mx.example>\r\n'
    b"Subject: Re: [list] A subject of ordinary length\r\n"
    b"Date: Sat, 21 Nov 2026 01:02:03 +0100\r\n"
    b"Message-ID: <0123456789@client.example>\r\n"
    b"In-Reply-To: <9876543210@mx.example>\r\n"
    b"References: <1111@mx.example> <9876543210@mx.example>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
)
LINE = b"The quick brown fox jumps over the lazy dog, and the dog does not mind at all.\r\n"


def mail_of(size):
    return (HEADER + LINE * (size // len(LINE) + 1))[: size - 2] + b"\r\n"


def openssl(*words, data=b""):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


def measured(rounds, work):
    """Microseconds of one round."""
    best = 1e9
    for _ in range(9):
        begin = time.perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, (time.perf_counter() - begin) / rounds)
    return best * 1e6


def report(what, rounds, work, right):
    if not right(work()):
        sys.exit(f"{what}: it does not pass")
    print(f"{what:<44} {measured(rounds, work):>9.1f} us")


def main():
    library = opendkim.load()
    private = openssl("genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048")
    public = base64.b64encode(openssl("pkey", "-pubout", "-outform", "DER", data=private))
    record = b"v=DKIM1;h=sha256;p=" + public
    with tempfile.TemporaryDirectory() as folder:
        keys = pathlib.Path(folder) / "keys"
        keys.write_bytes(b"s._domainkey.example.org " + record + b"\n")
        for size, name, rounds in [(4096, "4 KB", 300), (1 << 20, "1 MB", 5)]:
            mail = mail_of(size)
            peer = opendkim.OpenDkim(library, keys) if library else None
            relaxed = opendkim.RELAXED

            def sign(mail=mail, peer=peer):
                return peer.sign(mail, private, b"s", b"example.org", relaxed, relaxed, "rsa-sha256")

            if peer:
                signed = sign() + mail
                report(f"OpenDKIM, RSA-2048, verify, {name}", rounds, lambda: peer.verify(signed), lambda made: made[0])
                report(f"OpenDKIM, RSA-2048, sign, {name}", rounds, sign, bool)
            else:
                print("OpenDKIM: skipped, libopendkim11 is not installed")
            try:
                import dkim
            except ImportError:
                print("python3-dkim: skipped, it is not installed")
                continue
            field = dkim.sign(mail, b"s", b"example.org", private, canonicalize=(b"relaxed", b"relaxed"))
            both = field + mail
            report(f"python3-dkim, RSA-2048, verify, {name}", max(2, rounds // 30),
                   lambda: dkim.verify(both, dnsfunc=lambda *_, **__: record), bool)


if __name__ == "__main__":
    main()
