#include "smtpserver/submitted_header.h"

#include "message/address_list.h"
#include "message/field.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace mox::smtpserver {

namespace {

using message::Field;
using message::ListEntry;

std::unexpected<Failure> no_header(std::string text) {
  return fail(554, 6, 0, std::move(text));
}

const ListEntry* only_mailbox(const message::AddressList& list) {
  if (list.entries.size() != 1) return nullptr;
  const auto& entry = list.entries.front();
  const bool plain = entry.kind == ListEntry::Kind::mailbox && entry.route.empty();
  return plain && !entry.localpart.empty() ? &entry : nullptr;
}

// A name alone, "root (Cron Daemon)", which the parser takes for malformed. No other reader of the
// text may find another address in it.
bool is_bare(const ListEntry& entry, std::string_view body) {
  return entry.domain.empty() && !body.contains('@') && std::ranges::count(body, '<') <= 1;
}

// The one address of the field. Where the parser had to guess, another program would see another.
std::expected<smtp::Path, Failure> address_in(const Field& field, const dns::Name& hostname) {
  const auto list = message::parse_address_list(field.body);
  if (const auto* entry = only_mailbox(list)) {
    if (!list.malformed && !entry->domain.empty())
      return smtp::Path{entry->localpart, entry->domain};
    if (!hostname.empty() && is_bare(*entry, field.body))
      return smtp::Path{entry->localpart, hostname.ascii()};
  }
  return fail(550, 6, 0, fmt::format("the field {} must have one address", field.name));
}

class HeaderReader {
public:
  explicit HeaderReader(const dns::Name& hostname) : hostname_(hostname) {}

  Outcome read(const Field& field) {
    if (text::iequals(field.name, "From")) return read_address(field, header_.from);
    if (text::iequals(field.name, "Sender")) return read_address(field, header_.sender);
    if (text::iequals(field.name, "Date")) header_.has_date = true;
    if (text::iequals(field.name, "Message-ID")) header_.has_message_id = true;
    return {};
  }

  SubmittedHeader take() && { return std::move(header_); }

private:
  Outcome read_address(const Field& field, std::optional<smtp::Path>& into) const {
    if (into) return fail(550, 6, 0, fmt::format("a message may have one field {}", field.name));
    auto address = address_in(field, hostname_);
    if (!address) return std::unexpected(std::move(address).error());
    into = *std::move(address);
    return {};
  }

  const dns::Name& hostname_;
  SubmittedHeader header_;
};

} // namespace

std::expected<SubmittedHeader, Failure> read_submitted_header(const message::Message& message,
                                                              const dns::Name& hostname) {
  const std::string_view text = message.header;
  // It would go on with the last field that is put before it.
  if (!text.empty() && text::is_wsp(text.front()))
    return no_header("the message begins with white space instead of a header field");
  if (text.size() < message.structure.root().body_begin)
    return fail(552, 3, 4, fmt::format("the header may have {} bytes", message::max_header_size));
  HeaderReader reader(hostname);
  message::FieldReader fields(text);
  bool malformed = false;
  while (const auto field = fields.next()) {
    malformed = malformed || field->name.empty();
    if (auto read = reader.read(*field); !read) return std::unexpected(std::move(read).error());
  }
  const bool has_end = fields.offset() < text.size();
  if (malformed && !has_end)
    return no_header("no empty line stands between the message's header and its text");
  return std::move(reader).take();
}

} // namespace mox::smtpserver
