#include "cli/nearest.h"
#include "config/kind_reading.h"
#include "config/kinds.h"
#include "imap/capability.h"
#include "imap/mailbox_name.h"

namespace mox::config {

namespace {

using namespace reading;

constexpr std::size_t reply_text_limit = 256;
constexpr std::size_t account_limit = 255;
constexpr std::size_t separator_limit = 16;

bool is_reply_text(std::string_view s) {
  return s.size() <= reply_text_limit && std::ranges::all_of(s, text::is_printable);
}

bool is_account(std::string_view s) {
  return !s.empty() && s.size() <= account_limit && s.front() != ' ' && s.back() != ' ' &&
         s.find('/') == std::string_view::npos && is_text(s);
}

bool is_separator(std::string_view s) {
  constexpr std::string_view marks = "!#$%&'*+-/=?^_`{|}~.";
  return !s.empty() && s.size() <= separator_limit &&
         s.find_first_not_of(marks) == std::string_view::npos;
}

bool is_smtp_error(std::string_view s) {
  const bool has_code = s.starts_with("421") || s.starts_with("550");
  return has_code && (s.size() == 3 || s[3] == ' ') && is_reply_text(s);
}

Outcome read_address(const std::string& text) {
  auto address = address::parse_address(text);
  if (!address) return refused(address.error());
  const auto written = std::string_view(text).substr(text.rfind('@') + 1);
  if (written != address->domain.unicode()) return must_be_written(to_unicode(*address));
  return *std::move(address);
}

Outcome read_destination(const std::string& text) {
  const auto at = text.rfind('@');
  if (at == std::string::npos)
    return wrong("is only the part before the \"@\"; write the whole address, with its domain");
  const auto read = at == 0 ? read_domain(text.substr(1)) : read_address(text);
  if (!read) return wrong(read.error());
  return text;
}

Outcome read_localpart(const std::string& text) {
  const auto localpart = address::parse_localpart(text);
  return localpart ? Outcome(text) : refused(localpart.error());
}

Outcome read_mailbox(const std::string& text) {
  auto name = imap::normalise_mailbox(text);
  if (!name) return refused(name.error());
  // Inbox may be written in any case, as everywhere.
  if (!text::iequals(*name, text)) return must_be_written(*name);
  return *std::move(name);
}

Outcome read_initial_mailbox(const std::string& text) {
  auto name = read_mailbox(text);
  if (!name) return name;
  const auto& normal = std::get<std::string>(*name);
  if (normal == "Inbox") return wrong("is always there; leave it out");
  if (normal.find('/') != std::string::npos) return wrong("is inside another mailbox");
  return name;
}

Outcome read_special_mailbox(const std::string& text) {
  return text.empty() ? Outcome(text) : read_initial_mailbox(text);
}

Outcome read_capability(const std::string& text) {
  const auto& all = imap::extensions;
  const auto name = text::upper(text);
  if (std::ranges::find(all, name) == all.end())
    return wrong("is no IMAP capability that can be left out" +
                 cli::did_you_mean(cli::nearest(name, all)));
  return name == text ? Outcome(text) : must_be_written(name);
}

} // namespace

namespace kinds {

constinit const Kind printable{.word = "text",
                               .allowed = "at most 256 printable ASCII characters",
                               .read = from_text<checked<is_reply_text>>};
constinit const Kind address{.word = "address",
                             .allowed = "a mail address, as in \"mjl@example.org\"",
                             .read = from_text<read_address>};
constinit const Kind destination{
    .word = "address",
    .allowed = "a mail address, as in \"mjl@example.org\", or \"@example.org\" for all others",
    .read = from_text<read_destination>};
constinit const Kind localpart{.word = "localpart",
                               .allowed = "the part of an address before the \"@\"",
                               .read = from_text<read_localpart>};
constinit const Kind separator{.word = "separator",
                               .allowed = "one or more of the marks !#$%&'*+-/=?^_`{|}~.",
                               .read = from_text<checked<is_separator>>};
constinit const Kind mailbox{.word = "mailbox",
                             .allowed = "the name of a mailbox, as in \"Inbox\" or \"Lists/mox\"",
                             .read = from_text<read_mailbox>};
constinit const Kind initial_mailbox{.word = "mailbox",
                                     .allowed = "the name of a mailbox at the top, as in \"Sent\"",
                                     .read = from_text<read_initial_mailbox>};
constinit const Kind special_mailbox{
    .word = "mailbox",
    .allowed = "the name of a mailbox at the top, as in \"Sent\", or \"\" for none",
    .read = from_text<read_special_mailbox>};
constinit const Kind account{.word = "account",
                             .allowed = "the name of an account: at most 255 bytes, without \"/\" "
                                        "and control characters",
                             .read = from_text<checked<is_account>>};
constinit const Kind user{
    .word = "user", .allowed = "the name of a Unix user", .read = from_text<checked<is_account>>};
constinit const Kind smtp_error{
    .word = "SMTP error",
    .allowed = "\"421\" or \"550\", perhaps with a space and text, at most 256 printable ASCII "
               "characters",
    .read = from_text<checked<is_smtp_error>>};
constinit const Kind capability{.word = "capability",
                                .allowed = "the name of an IMAP capability in capital letters",
                                .read = from_text<read_capability>};

} // namespace kinds

} // namespace mox::config
