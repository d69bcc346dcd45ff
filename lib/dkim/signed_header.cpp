#include "dkim/signed_header.h"

#include "dkim/canonical_header.h"
#include "dkim/digest.h"

#include <cstddef>

namespace mox::dkim {

void append_own(std::string& to, const HeaderSection& header, const message::Field& own,
                const Signature& signature) {
  const auto text = header.text_of(own);
  const auto body = static_cast<std::size_t>(own.body.data() - text.data());
  append_unsigned(to, text, body + signature.signature_begin, body + signature.signature_end,
                  signature.header);
}

std::string signed_digest(const HeaderSection& header, const message::Field& own,
                          const Signature& signature) {
  std::string canonical;
  canonical.reserve(4096);
  for (const auto* field : header.select(signature.signed_names))
    append_canonical(canonical, header.text_of(*field), signature.header);
  append_own(canonical, header, own, signature);
  return digest(signature.algorithm->hash, canonical);
}

} // namespace mox::dkim
