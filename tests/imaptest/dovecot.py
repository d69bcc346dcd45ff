#!/usr/bin/env python3
"""Proves the player of scripts on Dovecot, a server that is known to be right."""

import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import replay
import sessions

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from instance import SHARED  # noqa: E402

FOLDER = SHARED / "imaptest"
USER, PASSWORD = "user@example.org", "secret"

CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/mail
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(1 if os.environ.get("CI") == "true" else 77)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            if process.poll() is not None:
                sys.exit("Dovecot ended")
            time.sleep(0.05)
    sys.exit("Dovecot does not answer")


def main():
    program = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if program is None:
        skip("no dovecot")
    if os.geteuid() != 0:
        skip("dovecot wants to be started as root")
    if not FOLDER.is_dir():
        skip(f"no scripts: {FOLDER}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-dovecot-"))
    try:
        folder.chmod(0o755)
        (folder / "home").mkdir()
        shutil.chown(folder / "home", "mail", "mail")
        port = free_port()
        text = CONFIGURATION.format(folder=folder, port=port, user="mail", group="mail", password=PASSWORD)
        (folder / "dovecot.conf").write_text(text)
        process = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")])
        try:
            wait_for(port, process)
            server = replay.Server("127.0.0.1", port, USER, PASSWORD)
            failed = replay.replay_all(server, str(FOLDER), sys.argv[1:], trace=len(sys.argv) > 1)
            if len(sys.argv) == 1:
                failed += sessions.run_all(server)
        finally:
            process.terminate()
            process.wait()
        if failed:
            print((folder / "log").read_text()[-2000:])
        sys.exit(1 if failed else 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
