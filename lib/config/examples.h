// Pieces of configuration to begin with, as people use them. Pure.
#pragma once

#include "config/document.h"

#include <span>
#include <string_view>

namespace mox::config {

// Those that are called as a file is, without ".toml", are whole files. The others are tables to be
// added to the whole one for the same file.
struct Example {
  std::string_view name;              // "alias"
  std::string_view summary;           // without a full stop
  const Document* document = nullptr; // the file that it is for
  std::string_view text;              // TOML
};

std::span<const Example> examples();

// Null when there is none.
const Example* find_example(std::string_view name);

} // namespace mox::config
