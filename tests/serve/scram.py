"""SCRAM's client (RFC 5802), with everything in it that a test may want to get wrong."""

import base64
import hashlib
import hmac


def encoded(data):
    return base64.b64encode(data).decode()


def exclusive_or(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


class Scram:
    """`respond` takes a challenge and returns the response; None when it gives up. `binding` is a name and its data;
    `flag` stands in the header when there is none."""

    def __init__(self, mechanism, user, password, binding=None, flag="n"):
        self.hash = "sha256" if "256" in mechanism else "sha1"
        self.user = user
        self.password = password.encode()
        self.header = f"p={binding[0]},," if binding else f"{flag},,"
        self.data = binding[1] if binding else b""
        self.nonce = "rOprNGfwEbeRWgbNEkqO"
        self.state = "first"
        self.verified = False
        self.error = None

    def hmac(self, key, text):
        return hmac.digest(key, text, self.hash)

    def respond(self, challenge):
        challenge = challenge.decode()
        state, self.state = self.state, {"first": "final", "final": "check"}.get(self.state, "end")
        if state == "first":
            self.bare = f"n={self.user},r={self.nonce}"
            return self.header + self.bare
        if challenge.startswith("e="):
            self.error = challenge[2:]
            return None
        fields = dict(part.split("=", 1) for part in challenge.split(","))
        if state == "final":
            return self.final(challenge, fields)
        self.verified = base64.b64decode(fields["v"]) == self.server_signature
        return ""

    def final(self, challenge, fields):
        salted = hashlib.pbkdf2_hmac(self.hash, self.password, base64.b64decode(fields["s"]), int(fields["i"]))
        client_key = self.hmac(salted, b"Client Key")
        without_proof = f"c={encoded(self.header.encode() + self.data)},r={fields['r']}"
        message = f"{self.bare},{challenge},{without_proof}".encode()
        self.server_signature = self.hmac(self.hmac(salted, b"Server Key"), message)
        signature = self.hmac(hashlib.new(self.hash, client_key).digest(), message)
        return f"{without_proof},p={encoded(exclusive_or(client_key, signature))}"
