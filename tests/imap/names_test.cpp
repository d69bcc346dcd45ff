#include "imap/list_pattern.h"
#include "imap/mailbox_name.h"
#include "imap/mutf7.h"
#include "support/catch.h"
#include "support/vectors.h"
#include "text/utf8.h"

#include <string>
#include <vector>

using mox::imap::ListPattern;
using mox::imap::NameForm;

namespace {

auto vectors(std::string_view file) {
  return mox::test::read_vectors(MOX_SHARED_VECTORS "/imap-names", file);
}

// Rows whose input was not UTF-8 stand in the file with one character for each byte.
std::string as_bytes(std::string_view text) {
  std::string bytes;
  while (!text.empty()) bytes += static_cast<char>(mox::text::next_utf8(text));
  return bytes;
}

bool replaces_malformed(const std::string& utf7) {
  return utf7.find(",,3") != utf7.npos || utf7.find(",,0-") != utf7.npos ||
         utf7.find("D,,Q") != utf7.npos;
}

} // namespace

TEST_CASE("modified UTF-7 is decoded strictly") {
  const auto rows = vectors("mutf7-decode.json");
  if (!rows) return;
  for (auto row : *rows) {
    CAPTURE(*row["utf7"]);
    const auto decoded = mox::imap::mutf7_decode(*row["utf7"]);
    REQUIRE(decoded.has_value() == (row["ok"] == "true"));
    if (!decoded) continue;
    CHECK(*decoded == *row["utf8"]);
    CHECK(mox::imap::mutf7_encode(*decoded) == *row["utf7"]);
  }
}

TEST_CASE("modified UTF-7 is encoded") {
  const auto rows = vectors("mutf7-encode.json");
  if (!rows) return;
  for (auto row : *rows) {
    const auto want = *row["utf7"];
    const auto input = replaces_malformed(want) ? as_bytes(*row["utf8"]) : *row["utf8"];
    CAPTURE(want);
    CHECK(mox::imap::mutf7_encode(input) == want);
  }
}

TEST_CASE("patterns of LIST with a reference") {
  const auto rows = vectors("list-match-go-imap.json");
  if (!rows) return;
  for (auto row : *rows) {
    CAPTURE(*row["name"], *row["reference"], *row["pattern"]);
    CHECK(ListPattern(*row["reference"], *row["pattern"]).matches(*row["name"]) ==
          (row["match"] == "true"));
  }
}

TEST_CASE("patterns of LIST and what lies below a name") {
  const auto rows = vectors("list-match-dovecot.json");
  if (!rows) return;
  for (auto row : *rows) {
    // With us INBOX is always without case, and names do not end in a slash.
    const auto name = *row["name"];
    if (name == "INBOX" && row["inbox"] == "false") continue;
    CAPTURE(name, *row["pattern"]);
    const ListPattern pattern("", *row["pattern"]);
    CHECK(pattern.matches(name) == (row["result"] == "YES"));
    if (name.ends_with('/')) continue;
    if (row["result"]->find("CHILDREN") != std::string::npos) CHECK(pattern.may_match_below(name));
    if (row["result"] == "NO" || row["result"] == "PARENT") CHECK(!pattern.may_match_below(name));
  }
}

TEST_CASE("more patterns") {
  struct Row {
    std::string reference;
    std::string pattern;
    std::string name;
    bool match;
    bool below;
  };

  const std::vector<Row> rows = {
      {"", "*", "a/b", true, true},
      {"", "%", "a", true, false},
      {"", "%", "a/b", false, false},
      {"", "*%*%", "a/b/c", true, true},
      {"", "%%", "a/b", false, false},
      {"a", "%", "a/b", true, false},
      {"a/", "b/%", "a/b/c", true, false},
      {"", "inbox", "Inbox", true, false},
      {"", "INBOX/%", "Inbox/a", true, false},
      {"", "INBOX/A", "Inbox/a", false, false},
      {"", "inboxes", "Inboxes", false, false},
      {"", "a%", "ab", true, false},
      {"", "a%c", "abbbc", true, false},
      {"", "a%c", "ab/c", false, false},
      {"", "a*c", "ab/c", true, true},
      {"", "", "a", false, false},
      {"x", "/a", "a", true, false},
      {"", "%/c", "b", false, true},
      {"", "z*", "b", false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.reference, row.pattern, row.name);
    const ListPattern pattern(row.reference, row.pattern);
    CHECK(pattern.matches(row.name) == row.match);
    CHECK(pattern.may_match_below(row.name) == row.below);
  }
}

