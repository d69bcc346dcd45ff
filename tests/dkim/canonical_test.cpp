#include "dkim/body_hashes.h"
#include "dkim/canonical_body.h"
#include "dkim/canonical_header.h"
#include "dkim/header_section.h"
#include "dkim/message_reader.h"
#include "dkim/tag_list.h"
#include "support/catch.h"
#include "text/base64.h"

#include <random>
#include <string>

using namespace mox;
using namespace mox::dkim;

namespace {

std::string canonical(Canonical form, std::string_view body, std::size_t chunk) {
  std::string made;
  BodyCanonicalizer canonicalizer(form, [&](std::string_view piece) { made += piece; });
  for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size())))
    canonicalizer.feed(body.substr(0, chunk));
  canonicalizer.finish();
  return made;
}

// RFC 6376 section 3.4.4, word by word.
std::string relaxed_slowly(std::string body) {
  std::string made;
  bool empty_so_far = true;
  std::string held;
  while (!body.empty()) {
    const auto end = body.find("\r\n");
    std::string line = body.substr(0, end);
    body.erase(0, end == std::string::npos ? body.size() : end + 2);
    std::string reduced;
    for (const char c : line) {
      if (c == ' ' || c == '\t') {
        if (!reduced.ends_with(' ')) reduced += ' ';
      } else {
        reduced += c;
      }
    }
    if (reduced.ends_with(' ')) reduced.pop_back();
    held += reduced + "\r\n";
    if (!reduced.empty()) {
      made += held;
      held.clear();
      empty_so_far = false;
    }
  }
  return empty_so_far ? std::string() : made;
}

std::string simple_slowly(std::string body) {
  while (body.ends_with("\r\n")) body.resize(body.size() - 2);
  return body + "\r\n";
}

} // namespace

