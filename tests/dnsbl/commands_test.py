#!/usr/bin/env python3
"""`mox dnsbl check` and `mox dnsbl checkhealth`: what they print, and the exit codes that scripts go by."""

import json
import os
import subprocess
import sys
import tempfile

ZONE = """
2.0.0.127.bl.example. A 127.0.0.2
1.2.0.192.bl.example. A 127.0.0.4
1.2.0.192.bl.example. TXT "sends junk"
1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example. A 127.0.0.2
;!timeout 3.2.0.192.bl.example.
*.all.example. A 127.0.0.2
*.refusing.example. A 127.255.255.254
"""


def main():
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write(ZONE)
        file.flush()

        def run(*arguments):
            command = [os.environ["MOX"], "dnsbl", arguments[0], "--zone", file.name, *arguments[1:]]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout + done.stderr

        listed = "status: fail\ncode: 127.0.0.4\nexplanation: sends junk\ndnssec: no\n"
        assert run("check", "bl.example", "192.0.2.1") == (1, listed)
        assert run("check", "bl.example", "192.0.2.2") == (0, "status: pass\ndnssec: no\n")
        assert run("check", "bl.example", "2001:db8::1")[0] == 1
        code, text = run("check", "bl.example", "192.0.2.3")
        assert code == 3 and text.startswith("status: temperror\nproblem: "), text
        code, text = run("check", "refusing.example", "192.0.2.3")
        assert code == 3 and "does not answer our queries" in text, text
        code, text = run("check", "--json", "bl.example", "192.0.2.1")
        wanted = {"status": "fail", "codes": ["127.0.0.4"], "explanation": "sends junk", "problem": "", "dnssec": False}
        assert code == 1 and json.loads(text) == wanted, text
        assert run("check", "bl.example", "192.0.2")[0] == 2
        assert run("check", "bl..example", "192.0.2.1")[0] == 2

        assert run("checkhealth", "bl.example") == (0, "status: pass\n")
        wanted = "status: fail\nproblem: all.example lists 127.0.0.1, so it lists everything\n"
        assert run("checkhealth", "all.example") == (1, wanted)
        assert run("checkhealth", "none.example")[0] == 1
        assert run("checkhealth", "refusing.example")[0] == 3
        assert run("checkhealth", "--ipv6", "bl.example")[0] == 1
        assert json.loads(run("checkhealth", "--json", "bl.example")[1]) == {"status": "pass", "problem": ""}


main()
sys.exit(0)
