// Messages and header fields that others collected.
#include "checked.h"
#include "example.h"
#include "json/parse.h"
#include "message/address_list.h"
#include "message/content_type.h"
#include "message/date.h"
#include "message/decoder.h"
#include "message/message_id.h"
#include "message/summary.h"
#include "text/utf8.h"

#include <boost/json.hpp>

#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

using namespace mox::message;
namespace text = mox::text;
using boost::json::value;

namespace {

// Of headers/NAME.json: the field's body and what was made of it.
boost::json::array header_vectors(const std::string& name) {
  const auto file = mox::test::read_example("mime/mail-parser/headers/" + name + ".json");
  if (!file) return {};
  return mox::json::parse(*file, {.size = 10'000'000, .depth = 32}).value().as_array();
}

std::string text_of(const value& v) {
  return v.is_string() ? std::string(v.as_string()) : std::string();
}

std::int64_t seconds_of(const value& v) {
  using namespace std::chrono;
  const auto number = [&](const char* name) { return v.at(name).to_number<int>(); };
  const auto day = year(number("year")) / number("month") / number("day");
  const auto zone = number("tz_hour") * 3600 + number("tz_minute") * 60;
  return sys_days(day).time_since_epoch().count() * std::int64_t{86'400} + number("hour") * 3600 +
         number("minute") * 60 + number("second") -
         (v.at("tz_before_gmt").as_bool() ? -zone : zone);
}

// One space for any white space: we keep what folding leaves (RFC 5322 section 2.2.3), they do not.
std::string collapsed(std::string_view s) {
  std::string result;
  for (const char c : text::trim(s))
    if (!text::is_space(c))
      result += c;
    else if (!result.ends_with(' '))
      result += ' ';
  return result;
}

// "name <address>", groups as "name:" … ";".
std::string shown(const AddressList& list) {
  std::string all;
  for (const ListEntry& entry : list.entries) {
    switch (entry.kind) {
    case ListEntry::Kind::group_begin: all += decoded_text(entry.name) + ":"; break;
    case ListEntry::Kind::group_end: all += ";"; break;
    case ListEntry::Kind::mailbox:
      all += decoded_text(entry.name) + "<" + entry.localpart;
      if (!entry.domain.empty()) all += "@" + entry.domain;
      all += ">";
    }
    all += "\n";
  }
  return all;
}

std::string shown_mailboxes(const value& list) {
  std::string all;
  for (const value& one : list.as_array())
    all += text_of(one.at("name")) + "<" + text_of(one.at("address")) + ">\n";
  return all;
}

std::string shown(const value& expected) {
  if (const value* list = expected.as_object().if_contains("List")) return shown_mailboxes(*list);
  std::string all;
  for (const value& group : expected.at("Group").as_array()) {
    const auto name = text_of(group.at("name"));
    if (!name.empty()) all += name + ":\n";
    all += shown_mailboxes(group.at("addresses"));
    if (!name.empty()) all += ";\n";
  }
  return all;
}

} // namespace

TEST_CASE("vectors: messages are parsed in every way") {
  std::size_t count = 0;
  for (const auto& path : mox::test::example_messages()) {
    const auto relative = std::filesystem::relative(path, MOX_SHARED_VECTORS).string();
    CAPTURE(relative);
    const auto raw = mox::test::read_example(relative);
    REQUIRE(raw);
    for (const auto& text : {*raw, mox::test::with_crlf(*raw)}) {
      const auto message = mox::test::parse_checked(text);
      CHECK(text::is_utf8(summarize(message).preview));
      ++count;
    }
  }
  CHECK((count == 0 || count > 150));
}

TEST_CASE("vectors: unstructured fields") {
  for (const value& row : header_vectors("unstructured")) {
    const auto header = text_of(row.at("header"));
    CAPTURE(header);
    // They put a space between a word and an encoded word that touches it.
    if (header.find("SPAM]=?") != std::string::npos || header.find("Q?\?=") != std::string::npos)
      continue;
    CHECK(collapsed(decoded_text(header)) == collapsed(text_of(row.at("expected"))));
  }
}

TEST_CASE("vectors: dates") {
  for (const value& row : header_vectors("date")) {
    const auto header = text_of(row.at("header"));
    CAPTURE(header);
    // Numbers without a meaning; and a comment in a comment, which is right.
    if (header.starts_with(" 4 8 15") || header.find("((invalid)") != std::string::npos) continue;
    const bool is_received = header.find(';') != std::string::npos;
    const auto date = is_received ? parse_received_date(header) : parse_date(header);
    const value& expected = row.at("expected");
    REQUIRE(date.has_value() == expected.is_object());
    if (date) CHECK(date->seconds == seconds_of(expected));
  }
}

TEST_CASE("vectors: message ids") {
  for (const value& row : header_vectors("id")) {
    const auto header = text_of(row.at("header"));
    CAPTURE(header);
    std::vector<std::string> expected;
    for (const value& id : row.at("expected").as_array())
      expected.push_back(canonical_message_id(text_of(id)));
    CHECK(parse_message_ids(header, true) == expected);
  }
}

TEST_CASE("vectors: content types") {
  for (const value& row : header_vectors("content_type")) {
    const auto header = text_of(row.at("header"));
    CAPTURE(header);
    const auto parsed = parse_content_type(header);
    const value& expected = row.at("expected");
    REQUIRE(parsed.has_value() == (expected.is_object() && expected.at("c_subtype").is_string()));
    // Encoded words of different charsets: they show the space between them.
    // And a slash in a subtype, of which we leave the rest out.
    const bool differs = header.find("?B?4Q==?= =?utf-8") != std::string::npos ||
                         header.find("plain/format") != std::string::npos;
    if (!parsed || differs) continue;
    CHECK(parsed->type == text_of(expected.at("c_type")));
    CHECK(parsed->subtype == text_of(expected.at("c_subtype")));
    const value* attributes = expected.as_object().if_contains("attributes");
    if (!attributes || !attributes->is_array()) continue;
    for (const value& attribute : attributes->as_array()) {
      const auto name = text_of(attribute.at(0));
      CAPTURE(name);
      if (name.ends_with("-language")) continue; // of RFC 2231: nobody asks for it
      CHECK(decoded_parameter(parsed->parameters, name).value_or("") == text_of(attribute.at(1)));
    }
  }
}

TEST_CASE("vectors: addresses") {
  for (const value& row : header_vectors("address")) {
    const auto header = text_of(row.at("header"));
    CAPTURE(header);
    // They add comments to the name; we take one for a name when there is no other.
    if (header.find('(') != std::string::npos) continue;
    CHECK(shown(parse_address_list(header)) == shown(row.at("expected")));
  }
}