TEST_CASE("canonical bodies") {
  struct Row {
    std::string body;
    std::string simple;
    std::string relaxed;
  };

  const Row rows[] = {
      {"", "\r\n", ""},
      {"\r\n", "\r\n", ""},
      {"\r\n\r\n", "\r\n", ""},
      {"a", "a\r\n", "a\r\n"},
      {"a\r\n", "a\r\n", "a\r\n"},
      {"a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
      {"\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
      {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
      {" ", " \r\n", ""},
      {" \r\n\t\r\n", " \r\n\t\r\n", ""},
      {"a \r\n \r\n", "a \r\n \r\n", "a\r\n"},
      {"a\r\n \r\nb", "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n"},
      {"\ta", "\ta\r\n", " a\r\n"},
      // A bare LF or CR is a character of its line.
      {"a \nb\n", "a \nb\n\r\n", "a \nb\n\r\n"},
      {"a\r", "a\r\r\n", "a\r\r\n"},
      {"a \r", "a \r\r\n", "a \r\r\n"},
      {"a\r\r\n", "a\r\r\n", "a\r\r\n"},
      {"\n", "\n\r\n", "\n\r\n"},
      {"\r", "\r\r\n", "\r\r\n"},
      {"\r\n\r", "\r\n\r\r\n", "\r\n\r\r\n"},
      {"a \r\r\n", "a \r\r\n", "a \r\r\n"},
      {"caf\xc3\xa9 \xff\t\r\n", "caf\xc3\xa9 \xff\t\r\n", "caf\xc3\xa9 \xff\r\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(text::hex_encode(row.body));
    for (const std::size_t chunk : {1U, 2U, 3U, 100U}) {
      CAPTURE(chunk);
      CHECK(canonical(Canonical::simple, row.body, chunk) == row.simple);
      CHECK(canonical(Canonical::relaxed, row.body, chunk) == row.relaxed);
    }
  }
}

TEST_CASE("canonical bodies do not depend on the cuts, and are what the RFC says") {
  std::mt19937 random(1); // NOLINT(cert-msc51-cpp): the same each time
  const std::string_view pieces[] = {
      "a",    "word",
      " ",    "\t",
      "\r\n", "\r\n",
      "\r",   "\n",
      "  ",   "a long run of characters with single spaces only, as most lines have it, and then"};
  for (int round = 0; round < 3000; ++round) {
    std::string body;
    const auto count = random() % 30;
    for (std::size_t i = 0; i < count; ++i) body += pieces[random() % std::size(pieces)];
    const auto chunk = 1 + random() % 100;
    CAPTURE(text::hex_encode(body), chunk);
    REQUIRE(canonical(Canonical::simple, body, chunk) == simple_slowly(body));
    REQUIRE(canonical(Canonical::relaxed, body, chunk) == relaxed_slowly(body));
  }
}

TEST_CASE("canonical header fields") {
  const auto form = [](std::string_view field, Canonical how) {
    std::string made;
    append_canonical(made, field, how);
    return made;
  };
  // RFC 6376 section 3.4.5
  CHECK(form("A: X\r\n", Canonical::relaxed) == "a:X\r\n");
  CHECK(form("B : Y\t\r\n\tZ  \r\n", Canonical::relaxed) == "b:Y Z\r\n");
  CHECK(form("B : Y\t\r\n\tZ  \r\n", Canonical::simple) == "B : Y\t\r\n\tZ  \r\n");
  CHECK(form("a:", Canonical::relaxed) == "a:\r\n");
  CHECK(form("a: \r\n \r\n", Canonical::relaxed) == "a:\r\n");
  CHECK(form("Subject: b\xc3\xbc \xff:x\r\n", Canonical::relaxed) ==
        "subject:b\xc3\xbc \xff:x\r\n");
  CHECK(form("a: b\n c\n", Canonical::relaxed) == "a:b c\r\n");
  CHECK(form("a: b\r c\r\n", Canonical::relaxed) == "a:b\r c\r\n");
}

TEST_CASE("a signature is not over the value of its own b=") {
  const auto form = [](std::string_view field, Canonical how) {
    const auto body = field.find(':') + 1;
    const auto tags = parse_tag_list(field.substr(body)).value();
    const auto* b = tags.find("b");
    std::string made;
    append_unsigned(made, field, body + b->begin, body + b->end, how);
    return made;
  };
  CHECK(form("Sig: a=1; b = ab\r\n\tcd ; c=2\r\n", Canonical::simple) == "Sig: a=1; b =; c=2");
  CHECK(form("Sig: a=1; b = ab\r\n\tcd ; c=2\r\n", Canonical::relaxed) == "sig:a=1; b =; c=2");
  CHECK(form("Sig: a=1; b=abcd\r\n", Canonical::simple) == "Sig: a=1; b=");
  CHECK(form("Sig: bh=b=; b=ab;\r\n", Canonical::simple) == "Sig: bh=b=; b=;");
}

TEST_CASE("fields are selected from the bottom up") {
  const HeaderSection header(
      "Received: 1\r\nFrom: a\r\nreceived : 2\r\nno field\r\nReceived: 3\r\n");
  CHECK(header.is_malformed());
  CHECK(header.count("RECEIVED") == 3);
  CHECK(header.count("To") == 0);
  std::string found;
  const std::vector<std::string> names = {"received", "To", "From", "From", "Received"};
  for (const auto* field : header.select(names)) found += header.text_of(*field);
  CHECK(found == "Received: 3\r\nFrom: a\r\nreceived : 2\r\n");
}

TEST_CASE("a message is taken apart as it streams") {
  struct Row {
    std::string message;
    std::string header;
    std::string body;
  };

  const Row rows[] = {
      {"", "", ""},
      {"a: b", "a: b", ""},
      {"a: b\r\n", "a: b\r\n", ""},
      {"a: b\r\n\r\n", "a: b\r\n", ""},
      {"a: b\r\n\r\nx\r\n\r\ny", "a: b\r\n", "x\r\n\r\ny"},
      {"\r\nbody", "", "body"},
      {"a: b\n\nx\n", "a: b\n", "x\n"},
      {"a: b\r\n \r\nc: d\r\n\r\n", "a: b\r\n \r\nc: d\r\n", ""},
  };
  for (const auto& row : rows)
    for (const std::size_t chunk : {1U, 2U, 5U, 1000U}) {
      CAPTURE(row.message, chunk);
      MessageReader reader;
      std::string body;
      std::string_view left = row.message;
      for (; !left.empty(); left.remove_prefix(std::min(chunk, left.size())))
        body += reader.feed(left.substr(0, chunk));
      reader.finish();
      CHECK(reader.header() == row.header);
      CHECK(body == row.body);
    }
}

TEST_CASE("body hashes are shared, and l= ends them") {
  BodyHashes hashes;
  const auto whole = hashes.want({.form = Canonical::relaxed, .hash = Hash::sha256, .length = {}});
  const auto again = hashes.want({.form = Canonical::relaxed, .hash = Hash::sha256, .length = {}});
  const auto none = hashes.want({.form = Canonical::relaxed, .hash = Hash::sha256, .length = 0});
  const auto some = hashes.want({.form = Canonical::simple, .hash = Hash::sha1, .length = 3});
  const auto all = hashes.want({.form = Canonical::simple, .hash = Hash::sha1, .length = 8});
  const auto more = hashes.want({.form = Canonical::simple, .hash = Hash::sha1, .length = 9});
  CHECK(whole == again);
  for (const char c : std::string_view("abc  d\r\n\r\n")) hashes.feed(std::string_view(&c, 1));
  hashes.finish();
  CHECK(hashes.result(whole).digest == digest(Hash::sha256, "abc d\r\n"));
  CHECK(hashes.result(none).digest == digest(Hash::sha256, ""));
  CHECK_FALSE(hashes.result(none).whole);
  CHECK(hashes.result(some).digest == digest(Hash::sha1, "abc"));
  CHECK(hashes.result(all).whole);
  CHECK(hashes.result(all).enough);
  CHECK_FALSE(hashes.result(more).enough);
}
