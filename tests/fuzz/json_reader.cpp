// links: json text
// What is read can be written by our writer and read again; nothing goes deeper than the limit.
#include "json/parse.h"
#include "json/writer.h"
#include "text/utf8.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>

using namespace mox;

namespace {

constexpr json::Limits limits{.size = 4096, .depth = 8};

void require(bool condition) {
  if (!condition) std::abort();
}

void write(json::Writer& to, const json::Value& value, std::size_t depth) {
  require(depth <= limits.depth);
  if (const auto* object = value.if_object()) {
    to.object();
    for (const auto& member : *object) {
      to.key(member.key());
      write(to, member.value(), depth + 1);
    }
    to.end();
  } else if (const auto* array = value.if_array()) {
    to.array();
    for (const auto& element : *array) write(to, element, depth + 1);
    to.end();
  } else if (const auto* string = value.if_string()) {
    require(text::is_utf8({string->data(), string->size()}));
    to.value(std::string_view(string->data(), string->size()));
  } else if (const auto* flag = value.if_bool()) {
    to.value(*flag);
  } else if (const auto* number = value.if_int64()) {
    to.value(*number);
  } else if (const auto* large = value.if_uint64()) {
    to.value(*large);
  } else if (const auto* fraction = value.if_double()) {
    to.value(*fraction);
  } else {
    to.null();
  }
}

std::string written(const json::Value& value, std::size_t indent) {
  json::Writer to(indent);
  write(to, value, 0);
  return std::move(to).text();
}

// Boost.JSON's doubles are off by a few last bits; 1.0 is written as 1, and read as a whole number.
bool same_number(const json::Value& a, const json::Value& b) {
  if (!a.is_double()) return a == b;
  const double first = a.get_double();
  if (!std::isfinite(first)) return b.is_null();
  const double second = b.to_number<double>();
  return std::abs(first - second) <= std::abs(first) * 1e-14 + std::numeric_limits<double>::min();
}

bool same(const json::Value& a, const json::Value& b) {
  if (a.is_number()) return same_number(a, b);
  if (a.kind() != b.kind()) return false;
  if (const auto* object = a.if_object()) {
    const auto is_same = [&b](const auto& member) {
      const auto* other = b.get_object().if_contains(member.key());
      return other != nullptr && same(member.value(), *other);
    };
    return object->size() == b.get_object().size() && std::ranges::all_of(*object, is_same);
  }
  if (const auto* array = a.if_array()) return std::ranges::equal(*array, b.get_array(), same);
  return a == b;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  const auto value = json::parse(bytes, limits);
  if (!value) return 0;
  require(bytes.size() <= limits.size);
  for (const std::size_t indent : {0UZ, 2UZ}) {
    const auto again = json::parse(written(*value, indent));
    require(again.has_value());
    require(same(*value, *again));
  }
  return 0;
}
