#include "arc/seal_text.h"

#include "dkim/canonical_header.h"
#include "dkim/signed_header.h"

namespace mox::arc {

namespace {

void append(std::string& to, const dkim::HeaderSection& header, const message::Field& field) {
  dkim::append_canonical(to, header.text_of(field), dkim::Canonical::relaxed);
}

} // namespace

void append_set(std::string& to, const dkim::HeaderSection& header, const Set& set) {
  append(to, header, *set.results);
  append(to, header, *set.message_signature);
  append(to, header, *set.seal);
}

void append_last_set(std::string& to, const dkim::HeaderSection& header, const Set& set) {
  append(to, header, *set.results);
  append(to, header, *set.message_signature);
  dkim::append_own(to, header, *set.seal, set.sealed.signature);
}

} // namespace mox::arc
