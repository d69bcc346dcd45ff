#include "message/envelope.h"

#include "message/address_list.h"
#include "text/ascii.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace mox::message {

namespace {

constexpr std::size_t max_quoted = 1000;

// The fields of an ENVELOPE, in one pass over the header.
struct Wanted {
  enum Name : std::uint8_t { date, subject, from, sender, reply_to, to, cc, bcc, in_reply_to, id };

  static constexpr std::array<std::string_view, 10> names = {
      "date", "subject", "from", "sender",      "reply-to",
      "to",   "cc",      "bcc",  "in-reply-to", "message-id"};
};

constexpr bool is_repeatable(std::size_t name) {
  return name == Wanted::to || name == Wanted::cc || name == Wanted::bcc;
}

class Envelope {
public:
  explicit Envelope(const Fields& fields) {
    for (const Field& field : fields)
      for (std::size_t i = 0; i < Wanted::names.size(); ++i)
        if (text::iequals(field.name, Wanted::names[i])) take(field, i);
  }

  std::string render() {
    std::string to = "(";
    to.reserve(512);
    append_text(to, Wanted::date);
    append_text(to, Wanted::subject);
    const auto from = addresses(Wanted::from);
    to += from + ' ' + addresses(Wanted::sender, from) + ' ' + addresses(Wanted::reply_to, from);
    for (const auto name : {Wanted::to, Wanted::cc, Wanted::bcc}) to += ' ' + addresses(name);
    to += ' ';
    append_text(to, Wanted::in_reply_to);
    append_text(to, Wanted::id);
    to.back() = ')';
    return to;
  }

private:
  void take(const Field& field, std::size_t name) {
    if (!first_[name])
      first_[name] = &field;
    else if (is_repeatable(name))
      more_.push_back({name, &field});
  }

  // NIL without the field; an empty string when it is empty (RFC 9051 section 7.5.2).
  void append_text(std::string& to, Wanted::Name name) const {
    if (first_[name])
      append_imap_string(to, unfold(first_[name]->body));
    else
      to += "NIL";
    to += ' ';
  }

  std::string addresses(Wanted::Name name, std::string_view otherwise = "NIL") const;

  std::array<const Field*, Wanted::names.size()> first_{};
  std::vector<std::pair<std::size_t, const Field*>> more_;
};

// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
// A host of NIL says "group" (RFC 9051 section 7.5.2), so a mailbox without domain has an empty
// one.
void append_entry(std::string& to, const ListEntry& entry) {
  if (entry.kind == ListEntry::Kind::group_end) {
    to += "(NIL NIL NIL NIL)";
    return;
  }
  to += '(';
  if (entry.kind == ListEntry::Kind::group_begin) {
    to += "NIL NIL ";
    append_imap_string(to, entry.name);
    to += " NIL)";
    return;
  }
  append_imap_nstring(to, entry.name);
  to += ' ';
  append_imap_nstring(to, entry.route);
  to += ' ';
  append_imap_string(to, entry.localpart);
  to += ' ';
  append_imap_string(to, entry.domain);
  to += ')';
}

std::string Envelope::addresses(Wanted::Name name, std::string_view otherwise) const {
  if (!first_[name]) return std::string(otherwise);
  AddressList list;
  parse_address_list(first_[name]->body, list);
  for (const auto& [other, field] : more_)
    if (other == name) parse_address_list(field->body, list);
  if (list.entries.empty()) return std::string(otherwise);
  std::string to = "(";
  for (const ListEntry& entry : list.entries) append_entry(to, entry);
  to += ')';
  return to;
}

bool is_quotable(std::string_view text) {
  return text.size() <= max_quoted &&
         std::ranges::all_of(text, [](char c) { return (c >= ' ' && c < 127) || c == '\t'; });
}

// quoted = DQUOTE *QUOTED-CHAR DQUOTE
void append_quoted(std::string& to, std::string_view text) {
  to += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') to += '\\';
    to += c;
  }
  to += '"';
}

void append_literal(std::string& to, std::string_view text) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), text.size()).ptr;
  to += '{';
  to.append(digits.data(), end);
  to += "}\r\n";
  to += text;
}

bool is_never_sent(char c) {
  return c == '\0' || c == '\r' || c == '\n';
}

} // namespace

std::string envelope(const Fields& fields) {
  return Envelope(fields).render();
}

std::string_view empty_envelope() {
  return "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
}

void append_imap_string(std::string& to, std::string_view text) {
  if (is_quotable(text)) return append_quoted(to, text);
  if (std::ranges::none_of(text, is_never_sent)) return append_literal(to, text);
  std::string clean;
  for (const char c : text)
    if (c != '\0') clean += is_never_sent(c) ? ' ' : c;
  if (is_quotable(clean))
    append_quoted(to, clean);
  else
    append_literal(to, clean);
}

void append_imap_nstring(std::string& to, std::string_view text) {
  if (text.empty())
    to += "NIL";
  else
    append_imap_string(to, text);
}

} // namespace mox::message
