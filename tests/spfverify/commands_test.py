#!/usr/bin/env python3
"""`mox spf check`, `lookup` and `parse`: what they print, and the exit codes that scripts go by."""

import json
import os
import subprocess
import sys
import tempfile

ZONE = r"""
;!secure secure.example.
a.example. TXT "v=spf1 ip4:192.0.2.0/24 include:b.example -all exp=e.a.example"
b.example. TXT "v=spf1 mx -all"
b.example. MX 10 mx.b.example.
mx.b.example. A 198.51.100.1
e.a.example. TXT "%{i} may not send for %{o}"
secure.example. TXT "v=spf1 ~all"
neutral.example. TXT "v=spf1 ?all"
default.example. TXT "v=spf1 ip4:192.0.2.1"
wrong.example. TXT "v=spf1 \027[31mmoo"
two.example. TXT "v=spf1 -all"
two.example. TXT "v=spf1 +all"
none.example. TXT "nothing"
;!timeout slow.example.
"""


def main():
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write(ZONE)
        file.flush()

        def run(command, *arguments, zone=True):
            words = [os.environ["MOX"], "spf", command, *(["--zone", file.name] if zone else []), *arguments]
            done = subprocess.run(words, capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout, done.stderr

        def check(*arguments):
            code, out, errors = run("check", *arguments)
            assert errors == "", errors
            return code, out.split("\n")

        results = {
            "a.example": (1, "fail"),
            "secure.example": (1, "softfail"),
            "neutral.example": (1, "neutral"),
            "default.example": (1, "neutral"),
            "wrong.example": (1, "permerror"),
            "two.example": (1, "permerror"),
            "none.example": (1, "none"),
            "slow.example": (3, "temperror"),
        }
        for domain, (code, result) in results.items():
            for words in ([domain], ["--mail-from", f"x@{domain}"], ["--helo", domain], ["--mail-from=", "--helo", domain]):
                got, lines = check(*words, "203.0.113.1")
                assert got == code and lines[0] == f"result: {result}", (words, got, lines)
                assert lines[1] == f"domain: {domain}", lines

        code, lines = check("a.example", "192.0.2.5")
        assert code == 0 and lines[0] == "result: pass" and "mechanism: ip4:192.0.2.0/24" in lines, lines
        assert "lookups: 0 of 10" in lines and "dnssec: no" in lines and "identity: mailfrom" in lines, lines
        code, lines = check("a.example", "198.51.100.1")
        assert code == 0 and "mechanism: include:b.example" in lines and "by: b.example mx" in lines, lines
        assert "reason: mx.b.example has the address 198.51.100.1" in lines, lines
        assert "lookups: 2 of 10" in lines and "queries: 4" in lines, lines
        code, lines = check("--helo", "mx.x.example", "--mail-from", "user@a.example", "2001:db8::1")
        assert code == 1 and "explanation: 2.0.0.1.0.D.B.8" in lines[4], lines
        wanted = (
            "received-spf: fail (domain a.example) client-ip=\"2001:db8::1\"; envelope-from=\"user@a.example\"; "
            "helo=mx.x.example; mechanism=-all; identity=mailfrom"
        )
        assert wanted in lines, lines
        assert "dnssec: yes" in check("secure.example", "192.0.2.1")[1]
        assert "mechanism: default" in check("default.example", "192.0.2.2")[1]
        code, lines = check("--helo", "[192.0.2.1]", "192.0.2.1")
        assert code == 1 and lines[0] == "result: none" and "identity: helo" in lines, lines
        # Nothing that a terminal would act on comes from the DNS.
        code, lines = check("wrong.example", "192.0.2.1")
        assert "problem: the record of wrong.example: \"?[31mmoo\": no such mechanism, at 7" in lines, lines
        assert "\033" not in "".join(lines)

        code, out, _ = run("check", "--json", "a.example", "198.51.100.1")
        answer = json.loads(out)
        assert code == 0 and answer["result"] == "pass" and answer["lookups"] == 2, answer
        assert answer["steps"][1] == {"domain": "b.example", "mechanism": "mx"}, answer

        code, out, errors = run("check", "--resolver", "nonsense", "a.example", "192.0.2.1", zone=False)
        assert code == 2 and out == "" and "nonsense" in errors, (code, out, errors)
        code, out, errors = run("check", "--zone", "/nonexistent", "a.example", "192.0.2.1", zone=False)
        assert code == 2 and out == "" and "/nonexistent" in errors, (code, out, errors)
        for wrong in (["a.example", "192.0.2"], ["192.0.2.1"], ["a..example", "192.0.2.1"], ["a.example"], []):
            code, out, errors = run("check", *wrong)
            assert code == 2 and out == "" and errors, (wrong, code, out, errors)

        code, out, _ = run("lookup", "secure.example")
        assert (code, out) == (0, "record: v=spf1 ~all\ndnssec: yes\nsoftfail: ~all\n"), out
        code, out, errors = run("lookup", "none.example")
        assert (code, out, errors) == (1, "", "mox spf lookup: none.example has no record of SPF\n"), errors
        assert run("lookup", "slow.example")[0] == 3
        code, out, errors = run("lookup", "wrong.example")
        assert code == 1 and out == "record: v=spf1 ?[31mmoo\n" and "no such mechanism" in errors, (out, errors)
        code, out, _ = run("lookup", "--json", "a.example")
        answer = json.loads(out)
        assert answer["directives"][0]["network"] == "192.0.2.0" and answer["directives"][0]["prefix4"] == 24, answer

        code, out, _ = run("parse", "v=spf1 mx:%{d}/24 -all redirect=a.example x=y", zone=False)
        wanted = (
            "record: v=spf1 mx:%{d}/24 -all redirect=a.example x=y\n"
            "pass: mx:%{d}/24\nfail: -all\nredirect: a.example\nunknown: x=y\n"
        )
        assert (code, out) == (0, wanted), out
        code, out, errors = run("parse", "v=spf1 mx a/33", zone=False)
        assert code == 1 and out == "" and "\"a/33\": a length of a network that is not 0 to 32, at 11" in errors, errors


main()
sys.exit(0)
