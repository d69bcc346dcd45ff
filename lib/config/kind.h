// What the value of a field can be: how one is read and what is allowed. Pure.
#pragma once

#include "address/address.h"
#include "dns/name.h"
#include "net/endpoint.h"
#include "text/secret.h"
#include "toml/document.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace mox::config {

// One of a list of words.
struct Choice {
  std::size_t index = 0;
  std::string_view word; // of the list
};

// What was read of one value.
using Scalar =
    std::variant<std::string, std::int64_t, double, bool, std::chrono::milliseconds, Choice,
                 std::filesystem::path, dns::Name, address::Address, net::Address, text::Secret>;

struct Kind {
  // The value, or what is wrong with it as the end of a sentence that begins with the value; ""
  // when that it is not allowed() says enough. `folder` is where relative paths begin.
  using Read = std::expected<Scalar, std::string> (*)(const Kind& kind, const toml::Value& value,
                                                      const std::filesystem::path& folder);

  std::string_view word;         // "domain", for descriptions
  std::string_view allowed = {}; // "a domain name, as in \"example.org\""; see allowed()
  Read read = nullptr;
  std::int64_t least = 0; // of whole numbers and sizes
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::span<const std::string_view> choices = {};
  bool secret = false; // not to be shown
};

// "a port from 1 to 65535": what is allowed, for errors and descriptions.
std::string allowed(const Kind& kind);

// A value for people, shortened: `"loud"`, `25`, `a list`. Those of secrets are not shown.
std::string shown(const Kind& kind, const toml::Value& value);

} // namespace mox::config
