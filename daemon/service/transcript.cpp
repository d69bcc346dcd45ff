#include "service/transcript.h"

#include "log/format.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

namespace mox::service {

namespace {

constexpr std::string_view from_client = "client";
constexpr std::string_view from_server = "server";

// The size that "{12}" at the end of a line announces.
std::optional<std::size_t> literal_after(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  const auto digits = line.substr(open + 1, line.size() - open - 2);
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), size);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return size;
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

} // namespace

void Transcript::line(log::Level level, std::string_view who, std::string_view text) const {
  log_.trace(level, pkg_, "said", {{"by", who}, {"line", text}}, cid_);
}

void Transcript::data(std::string_view who, std::string_view bytes) const {
  while (log_.enabled(log::Level::tracedata, pkg_) && !bytes.empty()) {
    const auto piece = bytes.substr(0, log::text_limit / 2);
    bytes.remove_prefix(piece.size());
    log_.trace(log::Level::tracedata, pkg_, "sent", {{"by", who}, {"data", piece}}, cid_);
  }
}

void Transcript::client(std::string_view text, std::string_view secret) const {
  if (!log_.enabled(log::Level::trace, pkg_)) return;
  if (secret.empty() || log_.enabled(log::Level::traceauth, pkg_)) {
    line(secret.empty() ? log::Level::trace : log::Level::traceauth, from_client, text);
    return;
  }
  const auto open = text.substr(0, text.size() - std::min(secret.size(), text.size()));
  line(log::Level::trace, from_client, std::string(open) + "***");
}

void Transcript::client_data(std::string_view bytes) const {
  data(from_client, bytes);
}

void Transcript::server(std::string_view lines) const {
  if (!log_.enabled(log::Level::trace, pkg_)) return;
  while (!lines.empty()) {
    const auto text = take_line(lines);
    line(log::Level::trace, from_server, text);
    const auto literal = literal_after(text);
    if (!literal) continue;
    data(from_server, lines.substr(0, *literal));
    lines.remove_prefix(std::min(*literal, lines.size()));
  }
}

} // namespace mox::service