TEST_CASE("long patterns across words of the bit set") {
  std::string pattern;
  std::string name;
  for (int i = 0; i < 300; ++i) {
    pattern += "%a*b";
    name += "xaxb";
  }
  CHECK(ListPattern("", pattern).matches(name));
  name.back() = 'c';
  CHECK(!ListPattern("", pattern).matches(name));
  const std::string longest(ListPattern::max_size, 'a');
  CHECK(ListPattern("", longest).matches(longest));
  CHECK(!ListPattern("", longest + 'a').matches(longest + 'a'));
  CHECK(!ListPattern("", longest + 'a').may_match_below("a"));
}

TEST_CASE("mailbox names from the wire") {
  struct Row {
    std::string wire;
    NameForm form;
    std::string want; // "" for refused
  };

  const std::vector<Row> rows = {
      {"Sent", NameForm::mutf7, "Sent"},
      {"inbox", NameForm::mutf7, "Inbox"},
      {"INBOX/a", NameForm::utf8, "Inbox/a"},
      {"inboxes", NameForm::utf8, "inboxes"},
      {"a/inbox", NameForm::utf8, "a/inbox"},
      {"&ZeVnLIqe-", NameForm::mutf7, "日本語"},
      {"日本語", NameForm::utf8, "日本語"},
      {"日本語", NameForm::mutf7, ""},
      {"a&b", NameForm::mutf7, ""},
      {"a&b", NameForm::utf8, "a&b"},
      {"e\xcc\x81", NameForm::utf8, "\xc3\xa9"}, // to normal form C
      {"", NameForm::utf8, ""},
      {"/a", NameForm::utf8, ""},
      {"a/", NameForm::utf8, ""},
      {"a//b", NameForm::utf8, ""},
      {"a/./b", NameForm::utf8, ""},
      {"..", NameForm::utf8, ""},
      {"...", NameForm::utf8, "..."},
      {"#news", NameForm::utf8, ""},
      {"a#b", NameForm::utf8, "a#b"},
      {"a\tb", NameForm::utf8, ""},
      {"a\x7f", NameForm::utf8, ""},
      {"a\xc2\x85", NameForm::utf8, ""},     // U+0085
      {"a\xe2\x80\xa8", NameForm::utf8, ""}, // U+2028
      {"a\xff", NameForm::utf8, ""},
      {"&AAA-", NameForm::mutf7, ""},
      {std::string(1024, 'a'), NameForm::utf8, std::string(1024, 'a')},
      {std::string(1025, 'a'), NameForm::utf8, ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.wire);
    const auto name = mox::imap::decode_mailbox(row.wire, row.form);
    REQUIRE(name.has_value() == !row.want.empty());
    if (!name) continue;
    CHECK(*name == row.want);
    CHECK(mox::imap::decode_mailbox(mox::imap::encode_mailbox(*name, row.form), row.form) == *name);
  }
}

TEST_CASE("names on their way out, and patterns on their way in") {
  CHECK(mox::imap::encode_mailbox("Inbox", NameForm::mutf7) == "INBOX");
  CHECK(mox::imap::encode_mailbox("Inbox/ä", NameForm::mutf7) == "INBOX/&AOQ-");
  CHECK(mox::imap::encode_mailbox("Inbox/ä", NameForm::utf8) == "INBOX/ä");
  CHECK(mox::imap::decode_pattern("&AOQ-*", NameForm::mutf7) == "ä*");
  CHECK(mox::imap::decode_pattern("a&*", NameForm::mutf7) == "a&*");
  CHECK(mox::imap::decode_pattern("\xff", NameForm::utf8) == "\xff");
}
