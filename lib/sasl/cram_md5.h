// CRAM-MD5 (RFC 2195): what is kept of a password, and the digest of a challenge. Pure.
#pragma once

#include "sasl/md5.h"

#include <optional>
#include <string>
#include <string_view>

namespace mox::sasl {

// The states of HMAC-MD5 (RFC 2104 section 4) when the key has gone through: enough to check a
// digest, or to make one, but the password cannot be read from it.
struct CramMd5Verifier {
  Md5State inner{};
  Md5State outer{};
};

// `password` is prepared (prepare_password).
CramMd5Verifier make_cram_md5_verifier(std::string_view password);

// 32 digits, lower case.
std::string cram_md5_digest(const CramMd5Verifier& verifier, std::string_view challenge);

// "CRAM-MD5$" and both states, inner and outer, in base64, with a colon between. Nothing when it is
// malformed.
std::optional<CramMd5Verifier> parse_cram_md5_verifier(std::string_view text);
std::string to_string(const CramMd5Verifier& verifier);

} // namespace mox::sasl
