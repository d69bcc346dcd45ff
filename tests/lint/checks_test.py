#!/usr/bin/env python3
"""The checks beside this file find what they must: each is run on a small tree with one fault."""

import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent

SOUND = {
    "lib/README.md": "## State\n| `store` | x |\n## Grammar\n| `imap` | x |\n## Ground\n| `text` | x |\n| `net` | x |\n",
    "daemon/README.md": "| `server` | x |\n",
    "lib/store/CMakeLists.txt": "mox_library(store DEPENDS imap)\n",
    "lib/store/store.cpp": '#include "store/store.h"\n#include "text/ascii.h"\n#include <string>\n',
    "lib/imap/CMakeLists.txt": "mox_library(imap DEPENDS text LINK x::net)\n",
    "lib/text/CMakeLists.txt": "mox_library(text)\n",
    "lib/net/CMakeLists.txt": "mox_library(net DEPENDS text)\n",
    "daemon/server/CMakeLists.txt": "mox_library(server DEPENDS store net)\n",
    "lib/rfc.tsv": "# comment\n9051\tIMAP\tPartial\t\n3501\tIMAP\tPartial\t9051\n2060\tIMAP\tNo\t3501\n",
    "lib/imap/imap.cpp": "// RFC 9051 section 6.4.4 and RFC 3501\n",
}

FAULTS = [  # check, file, its text, what the check must say
    ("check-includes", "lib/new/CMakeLists.txt", "mox_library(new)", "has no line for the folder new"),
    ("check-includes", "daemon/README.md", "| `server` | x |\n| `gone` | x |\n", "has a line for gone"),
    ("check-includes", "lib/text/CMakeLists.txt", "mox_library(text DEPENDS imap)", "imap, which is in a higher layer"),
    ("check-includes", "lib/text/CMakeLists.txt", "mox_library(text DEPENDS zebra)", "zebra, which is no folder"),
    ("check-includes", "lib/text/CMakeLists.txt", "mox_library(txt)", "the library is called txt"),
    ("check-includes", "lib/text/CMakeLists.txt", "mox_library(text DEPENDS net)", "text depends on itself"),
    ("check-includes", "lib/imap/CMakeLists.txt", "mox_library(imap DEPENDS net)", "must be pure, but depends on net"),
    ("check-includes", "lib/text/x.h", '#include "store/store.h"', "lib/text/x.h:1: includes store/store.h"),
    ("check-includes", "lib/store/x.h", '\n#include "server/x.h"', "lib/store/x.h:2: includes server/x.h"),
    ("check-includes", "lib/text/x.h", '#include "ascii.h"', "by its path from lib/"),
    ("check-includes", "lib/text/x.cpp", "#include <boost/asio.hpp>", "<boost/asio.hpp> belongs into"),
    ("check-includes", "cmd/x.cpp", "#include <CLI/CLI.hpp>", "belongs into lib/cli/parse.cpp"),
    ("check-includes", "lib/text/x.cpp", "#include <regex>", "belongs into no file"),
    ("check-rfc", "lib/text/x.h", "\n// RFC 9999 section 1", "lib/text/x.h:2: RFC 9999 has no row"),
    ("check-rfc", "lib/text/x.h", "// RFC 2060 section 1", "is obsolete and mox does nothing of it: cite 3501"),
    ("check-rfc", "lib/text/x.h", "// RFC 9051 section a", "the number is missing"),
    ("check-rfc", "lib/text/x.h", "// RFC9051", 'not "RFC9051"'),
    ("check-rfc", "lib/text/x.h", "// RFC 9051 Section 3", 'not "RFC 9051 Section"'),
    ("check-rfc", "lib/rfc.tsv", "1\ttitle\tMaybe\t", "must be number, title, status"),
    ("check-rfc", "lib/rfc.tsv", "1\ta\tYes\t\n1\tb\tYes\t", "RFC 1 stands twice"),
    ("check-rfc", "lib/rfc.tsv", "1\ta\tYes\t2", "obsoleted by 2, which has no row"),
]


def run(check, files, *options):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([HERE / check, *options, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


class Checks(unittest.TestCase):
    def test_a_sound_tree_passes(self):
        self.assertEqual(run("check-includes", SOUND), (0, ""))
        self.assertEqual(run("check-rfc", SOUND), (0, ""))

    def test_faults_are_found(self):
        for check, name, text, want in FAULTS:
            with self.subTest(check=check, want=want):
                code, output = run(check, SOUND | {name: text})
                self.assertEqual(code, 1, output)
                self.assertIn(want, output)

    def test_the_index_leads_from_section_to_line(self):
        code, output = run("check-rfc", SOUND, "--index")
        self.assertEqual(code, 0)
        self.assertIn("RFC 9051 section 6.4.4\tPartial\tIMAP\tlib/imap/imap.cpp:1\n", output)


unittest.main()
