#include "control/failure.h"

#include "text/utf8.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mox::control {

namespace {

using enum ErrorKind;

constexpr std::array words{
    std::pair<ErrorKind, std::string_view>{invalid, "invalid"},
    std::pair<ErrorKind, std::string_view>{not_found, "not-found"},
    std::pair<ErrorKind, std::string_view>{exists, "exists"},
    std::pair<ErrorKind, std::string_view>{refused, "refused"},
    std::pair<ErrorKind, std::string_view>{full, "full"},
    std::pair<ErrorKind, std::string_view>{temporary, "temporary"},
    std::pair<ErrorKind, std::string_view>{timeout, "timeout"},
    std::pair<ErrorKind, std::string_view>{closed, "closed"},
    std::pair<ErrorKind, std::string_view>{io, "io"},
    std::pair<ErrorKind, std::string_view>{corrupt, "corrupt"},
    std::pair<ErrorKind, std::string_view>{unsupported, "unsupported"},
};

std::string_view word_of(ErrorKind kind) {
  const auto* const found = std::ranges::find(words, kind, &decltype(words)::value_type::first);
  return found == words.end() ? "io" : found->second;
}

ErrorKind kind_of(std::string_view word) {
  const auto* const found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  return found == words.end() ? io : found->first;
}

std::string one_line(std::string_view text) {
  auto line = text::repair_utf8(text);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::ranges::replace_if(line, is_control, ' ');
  return line;
}

} // namespace

std::string print_failure(const Error& error) {
  auto payload = std::string(word_of(error.kind)) + " " + one_line(error.text);
  payload.resize(text::cut_utf8(payload, max_failure).size());
  return payload;
}

Error parse_failure(std::string_view payload) {
  const auto space = std::min(payload.find(' '), payload.size());
  const auto text = payload.substr(std::min(space + 1, payload.size()));
  return Error{kind_of(payload.substr(0, space)), one_line(text)};
}

} // namespace mox::control
