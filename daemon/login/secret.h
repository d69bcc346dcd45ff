// The verifiers of one password as they stand together in a credential of the store. Pure.
#pragma once

#include "sasl/mechanism.h"
#include "sasl/verifiers.h"

#include <optional>
#include <string>
#include <string_view>

namespace mox::login {

// One on each line.
std::string to_secret(const sasl::Verifiers& verifiers);

// Views into `secret`; nothing when it has none of the kind.
std::optional<std::string_view> password_verifier(std::string_view secret);
std::optional<std::string_view> verifier_of(std::string_view secret, sasl::VerifierKind kind);

} // namespace mox::login
