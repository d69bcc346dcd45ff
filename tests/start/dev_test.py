#!/usr/bin/env python3
"""What ./dev does about packages, told from what it asks of dpkg-query, apt-get, sudo and id, all of them
played here: nothing is installed."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

DEV = pathlib.Path(os.environ.get("MOX_SOURCE", pathlib.Path(__file__).parents[2])) / "dev"
BORROWED = ["cat", "dirname", "env", "grep", "mktemp", "rm", "sed", "sort", "tr"]

PLAYED = {
    "id": 'echo "${PLAY_UID:-0}"',
    "apt-get": 'echo "apt-get $*" >>"$PLAY_LOG"; case "$*" in *" install "*) exit "${PLAY_APT:-0}" ;; esac',
    "sudo": 'echo sudo >>"$PLAY_LOG"; exec "$@"',
    # `dpkg-query -W -f=FORMAT PACKAGE`
    "dpkg-query": """case $3 in
      'libboost1.*-dev') [ -z "${PLAY_BOOST:-}" ] || echo "$PLAY_BOOST installed" ;;
      *) case " ${PLAY_MISSING:-} " in *" $3 "*) exit 1 ;; *) echo installed ;; esac ;;
    esac""",
}


def is_debian_12():
    release = pathlib.Path("/etc/os-release")
    text = release.read_text() if release.exists() else ""
    return "\nID=debian\n" in f"\n{text}" and 'VERSION_ID="12"' in text


@unittest.skipUnless(is_debian_12(), "./dev installs on Debian 12 only")
class Packages(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.log = self.folder / "log"
        for name in BORROWED:
            (self.folder / name).symlink_to(shutil.which(name))
        for name, text in PLAYED.items():
            self.play(name, text)

    def play(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def dev(self, *arguments, **variables):
        """(exit code, what it said, what was asked of apt-get and sudo)"""
        self.log.write_text("")
        environment = {"PATH": str(self.folder), "PLAY_LOG": str(self.log), **variables}
        done = subprocess.run(
            [DEV, *arguments], env=environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout, self.log.read_text().splitlines()

    def test_nothing_is_asked_for_when_all_is_there(self):
        self.assertEqual(self.dev("deps", "build"), (0, "dev: installed: build\n", []))

    def test_only_what_is_missing_is_installed(self):
        code, said, asked = self.dev("deps", "build", PLAY_MISSING="ccache cmake zsh")
        self.assertEqual((code, said.splitlines()[0]), (0, "dev: installing Debian packages: ccache cmake"))
        self.assertEqual(len(asked), 2)
        self.assertEqual(asked[0], "apt-get -qq update")
        self.assertTrue(asked[1].endswith("--no-remove --no-install-recommends install ccache cmake"), asked[1])

    def test_a_user_installs_with_sudo(self):
        code, _, asked = self.dev("deps", "build", PLAY_MISSING="ccache", PLAY_UID="1000")
        self.assertEqual((code, asked[0], asked[2]), (0, "sudo", "sudo"))

    def test_a_user_without_sudo_is_told_what_to_install(self):
        (self.folder / "sudo").unlink()
        code, said, asked = self.dev("deps", "build", PLAY_MISSING="ccache", PLAY_UID="1000")
        self.assertEqual((code, asked), (1, []))
        self.assertIn("there is no sudo. As root, run: apt-get install ccache\n", said)

    def test_a_user_without_sudo_needs_none_when_all_is_there(self):
        (self.folder / "sudo").unlink()
        self.assertEqual(self.dev("deps", "build", PLAY_UID="1000")[0], 0)

    def test_a_failure_of_apt_is_said(self):
        code, said, _ = self.dev("deps", "build", PLAY_MISSING="ccache", PLAY_APT="100")
        self.assertEqual(code, 1)
        self.assertIn("apt-get could not install them", said)

    def test_another_boost_is_not_removed(self):
        missing = {"PLAY_MISSING": "libboost1.81-dev", "PLAY_BOOST": "libboost1.74-dev"}
        code, said, asked = self.dev("deps", "build", **missing)
        self.assertEqual((code, asked), (1, []))
        self.assertIn("libboost1.74-dev is installed", said)
        code, _, asked = self.dev("deps", "build", CI="true", **missing)
        self.assertEqual(code, 0)
        self.assertNotIn("--no-remove", asked[1])

    def test_nothing_is_installed_when_that_is_asked_for(self):
        code, said, asked = self.dev("deps", "build", PLAY_MISSING="ccache", MOX_NO_INSTALL="1")
        self.assertEqual((code, asked), (0, []))
        self.assertIn("nothing was installed, nor looked for", said)
        code, said, asked = self.dev("build", PLAY_MISSING="cmake", MOX_NO_INSTALL="1")
        self.assertEqual((code, asked), (1, []))
        self.assertIn("cmake is not installed, and MOX_NO_INSTALL is set.", said)

    def test_unknown_words(self):
        code, said, asked = self.dev("deps", "biuld")
        self.assertEqual((code, asked), (1, []))
        self.assertIn('no group of packages is called "biuld"', said)
        code, said, asked = self.dev("instal")
        self.assertEqual((code, asked), (2, []))
        self.assertIn('unknown command "instal"\nusage: ./dev COMMAND', said)


if __name__ == "__main__":
    sys.exit(unittest.main())
