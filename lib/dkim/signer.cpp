#include "dkim/signer.h"

#include "address/address.h"
#include "dkim/canonical_header.h"
#include "dkim/digest.h"
#include "dkim/field_writer.h"
#include "message/address_list.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mox::dkim {

namespace {

// dkim-quoted-printable (RFC 6376 section 2.11): safe are %x21-3A / %x3C / %x3E-7E.
std::string encode_quoted(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (text::is_printable(c) && c != ' ' && c != ';' && c != '=')
      encoded += c;
    else
      encoded += fmt::format("={}", text::upper(text::hex_encode(std::string_view(&c, 1))));
  }
  return encoded;
}

} // namespace

std::vector<std::string> usual_signed_names() {
  return {"From",        "To",      "Cc",   "Bcc",        "Reply-To",    "References",
          "In-Reply-To", "Subject", "Date", "Message-Id", "Content-Type"};
}

std::optional<Identity> from_identity(const HeaderSection& header) {
  const auto numbers = header.all("From");
  if (numbers.size() != 1) return std::nullopt;
  const auto list = message::parse_address_list(header.fields()[numbers.front()].body);
  if (list.entries.size() != 1) return std::nullopt;
  const auto& entry = list.entries.front();
  auto domain = dns::parse_name(entry.domain, {.underscore = true});
  if (entry.kind != message::ListEntry::Kind::mailbox || !domain) return std::nullopt;
  return Identity{.localpart = address::to_string(address::Localpart{entry.localpart}),
                  .domain = *std::move(domain)};
}

Signer::Signer(std::vector<Signing> signings, std::chrono::sys_seconds now,
               std::optional<Identity> identity)
    : now_(now), identity_(std::move(identity)) {
  for (auto& signing : signings) {
    const auto number =
        body_hashes_.want({.form = signing.body, .hash = signing.hash, .length = std::nullopt});
    plans_.push_back({.signing = std::move(signing), .body_hash = number});
  }
}

void Signer::feed(std::string_view chunk) {
  const auto body = reader_.feed(chunk);
  if (reader_.header_is_complete()) body_hashes_.feed(body);
}

Result<std::string> Signer::finish() {
  reader_.finish();
  body_hashes_.finish();
  const HeaderSection header(reader_.header());
  if (reader_.header_is_too_large())
    return failure(ErrorKind::invalid, fmt::format("the header section has more than {} bytes",
                                                   MessageReader::header_limit));
  if (header.is_malformed())
    return failure(ErrorKind::invalid, "the header section has a line that is no header field");
  if (const auto count = header.count("From"); count != 1)
    return failure(ErrorKind::invalid,
                   fmt::format("the message has {} From headers, and must have one", count));
  if (!identity_) identity_ = from_identity(header);
  std::string fields;
  for (const auto& plan : plans_) {
    MOX_TRY_ASSIGN(field, sign(plan, header));
    fields += field;
  }
  return fields;
}

// RFC 6376 section 5.4.2: a name that stands more often than the field signs that there are no
// more.
std::vector<std::string> Signer::names_to_sign(const Signing& signing,
                                               const HeaderSection& header) {
  std::vector<std::string> names;
  for (const auto& name : signing.signed_names) {
    const bool again =
        std::ranges::any_of(names, [&](const auto& other) { return text::iequals(name, other); });
    if (again) continue;
    names.insert(names.end(), header.count(name) + (signing.seal ? 1 : 0), name);
  }
  return names;
}

// The order of tags is that of the RFC's examples, more or less; any order is right.
Result<std::string> Signer::sign(const Plan& plan, const HeaderSection& header) const {
  const auto& signing = plan.signing;
  const auto names = names_to_sign(signing, header);
  if (std::ranges::none_of(names, [](const auto& name) { return text::iequals(name, "From"); }))
    return failure(ErrorKind::invalid,
                   fmt::format("selector {}: From must be signed", signing.selector.ascii()));
  FieldWriter field("DKIM-Signature");
  field.tag("v", "1").tag("d", signing.domain.ascii()).tag("s", signing.selector.ascii());
  if (identity_ && identity_->domain.is_same_or_below(signing.domain))
    field.tag("i",
              fmt::format("{}@{}", encode_quoted(identity_->localpart), identity_->domain.ascii()));
  field.tag("a", to_string(Algorithm{signing.key.type(), signing.hash}));
  if (signing.header != Canonical::simple || signing.body != Canonical::simple)
    field.tag("c", fmt::format("{}/{}", to_string(signing.header), to_string(signing.body)));
  const auto now = now_.time_since_epoch().count();
  field.tag("t", std::to_string(now));
  if (signing.expiration) field.tag("x", std::to_string(now + signing.expiration->count()));
  field.list("h", names, true);
  field.tag("bh", text::base64_encode(body_hashes_.result(plan.body_hash).digest));
  field.signature();

  std::string canonical;
  for (const auto* selected : header.select(names))
    append_canonical(canonical, header.text_of(*selected), signing.header);
  append_canonical(canonical, field.text(), signing.header);
  canonical.resize(canonical.size() - 2); // its own field is signed without its line end
  MOX_TRY_ASSIGN(signature, signing.key.sign(signing.hash, digest(signing.hash, canonical)));
  return std::move(field).signed_with(signature);
}

} // namespace mox::dkim
