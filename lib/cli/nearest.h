// Finds what the user may have meant. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mox::cli {

// The candidate nearest to `word`; empty when none is near enough to be worth naming.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// "; did you mean "…"?", or nothing for an empty candidate: the end of an error's sentence.
std::string did_you_mean(std::string_view candidate);

} // namespace mox::cli
