// The scripts of imaptest that say what a message looks like, replayed without a server.
#include "example.h"
#include "message/envelope.h"
#include "message/parser.h"
#include "message/section.h"
#include "support/catch.h"
#include "text/ascii.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;
namespace text = mox::text;

namespace {

struct Wanted {
  std::size_t message = 0; // from 1
  std::string section;     // what stands between BODY[ and ]
  std::string content;     // CRLF
};

// "* N fetch (body[SECTION] {{{ … }}})": the last line end before "}}}" is not content.
std::vector<Wanted> wanted_sections(std::string_view script) {
  std::vector<Wanted> all;
  std::size_t at = 0;
  while ((at = script.find("\n* ", at)) != std::string_view::npos) {
    at += 3;
    const auto line = script.substr(at, script.find('\n', at) - at);
    const auto section = line.find("(body[");
    if (section == std::string_view::npos || !line.ends_with("] {{{")) continue;
    const auto begin = at + line.size() + 1;
    const auto end = script.find("\n}}}", begin);
    Wanted wanted;
    wanted.message = text::parse_number<std::size_t>(line.substr(0, line.find(' '))).value_or(0);
    wanted.section = line.substr(section + 6, line.size() - section - 6 - 5);
    wanted.content = mox::test::with_crlf(script.substr(begin, end - begin));
    all.push_back(wanted);
  }
  return all;
}

std::vector<std::uint32_t> take_path(std::string_view& section) {
  std::vector<std::uint32_t> path;
  while (!section.empty() && text::is_digit(section.front())) {
    const auto number = section.substr(0, section.find('.'));
    path.push_back(*text::parse_number<std::uint32_t>(number));
    section.remove_prefix(std::min(number.size() + 1, section.size()));
  }
  return path;
}

std::vector<std::string> names_in(std::string_view section) {
  std::vector<std::string> names;
  section = section.substr(section.find('(') + 1);
  section.remove_suffix(1);
  while (!section.empty()) {
    names.emplace_back(section.substr(0, section.find(' ')));
    section.remove_prefix(std::min(names.back().size() + 1, section.size()));
  }
  return names;
}

std::optional<std::string> fetched(const std::string& message, std::string_view section) {
  const auto structure = parse(message).structure;
  const auto path = take_path(section);
  auto what = SectionText::all;
  if (text::istarts_with(section, "header")) what = SectionText::header;
  if (text::iequals(section, "text")) what = SectionText::text;
  if (text::iequals(section, "mime")) what = SectionText::mime;
  const auto range = find_section(structure, path, what);
  if (!range) return std::nullopt;
  auto bytes = message.substr(range->begin, range->size());
  if (!text::istarts_with(section, "header.fields")) return bytes;
  return select_fields(bytes, names_in(section), text::istarts_with(section, "header.fields.not"));
}

std::vector<std::string> wanted_envelopes(std::string_view script) {
  std::vector<std::string> all;
  std::size_t at = 0;
  while ((at = script.find("(ENVELOPE ", at)) != std::string_view::npos) {
    at += std::string_view("(ENVELOPE ").size();
    const auto line = script.substr(at, script.find('\n', at) - at);
    all.emplace_back(line.substr(0, line.rfind(')')));
  }
  return all;
}

} // namespace

TEST_CASE("imaptest: sections of bodies") {
  struct Row {
    std::string name;
    std::size_t sections;
  };

  for (const auto& [name, sections] :
       {Row{"fetch-body-mime", 14}, Row{"fetch-body-message-rfc822-mime", 13}}) {
    const auto script = mox::test::read_example("imaptest/" + name);
    const auto mbox = mox::test::read_example("imaptest/" + name + ".mbox");
    if (!script || !mbox) continue;
    const auto messages = mox::test::messages_of_mbox(*mbox);
    const auto all = wanted_sections(*script);
    CHECK(all.size() == sections);
    for (const Wanted& wanted : all) {
      CAPTURE(name, wanted.message, wanted.section);
      const auto got = fetched(messages.at(wanted.message - 1), wanted.section);
      REQUIRE(got);
      CHECK(*got == wanted.content);
    }
  }
}

TEST_CASE("imaptest: header fields") {
  const auto script = mox::test::read_example("imaptest/fetch-body");
  const auto mbox = mox::test::read_example("imaptest/fetch-body.mbox");
  if (!script || !mbox) return;
  const auto messages = mox::test::messages_of_mbox(*mbox);
  const auto all = wanted_sections(*script);
  CHECK(all.size() >= 4);
  for (const Wanted& wanted : all) {
    // Two replies stand in the script because they must not come.
    if (wanted.section.find("fields.not") != std::string::npos) continue;
    CAPTURE(wanted.section);
    CHECK(fetched(messages.at(wanted.message - 1), wanted.section) == wanted.content);
  }
}

TEST_CASE("imaptest: envelopes") {
  const auto script = mox::test::read_example("imaptest/fetch-envelope");
  const auto mbox = mox::test::read_example("imaptest/fetch-envelope.mbox");
  if (!script || !mbox) return;
  const auto messages = mox::test::messages_of_mbox(*mbox);
  const auto wanted = wanted_envelopes(*script);
  REQUIRE(messages.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto message = parse(messages[i]);
    CHECK(envelope(Fields(message.header)) == wanted[i]);
  }
}
