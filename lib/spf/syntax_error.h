// Where and why a record of SPF, or a part of it, breaks the grammar. Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <utility>

namespace mox::spf {

struct SyntaxError {
  std::size_t position = 0; // in bytes from the beginning of the text
  std::string term;         // the one that it is in; empty outside of any, and for macros alone
  std::string text;         // "no such mechanism"

  bool operator==(const SyntaxError&) const = default;
};

template <class T> using Parsed = std::expected<T, SyntaxError>;

[[nodiscard]] inline std::unexpected<SyntaxError> syntax_error(std::size_t position,
                                                               std::string text) {
  return std::unexpected(SyntaxError{.position = position, .term = {}, .text = std::move(text)});
}

} // namespace mox::spf
