// What the commands of DKIM and ARC have in common.
#pragma once

#include "cli/invocation.h"
#include "dkim/signer.h"
#include "resolving.h"
#include "result/result.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::cmd {

constexpr std::chrono::minutes lookup_time{1};

// --now SECONDS, or the time.
std::chrono::sys_seconds time_of(const cli::Invocation& invocation);

// The domain or selector that an option or argument names.
Result<dns::Name> name_of(std::string_view what, std::string_view text);

// --key, --selector and --domain, which stand together.
struct NamedKey {
  dns::Name domain;
  dns::Name selector;
  dkim::PrivateKey key;
};

// What is wrong with them, if anything: one is given without the others.
std::optional<std::string_view> check_named_key(const cli::Invocation& invocation);
// Nothing when none of the three is given.
Result<std::optional<NamedKey>> named_key(const cli::Invocation& invocation);

// "From:To", or with commas.
std::vector<std::string> header_names(std::string_view text);

} // namespace mox::cmd
