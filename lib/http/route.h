// Which function answers a method and a path: tables of patterns such as "/messages/{id}/raw".
// Pure.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mox::http {

template <class Target> struct Route {
  std::string_view method;  // GET answers HEAD too
  std::string_view pattern; // "{…}" stands for one segment, not empty
  Target target;
};

template <class Target> struct Routed {
  Target target;
  std::vector<std::string> segments; // those that "{…}" stands for, decoded
};

// Why there is no target.
struct Unrouted {
  std::string allow; // the methods that the path has, for the field Allow; empty: no such path
};

// The segments of `path` that stand where `pattern` has "{…}", percent-decoded; nothing when the
// path does not fit or is not encoded right.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

// The first that fits. `path` as in the request, without its query.
template <class Target>
std::expected<Routed<Target>, Unrouted> find_route(std::span<const Route<Target>> routes,
                                                   std::string_view method, std::string_view path) {
  Unrouted unrouted;
  for (const auto& route : routes) {
    auto segments = match_path(route.pattern, path);
    if (!segments) continue;
    const bool head = method == "HEAD" && route.method == "GET";
    if (head || method == route.method) return Routed<Target>{route.target, *std::move(segments)};
    if (!unrouted.allow.empty()) unrouted.allow += ", ";
    unrouted.allow += route.method;
    if (route.method == "GET") unrouted.allow += ", HEAD";
  }
  return std::unexpected(std::move(unrouted));
}

} // namespace mox::http
