// links: sendmail
// A message on standard input: what comes out has CRLF and no NUL, its header shows no Bcc and is
// complete, the cuts of the input change nothing, and reading it again changes nothing either.
#include "message/field.h"
#include "sendmail/message.h"
#include "sendmail/recipients.h"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace mox;
using namespace mox::sendmail;

void require(bool condition) {
  if (!condition) std::abort();
}

MessageRules rules(unsigned options) {
  MessageRules rules;
  rules.header = {.recipients_from_header = (options & 1U) != 0,
                  .complete_addresses = (options & 2U) != 0,
                  .recipients = {dns::parse_name("host.example").value()},
                  .authors = {dns::parse_name("host.example").value()},
                  .author = address::parse_path("jane@host.example").value(),
                  .full_name = "Jane",
                  .date = "now",
                  .message_id = "<1@host.example>"};
  rules.dots_are_text = (options & 4U) != 0;
  return rules;
}

struct Read {
  std::string text;
  MessageFacts facts;
};

std::optional<Read> read(std::string_view input, std::size_t cut, const MessageRules& rules) {
  Read read;
  MessageReader reader(rules, [&](std::string_view bytes) {
    read.text += bytes;
    return ok();
  });
  for (std::size_t at = 0; at < input.size(); at += cut)
    if (!reader.feed(input.substr(at, cut))) return std::nullopt;
  auto facts = reader.finish();
  if (!facts) return std::nullopt;
  read.facts = *std::move(facts);
  return read;
}

void check_lines(std::string_view text) {
  require(text.find('\0') == std::string_view::npos);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') require(i > 0 && text[i - 1] == '\r');
    if (text[i] == '\r') require(i + 1 < text.size() && text[i + 1] == '\n');
  }
  require(text.ends_with("\r\n"));
}

void check_header(std::string_view text) {
  const message::Fields fields(text);
  for (const auto& field : fields) require(!field.name.empty());
  require(fields.find("Bcc") == nullptr && fields.find("Resent-Bcc") == nullptr);
  for (const char* name : {"Date", "From", "Message-ID"}) require(fields.find(name) != nullptr);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string input(data + 1, data + size);
  const auto used = rules(data[0]);
  const auto whole = read(input, size, used);
  const auto cut = read(input, 1 + (data[0] >> 3U), used);
  require(whole.has_value() == cut.has_value());
  if (!whole) return 0;
  require(whole->text == cut->text && whole->facts.recipients == cut->facts.recipients);
  require(whole->facts.size == whole->text.size());
  require(whole->facts.recipients.size() <= max_recipients);
  check_lines(whole->text);
  check_header(whole->text);
  auto again_rules = used;
  again_rules.dots_are_text = true;
  again_rules.header.recipients_from_header = false;
  const auto again = read(whole->text, size, again_rules);
  require(again && again->text == whole->text);
  return 0;
}
