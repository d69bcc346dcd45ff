"""Messages to sign, made from a seeded source of numbers, and what may happen to them on the way."""

import re

WORDS = ("the quick brown fox jumps over lazy dog Grüße naïve 漢字 = ; : \" ( ) < > @ example.org a.b "
         "=?utf-8?q?x?= 1234567890 b= DKIM-Signature").split()
NAMES = ["To", "Cc", "Reply-To", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type",
         "X-Odd", "Received", "List-Id", "received", "X-odd", "Comments"]


def white_space(random):
    return random.choice([" ", " ", " ", " ", "  ", "\t", " \t ", "\r\n ", "\r\n\t", " \r\n  "])


def value(random):
    text = "".join(white_space(random) + random.choice(WORDS) for _ in range(random.randint(1, 12)))
    return text + random.choice(["", "", "", " ", "\t", " \t"])


def line(random):
    kind = random.randrange(10)
    if kind == 0:
        return ""
    if kind == 1:
        return random.choice([" ", "\t", "  \t ", "."])
    words = [random.choice(WORDS) for _ in range(random.randint(1, 10))]
    text = "".join(word + random.choice([" ", " ", " ", "  ", "\t", " \t"]) for word in words)
    text = text if random.random() < 0.3 else text.rstrip()
    return random.choice(["", "", "", " ", "\t", "> "]) + text


def body(random):
    kind = random.randrange(12)
    if kind == 0:
        return ""
    if kind == 1:
        return "\r\n" * random.randint(1, 4)
    if kind == 2:
        return "no line end"
    text = "\r\n".join(line(random) for _ in range(random.randint(1, 30)))
    return text + random.choice(["\r\n", "\r\n", "\r\n", "", "\r\n\r\n\r\n", " \r\n\t\r\n"])


def message(random):
    """In bytes, with one From and one Subject. Without CR or LF alone, and without NUL."""
    fields = [("From", random.choice([" joe@example.org", " Joe\r\n <joe@example.org>", "\tJ  \t<joe@a.example.org> "])),
              ("Subject", value(random))]
    for _ in range(random.randint(0, 10)):
        fields.append((random.choice(NAMES), value(random)))
    random.shuffle(fields)
    header = "".join(f"{name}:{content}\r\n" for name, content in fields)
    data = (header + "\r\n" + body(random)).encode()
    if random.random() < 0.1:  # not UTF-8
        data = data.replace("ü".encode(), b"\xfc")
    return data


def split(data):
    at = data.find(b"\r\n\r\n")
    return data[: at + 2], data[at + 4 :]


def fields_of(header):
    return re.findall(rb"[^\r\n]+\r\n(?:[ \t][^\r\n]*\r\n)*", header)


def with_field(data, choose, change):
    """With one of the fields that `choose` takes changed."""
    header, rest = split(data)
    fields = fields_of(header)
    for index, field in enumerate(fields):
        if choose(field):
            fields[index] = change(field)
            break
    return b"".join(fields) + b"\r\n" + rest


def with_body(data, change):
    header, rest = split(data)
    return header + b"\r\n" + change(rest)


def is_signature(field):
    return field.lower().startswith(b"dkim-signature:")


def is_subject(field):
    return field.lower().startswith(b"subject:")


def changed_byte(random, text):
    if not text:
        return b"x"
    letters = [index for index, byte in enumerate(text) if chr(byte).isalnum() and byte < 128]
    if not letters:
        return b"x" + text
    at = random.choice(letters)
    return text[:at] + bytes([text[at] ^ 1 if text[at] not in b"@[`{/9z" else ord("q")]) + text[at + 1 :]


def changes(random):
    """What may happen: a name, and a function of the signed message."""
    return random.choice([
        ("nothing", lambda data: data),
        ("nothing", lambda data: data),
        ("a byte of the body", lambda data: with_body(data, lambda text: changed_byte(random, text))),
        ("text behind", lambda data: data + b"more\r\n"),
        ("empty lines behind", lambda data: data + b"\r\n\r\n"),
        ("white space at the end of a line", lambda data: with_body(data, lambda t: t.replace(b"\r\n", b" \r\n", 1))),
        ("white space in a line", lambda data: with_body(data, lambda text: text.replace(b" ", b"  ", 1))),
        ("white space at the start of the body", lambda data: with_body(data, lambda text: b" " + text)),
        ("no last line end", lambda data: data[:-2] if data.endswith(b"\r\n") else data),
        ("half a last line end", lambda data: with_body(data, lambda t: t.replace(b"\r\n", b"\r\n\r\n", 1))),
        ("a byte of the subject", lambda data: with_field(
            data, is_subject, lambda f: f[:8] + changed_byte(random, f[8:-2]) + b"\r\n")),
        ("the case of a name", lambda data: with_field(data, is_subject, lambda field: b"SUBJECT" + field[7:])),
        ("white space before a colon", lambda data: with_field(data, is_subject, lambda f: f[:7] + b" " + f[7:])),
        ("another fold", lambda data: with_field(data, is_subject, lambda f: f.replace(b" ", b"\r\n ", 1))),
        ("white space in a subject", lambda data: with_field(data, is_subject, lambda f: f.replace(b" ", b" \t", 1))),
        ("a header above", lambda data: b"X-New: 1\r\n" + data),
        ("a signed header above", lambda data: b"Subject: another\r\n" + data),
        ("a signed header below", lambda data: data.replace(b"\r\n\r\n", b"\r\nSubject: another\r\n\r\n", 1)),
        ("without subject", lambda data: with_field(data, is_subject, lambda field: b"")),
        ("the time of the signature", lambda data: with_field(
            data, is_signature, lambda field: re.sub(rb"\bt=1", b"t=0", field, count=1))),
        ("the case of the signature's name", lambda data: with_field(
            data, is_signature, lambda field: b"DKIM-signature" + field[14:])),
        ("white space in the signature", lambda data: with_field(
            data, is_signature, lambda field: field.replace(b"; ", b";  ", 1))),
        ("white space in b=", lambda data: with_field(
            data, is_signature, lambda field: re.sub(rb"(\bb=[^;]{5})", rb"\1 ", field, count=1))),
        ("a shorter b=", lambda data: with_field(
            data, is_signature, lambda field: re.sub(rb"(\bb=\s*)....", rb"\1", field, count=1))),
        ("a byte of b=", lambda data: with_field(
            data, is_signature, lambda field: re.sub(
                rb"(\bb=\s*)(.)", lambda m: m[1] + (b"B" if m[2] != b"B" else b"C"), field, count=1))),
        ("another domain", lambda data: with_field(
            data, is_signature, lambda field: field.replace(b"example.org", b"example.com"))),
        ("another hash", lambda data: with_field(
            data, is_signature, lambda field: field.replace(b"-sha256", b"-sha1"))),
        ("another key", lambda data: with_field(
            data, is_signature, lambda field: re.sub(rb"\bs=rsa\b", b"s=ed", field))),
    ])
