// links: http
//
// Queries, paths and hosts from strangers: what is taken is text within its limits, and stays the
// same when it is written out and read again.
#include "http/host.h"
#include "http/query.h"
#include "http/route.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

std::string encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += digits[byte >> 4U];
    encoded += digits[byte & 15U];
  }
  return encoded;
}

void check_query(std::string_view text) {
  const auto fields = http::parse_query(text);
  if (!fields) return;
  if (fields->size() > http::max_query_fields) std::abort();
  std::string again;
  for (const auto& field : *fields) again += encode(field.name) + "=" + encode(field.value) + "&";
  const auto read = http::parse_query(again);
  if (!read || read->size() != fields->size()) std::abort();
  for (std::size_t i = 0; i < read->size(); ++i)
    if ((*read)[i].name != (*fields)[i].name || (*read)[i].value != (*fields)[i].value)
      std::abort();
}

void check_path(std::string_view text) {
  const auto segments = http::match_path("/a/{one}/{two}", text);
  if (!segments) return;
  if (segments->size() != 2 || segments->front().empty() || segments->back().empty()) std::abort();
  const auto again = "/a/" + encode(segments->front()) + "/" + encode(segments->back());
  if (http::match_path("/a/{one}/{two}", again) != segments) std::abort();
}

void check_host(std::string_view text) {
  const auto name = http::host_name(text);
  if (!name) return;
  if (name->find_first_of(" \"<>&/@\r\n") != std::string::npos) std::abort();
  // The same with a port.
  const bool has_port = text.ends_with(']') ? false : text.rfind(':') != std::string_view::npos;
  if (!has_port && http::host_name(std::string(text) + ":80") != name) std::abort();
  if (http::is_safe_host(*name) && name->ends_with(".example")) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  check_query(text);
  check_path(text);
  check_host(text);
  return 0;
}
