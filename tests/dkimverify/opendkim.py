"""OpenDKIM's library, by ctypes: the milter and opendkim-testmsg take their keys from the network only."""

import ctypes
import ctypes.util

SIMPLE, RELAXED = 0, 1  # dkim.h: DKIM_CANON_*
ALGORITHMS = {"rsa-sha1": 0, "rsa-sha256": 1, "ed25519-sha256": 2}  # DKIM_SIGN_*
SETOPT = 1
OPTS_FLAGS, OPTS_QUERYMETHOD, OPTS_QUERYINFO = 0, 6, 7
QUERY_FILE = 1
SIGFLAG_PASSED = 4
SIGBH_MATCH = 0
LIBFLAG_SIGNLEN = 4


class Failure(Exception):
    pass


def load():
    """The library; nothing when it is not installed."""
    try:
        library = ctypes.CDLL("libopendkim.so.11")
    except OSError:
        return None
    text, size, handle = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p
    for name, result, arguments in [
        ("dkim_init", handle, [handle, handle]),
        ("dkim_close", None, [handle]),
        ("dkim_options", ctypes.c_int, [handle, ctypes.c_int, ctypes.c_int, handle, size]),
        ("dkim_sign", handle, [handle, text, handle, text, text, text, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                               ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_int)]),
        ("dkim_verify", handle, [handle, text, handle, ctypes.POINTER(ctypes.c_int)]),
        ("dkim_chunk", ctypes.c_int, [handle, text, size]),
        ("dkim_eom", ctypes.c_int, [handle, handle]),
        ("dkim_getsighdr_d", ctypes.c_int, [handle, size, ctypes.POINTER(handle), ctypes.POINTER(size)]),
        ("dkim_getsiglist", ctypes.c_int, [handle, ctypes.POINTER(ctypes.POINTER(handle)),
                                           ctypes.POINTER(ctypes.c_int)]),
        ("dkim_sig_getflags", ctypes.c_uint, [handle]),
        ("dkim_sig_getbh", ctypes.c_int, [handle]),
        ("dkim_sig_process", ctypes.c_int, [handle, handle]),
        ("dkim_sig_geterror", ctypes.c_int, [handle]),
        ("dkim_sig_geterrorstr", text, [ctypes.c_int]),
        ("dkim_free", ctypes.c_int, [handle]),
        ("dkim_geterror", text, [handle]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class OpenDkim:
    """`keys` is a file with a line for each key: its name, its record."""

    def __init__(self, library, keys, sign_length=False):
        self.library = library
        self.handle = library.dkim_init(None, None)
        self.set(OPTS_QUERYMETHOD, ctypes.c_int(QUERY_FILE))
        path = ctypes.create_string_buffer(str(keys).encode())
        self.option(OPTS_QUERYINFO, path, len(path.value))
        if sign_length:
            self.set(OPTS_FLAGS, ctypes.c_uint(LIBFLAG_SIGNLEN))

    def set(self, option, value):
        self.option(option, ctypes.byref(value), ctypes.sizeof(value))

    def option(self, option, pointer, size):
        status = self.library.dkim_options(self.handle, SETOPT, option, ctypes.cast(pointer, ctypes.c_void_p), size)
        if status != 0:
            raise Failure(f"option {option}: status {status}")

    def feed(self, message, data):
        for piece, size in [(data, len(data)), (None, 0)]:
            status = self.library.dkim_chunk(message, piece, size)
            if status not in (0, 2):
                raise Failure(f"message: status {status}")

    def sign(self, data, key, selector, domain, header, body, algorithm):
        """The header field, with CRLF."""
        status = ctypes.c_int()
        message = self.library.dkim_sign(self.handle, b"sign", None, key, selector, domain, header, body,
                                         ALGORITHMS[algorithm], -1, ctypes.byref(status))
        if not message:
            raise Failure(f"signing: status {status.value}")
        try:
            self.feed(message, data)
            done = self.library.dkim_eom(message, None)
            if done != 0:
                raise Failure(f"signing: status {done}, {self.library.dkim_geterror(message)}")
            text, size = ctypes.c_void_p(), ctypes.c_size_t()
            self.library.dkim_getsighdr_d(message, len("DKIM-Signature: "), ctypes.byref(text), ctypes.byref(size))
            value = ctypes.string_at(text.value, size.value)
        finally:
            self.library.dkim_free(message)
        return b"DKIM-Signature: " + value.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"

    def verify(self, data):
        """Whether the first signature passes, and why not."""
        status = ctypes.c_int()
        message = self.library.dkim_verify(self.handle, b"verify", None, ctypes.byref(status))
        try:
            self.feed(message, data)
            done = self.library.dkim_eom(message, None)
            signatures, count = ctypes.POINTER(ctypes.c_void_p)(), ctypes.c_int()
            self.library.dkim_getsiglist(message, ctypes.byref(signatures), ctypes.byref(count))
            if count.value == 0:
                return False, "no signature"
            signature = signatures[0]
            passed = (self.library.dkim_sig_getflags(signature) & SIGFLAG_PASSED != 0
                      and self.library.dkim_sig_getbh(signature) == SIGBH_MATCH)
            error = self.library.dkim_sig_geterror(signature)
            reason = (self.library.dkim_sig_geterrorstr(error) or b"").decode()
            bh = self.library.dkim_sig_getbh(signature)
            return passed, f"{reason}, status {done}, body hash {bh}, {self.library.dkim_geterror(message)}"
        except Failure as failure:
            return False, str(failure)
        finally:
            self.library.dkim_free(message)
