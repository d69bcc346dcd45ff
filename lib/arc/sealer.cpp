#include "arc/sealer.h"

#include "arc/seal_text.h"
#include "dkim/canonical_header.h"
#include "dkim/digest.h"
#include "dkim/field_writer.h"
#include "dkim/header_section.h"
#include "text/ascii.h"
#include "text/base64.h"

#include <fmt/format.h>

#include <utility>

namespace mox::arc {

namespace {

using dkim::Canonical;
using dkim::Hash;

} // namespace

std::vector<std::string> usual_signed_names() {
  return {"from",       "to",           "cc",           "subject",
          "date",       "message-id",   "reply-to",     "in-reply-to",
          "references", "mime-version", "content-type", "dkim-signature"};
}

Sealer::Sealer(Sealing sealing)
    : sealing_(std::move(sealing)),
      body_hash_(body_hashes_.want(
          {.form = Canonical::relaxed, .hash = Hash::sha256, .length = std::nullopt})) {}

void Sealer::feed(std::string_view chunk) {
  const auto body = reader_.feed(chunk);
  if (reader_.header_is_complete()) body_hashes_.feed(body);
}

Result<std::string> Sealer::finish(Chain chain, std::string_view results) {
  reader_.finish();
  body_hashes_.finish();
  if (reader_.header_is_too_large())
    return failure(ErrorKind::invalid, fmt::format("the header section has more than {} bytes",
                                                   dkim::MessageReader::header_limit));
  const dkim::HeaderSection header(reader_.header());
  if (header.is_malformed())
    return failure(ErrorKind::invalid, "the header section has a line that is no header field");
  const auto sets = collect(header);
  // RFC 8617 section 5.1: a chain that is known to have failed stays as it is.
  const bool failed = !sets.sets.empty() && sets.sets.back().sealed.chain == Chain::fail;
  if (failed || sets.highest == instance_limit) return std::string();
  const auto instance = sets.highest + 1;
  auto fields = fmt::format("{}: i={}; {}\r\n", results_name, instance, text::trim(results));
  MOX_TRY_ASSIGN(message_signature, sign_message(instance, header));
  fields.insert(0, message_signature);
  MOX_TRY_ASSIGN(seal_field, seal(instance, chain, fields, header, sets));
  return seal_field + fields;
}

// Tags stand in the order of the alphabet.
Result<std::string> Sealer::sign_message(unsigned instance,
                                         const dkim::HeaderSection& header) const {
  const dkim::Algorithm algorithm{sealing_.key.type(), Hash::sha256};
  dkim::FieldWriter field(message_signature_name);
  field.tag("a", to_string(algorithm))
      .signature()
      .tag("bh", text::base64_encode(body_hashes_.result(body_hash_).digest))
      .tag("c", "relaxed/relaxed")
      .tag("d", sealing_.domain.ascii())
      .list("h", sealing_.signed_names, false)
      .tag("i", std::to_string(instance))
      .tag("s", sealing_.selector.ascii())
      .tag("t", std::to_string(sealing_.now.time_since_epoch().count()));
  std::string text;
  for (const auto* selected : header.select(sealing_.signed_names))
    dkim::append_canonical(text, header.text_of(*selected), Canonical::relaxed);
  dkim::append_canonical(text, field.text(), Canonical::relaxed);
  text.resize(text.size() - 2); // its own field is signed without its line end
  MOX_TRY_ASSIGN(signature, sealing_.key.sign(Hash::sha256, dkim::digest(Hash::sha256, text)));
  return std::move(field).signed_with(signature);
}

// `own` has the other two fields of the set: the message's signature, then the results.
Result<std::string> Sealer::seal(unsigned instance, Chain chain, const std::string& own,
                                 const dkim::HeaderSection& header, const Sets& sets) const {
  dkim::FieldWriter field(seal_name);
  field.tag("a", to_string(dkim::Algorithm{sealing_.key.type(), Hash::sha256}))
      .signature()
      .tag("cv", to_string(chain))
      .tag("d", sealing_.domain.ascii())
      .tag("i", std::to_string(instance))
      .tag("s", sealing_.selector.ascii())
      .tag("t", std::to_string(sealing_.now.time_since_epoch().count()));
  std::string text;
  // RFC 8617 section 5.1.2: who fails a chain seals his own set alone.
  if (chain == Chain::pass)
    for (const auto& set : sets.sets) append_set(text, header, set);
  const dkim::HeaderSection fields(own);
  for (const auto name : {results_name, message_signature_name})
    dkim::append_canonical(text, fields.text_of(fields.fields()[fields.all(name).front()]),
                           Canonical::relaxed);
  dkim::append_canonical(text, field.text(), Canonical::relaxed);
  text.resize(text.size() - 2); // its own field is signed without its line end
  MOX_TRY_ASSIGN(signature, sealing_.key.sign(Hash::sha256, dkim::digest(Hash::sha256, text)));
  return std::move(field).signed_with(signature);
}

} // namespace mox::arc
