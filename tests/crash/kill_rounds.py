"""SIGKILL at random moments while eight connections deliver: every message that was answered with 250
is there afterwards, byte for byte, and the store is consistent.

MOX_KILL_ROUNDS sets the number of rounds (20; 200 when MOX_LONG is set)."""

import os
import pathlib
import random
import shutil
import smtplib
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

from instance import Instance
from python_clients import bodies, login

ROUNDS = int(os.environ.get("MOX_KILL_ROUNDS", "200" if os.environ.get("MOX_LONG") else "20"))
CONNECTIONS = 8


def message(round_number, connection, number, rng):
    # Some above 256 KiB, where a body becomes a file of its own.
    size = rng.choice([10, 100, 1000, 4000]) if rng.random() > 0.03 else 300_000
    line = f"round {round_number} connection {connection} number {number} ".encode()
    head = line.join([b"Subject: ", b"\r\nMessage-ID: <" + line.replace(b" ", b".") + b"@example.org>\r\n\r\n"])
    return head + (line + b"\r\n") * (size // len(line) + 1)


class Sender(threading.Thread):
    def __init__(self, instance, round_number, connection):
        super().__init__(daemon=True)
        self.instance, self.round_number, self.connection = instance, round_number, connection
        self.acknowledged = []

    def run(self):
        rng = random.Random(self.round_number * 100 + self.connection)
        try:
            smtp = smtplib.SMTP("localhost", self.instance.ports["smtp"], local_hostname="client.example")
            for number in range(1_000_000):
                data = message(self.round_number, self.connection, number, rng)
                smtp.sendmail("sender@example.org", ["mox@localhost"], data)
                self.acknowledged.append(data)
        except (OSError, smtplib.SMTPException):
            return  # killed


class KillRounds(unittest.TestCase):
    def test_nothing_acknowledged_is_lost(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mox-kill-"))
        self.addCleanup(shutil.rmtree, folder)
        rng = random.Random(7)
        total = 0
        for number in range(ROUNDS):
            instance = Instance(folder).start()
            senders = [Sender(instance, number, connection) for connection in range(CONNECTIONS)]
            for sender in senders:
                sender.start()
            time.sleep(rng.uniform(0.05, 0.7))
            instance.kill()
            for sender in senders:
                sender.join()
            acknowledged = [data for sender in senders for data in sender.acknowledged]
            total += len(acknowledged)
            instance.check()
            # The mailbox is emptied, so that each round reads only its own.
            with Instance(folder) as again:
                client = login(again)
                have = {body[body.index(b"Subject: ") :] for body in bodies(client, "INBOX")}
                missing = [data[:60] for data in acknowledged if data not in have]
                self.assertEqual(missing, [], f"round {number}: {len(missing)} of {len(acknowledged)} are lost")
                client.select("INBOX")
                client.store("1:*", "+FLAGS.SILENT", "(\\Deleted)")
                client.expunge()
                client.logout()
        print(f"{ROUNDS} rounds, {total} messages acknowledged, none lost")
        self.assertGreater(total, ROUNDS)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
