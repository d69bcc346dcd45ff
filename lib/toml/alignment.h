// How one array becomes another: which elements stay, change, come and go. Pure.
#pragma once

#include "toml/document.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace mox::toml {

// One element: in both arrays, in the one before only (it goes), or in the one after only (it
// comes).
struct Step {
  std::optional<std::size_t> before;
  std::optional<std::size_t> after;
  bool stays = false; // is in both, and the same
};

// In the order of both arrays.
std::vector<Step> align(const Array& before, const Array& after);

} // namespace mox::toml
