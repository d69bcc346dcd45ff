#include "dkim/signed_header.h"

#include "dkim/canonical_header.h"
#include "dkim/digest.h"
#include "dkim/tag_list.h"

#include <cstddef>

namespace mox::dkim {

void append_own(std::string& to, const HeaderSection& header, const message::Field& own,
                Canonical form) {
  const auto text = header.text_of(own);
  const auto tags = parse_tag_list(own.body);
  const Tag* const signature = tags ? tags->find("b") : nullptr;
  const auto body = static_cast<std::size_t>(own.body.data() - text.data());
  append_unsigned(to, text, signature == nullptr ? text.size() : body + signature->begin,
                  signature == nullptr ? text.size() : body + signature->end, form);
}

std::string signed_digest(const HeaderSection& header, const message::Field& own,
                          const Signature& signature) {
  std::string canonical;
  for (const auto* field : header.select(signature.signed_names))
    append_canonical(canonical, header.text_of(*field), signature.header);
  append_own(canonical, header, own, signature.header);
  return digest(signature.algorithm->hash, canonical);
}

} // namespace mox::dkim
