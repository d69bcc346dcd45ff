#!/usr/bin/python3
"""OpenDKIM and python3-dkim as referees: each of us three signs, all verify, also what was changed on the way.

1,000 messages are made from a seed (MOX_SEED). All must agree on each, but for what stands in EXPLAINED, and what nobody
changed must pass. MOX_ROUNDS is the number of messages; MOX_KEEP a folder for those that nobody explains."""

import base64
import collections
import concurrent.futures
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import messages
import opendkim

MOX = os.path.abspath(os.environ.get("MOX", "build/release/mox"))
SEED = int(os.environ.get("MOX_SEED", "6376"))
ROUNDS = int(os.environ.get("MOX_ROUNDS", "1000"))


def skip(text):
    print(f"skipped: {text}")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


try:
    import dkim
except ImportError:
    skip("python3-dkim is not installed")
LIBRARY = opendkim.load() or skip("libopendkim is not installed")

FORMS = [b"simple", b"relaxed"]


class Case:
    """One message on its way, and what the three say of it: mox, python, opendkim."""

    def __init__(self, index):
        source = random.Random(SEED * 1_000_003 + index)
        self.index = index
        self.message = messages.message(source)
        self.signer = source.choice(["mox", "python", "opendkim"])
        # OpenDKIM refuses to sign a body without a line end: an MTA never has one.
        body = messages.split(self.message)[1]
        if self.signer == "opendkim" and body and not body.endswith(b"\r\n"):
            self.signer = "mox"
        self.algorithm = source.choice(["rsa-sha256", "ed25519-sha256"])
        self.forms = source.choice(FORMS), source.choice(FORMS)
        self.length = self.signer == "python" and source.random() < 0.1
        self.seal = source.random() < 0.5
        self.change, self.apply = messages.changes(source)
        self.sent = None
        self.verdicts = {}
        self.reasons = {}

    def selector(self):
        return b"rsa" if self.algorithm.startswith("rsa") else b"ed"

    def __str__(self):
        said = ", ".join(f"{who}: {'pass' if passed else 'no'} ({self.reasons[who]})"
                         for who, passed in self.verdicts.items())
        return (f"message {self.index}: signed by {self.signer}, {self.algorithm}, "
                f"{b'/'.join(self.forms).decode()}, l= {self.length}, change: {self.change}\n  {said}")


def ends_in_white_space(data):
    """The body's last line has no line end, and white space behind its text."""
    return messages.split(data)[1].endswith((b" ", b"\t"))


# A name; whether that explains what the three say of a case; and why it is so.
EXPLAINED = [
    ("python3-dkim takes no white space before a colon",
     lambda case: case.change == "white space before a colon" and "Unexpected characters" in case.reasons["python"],
     "It refuses the message. RFC 5322 section 4.5 has it in what must be understood, and relaxed removes it."),
    ("OpenDKIM takes no body without a line end at its end",
     lambda case: "CRLF at end of body missing" in case.reasons["opendkim"]
     and not messages.split(case.sent)[1].endswith(b"\r\n"),
     "RFC 6376 section 3.4 adds the line end. SMTP has no message without one."),
    ("relaxed, white space behind a last line without line end",
     lambda case: case.forms[1] == b"relaxed" and (ends_in_white_space(case.message) or ends_in_white_space(case.sent))
     and "body hash" in "".join(case.reasons.values()),
     "We remove it, as at the end of each line; they make it one space, and add a line end. When such a message is sent, "
     "it gets a line end, and our signature is good still; theirs is not."),
    ("OpenDKIM does not verify its own signatures by Ed25519 with simple headers",
     lambda case: case.signer == "opendkim" and case.selector() == b"ed" and case.forms[0] == b"simple"
     and not any(case.verdicts.values()),
     "It signs another form of its header than the one it returns."),
]


