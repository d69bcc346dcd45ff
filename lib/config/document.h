// What is said about a configuration file as a whole, for descriptions and manual pages. Pure.
#pragma once

#include "config/field.h"

#include <span>
#include <string_view>

namespace mox::config {

struct Document {
  std::string_view name;    // "mox.toml"
  std::string_view summary; // without a full stop
  std::string_view text;    // paragraphs separated by an empty line
  const Structure* fields = nullptr;
};

extern const Document static_document;
extern const Document domains_document;
extern const Document sendmail_document;

// All of them.
std::span<const Document* const> documents();

} // namespace mox::config
