#include "config/examples.h"
#include "config/files.h"
#include "support/catch.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <string_view>

using namespace mox;
using namespace mox::config;

namespace {

// The whole file to which an example is added.
const Example& whole(const Example& example) {
  const auto name = example.document->name.substr(0, example.document->name.find('.'));
  const auto* found = find_example(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->document == example.document);
  return *found;
}

std::string text_of(const Example& example) {
  const auto& file = whole(example);
  if (file.name == example.name) return std::string(example.text);
  return fmt::format("{}\n{}", file.text, example.text);
}

std::string wrong_in(const Example& example) {
  const auto text = text_of(example);
  if (example.document == &sendmail_document) {
    const auto read = parse_sendmail(text, "/etc/mox/sendmail.toml");
    return read ? "" : to_string(read.error());
  }
  if (example.document == &static_document) {
    const auto read = parse_static(text, "/etc/mox/mox.toml");
    return read ? "" : to_string(read.error());
  }
  const auto host = parse_static(text_of(*find_example("mox")), "/etc/mox/mox.toml").value();
  const auto read = parse_domains(text, "/etc/mox/domains.toml", host);
  return read ? "" : to_string(read.error());
}

} // namespace

TEST_CASE("each example is taken, alone or with the file that it is for") {
  for (const auto& example : examples()) {
    CAPTURE(example.name);
    CHECK(wrong_in(example).empty());
  }
}

TEST_CASE("examples can be told apart and found") {
  std::set<std::string_view> names;
  for (const auto& example : examples()) {
    CAPTURE(example.name);
    CHECK(names.insert(example.name).second);
    CHECK(find_example(example.name) == &example);
    CHECK_FALSE(example.summary.empty());
    CHECK_FALSE(example.summary.ends_with('.'));
    CHECK(example.text.ends_with('\n'));
  }
  CHECK(find_example("nothing") == nullptr);
  CHECK(find_example("") == nullptr);
}

TEST_CASE("all examples for one file can stand in it together") {
  for (const auto* name : {"mox", "domains"}) {
    const auto& file = *find_example(name);
    std::string text(file.text);
    for (const auto& example : examples())
      if (example.document == file.document && &example != &file)
        text += "\n" + std::string(example.text);
    CAPTURE(text);
    CHECK(wrong_in({.name = file.name, .document = file.document, .text = text}).empty());
  }
}