class Referees:
    def __init__(self, folder):
        self.folder = folder
        self.records = {}
        keys = {}
        for selector, command in [("rsa", "genrsa"), ("ed", "gened25519")]:
            pem = subprocess.run([MOX, "dkim", command], check=True, capture_output=True).stdout
            (folder / f"{selector}.pem").write_bytes(pem)
            record = subprocess.run([MOX, "dkim", "txt", "--one-string", str(folder / f"{selector}.pem")], check=True,
                                    capture_output=True).stdout.strip()
            # From may be of a domain below.
            self.records[f"{selector}._domainkey.example.org".encode()] = record.replace(b"t=s;", b"")
            keys[selector] = pem
        self.pem = keys
        der = base64.b64decode(b"".join(keys["ed"].splitlines()[1:-1]))
        self.seed = base64.b64encode(der[-32:])
        zone = "".join('{}. 300 IN TXT {}\n'.format(name.decode(), " ".join(
            f'"{record[i:i + 200].decode()}"' for i in range(0, len(record), 200)))
            for name, record in self.records.items())
        (folder / "zone").write_text(zone)
        (folder / "keys").write_bytes(b"".join(name + b" " + record + b"\n" for name, record in self.records.items()))
        self.library = opendkim.OpenDkim(LIBRARY, folder / "keys")

    def dns(self, name, timeout=5):
        return self.records.get(name.rstrip(b"."))

    # --- signing ---

    def sign(self, case):
        fields = getattr(self, f"sign_{case.signer}")(case)
        case.sent = case.apply(fields + case.message)

    def sign_mox(self, case):
        selector = case.selector().decode()
        command = [MOX, "dkim", "sign", "--headers-only", "--key", str(self.folder / f"{selector}.pem"), "--selector",
                   selector, "--domain", "example.org", "--canonicalization", b"/".join(case.forms).decode()]
        if not case.seal:
            command.append("--no-seal")
        return subprocess.run(command, input=case.message, check=True, capture_output=True).stdout

    def sign_python(self, case):
        key = self.pem["rsa"] if case.selector() == b"rsa" else self.seed
        return dkim.sign(case.message, case.selector(), b"example.org", key, canonicalize=case.forms,
                         signature_algorithm=case.algorithm.encode(), length=case.length)

    def sign_opendkim(self, case):
        selector = case.selector()
        header, body = (FORMS.index(form) for form in case.forms)
        return self.library.sign(case.message, self.pem[selector.decode()], selector, b"example.org", header, body,
                                 case.algorithm)

    # --- verifying ---

    def verify(self, case):
        for who in ["mox", "python", "opendkim"]:
            case.verdicts[who], case.reasons[who] = getattr(self, f"verify_{who}")(case.sent)

    def verify_mox(self, data):
        output = subprocess.run([MOX, "dkim", "verify", "--zone", str(self.folder / "zone")], input=data,
                                capture_output=True).stdout.decode()
        first = dict(line.split(": ", 1) for line in output.split("\n\n")[0].splitlines())
        # The signature is right, and covers too little for us; the others leave that to others.
        status, why = first["status"], first.get("why", "")
        right = status == "pass" or (status == "policy" and ("l=" in why or "Subject" in why))
        return right, f"{status}: {why}"

    def verify_python(self, data):
        try:
            return dkim.DKIM(data).verify(dnsfunc=self.dns), ""
        except Exception as error:  # what it throws is not all its own
            return False, f"{type(error).__name__}: {error}"

    def verify_opendkim(self, data):
        return self.library.verify(data)


def explanation(case):
    for name, applies, _ in EXPLAINED:
        if applies(case):
            return name
    return None


def run(folder):
    referees = Referees(folder)
    cases = [Case(index) for index in range(ROUNDS)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for mine in [True, False]:  # the libraries of the others on this thread only
            some = [case for case in cases if (case.signer == "mox") == mine]
            for _ in pool.map(referees.sign, some) if mine else map(referees.sign, some):
                pass
        mox = list(pool.map(lambda case: referees.verify_mox(case.sent), cases))
    for case, (case.verdicts["mox"], case.reasons["mox"]) in zip(cases, mox):
        case.verdicts["python"], case.reasons["python"] = referees.verify_python(case.sent)
        case.verdicts["opendkim"], case.reasons["opendkim"] = referees.verify_opendkim(case.sent)
    disagreements = [case for case in cases if len(set(case.verdicts.values())) > 1]
    unexplained = [case for case in disagreements if explanation(case) is None]
    counts = collections.Counter(explanation(case) for case in disagreements)
    for signer in ["mox", "python", "opendkim"]:
        of = [case for case in cases if case.signer == signer]
        passed = sum(all(case.verdicts.values()) for case in of)
        print(f"signed by {signer}: {len(of)}, of which {passed} pass with all")
        untouched = [case for case in of if case.change == "nothing" and not all(case.verdicts.values())
                     and explanation(case) is None]
        unexplained += [case for case in untouched if case not in unexplained]
    for name, count in counts.items():
        if name:
            print(f"explained: {name}: {count}")
    print(f"{len(unexplained)} unexplained of {len(cases)}, seed {SEED}")
    for case in unexplained[: int(os.environ.get("MOX_SHOWN", "10"))]:
        print(case)
        if keep := os.environ.get("MOX_KEEP"):
            pathlib.Path(keep, f"{case.index}.eml").write_bytes(case.sent)
    return 1 if unexplained else 0


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-dkim-"))
    try:
        return run(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
