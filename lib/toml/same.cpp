#include "toml/same.h"

#include <algorithm>
#include <cmath>

namespace mox::toml {

namespace {

bool same_data(const std::string& a, const std::string& b) {
  return a == b;
}

bool same_data(std::int64_t a, std::int64_t b) {
  return a == b;
}

bool same_data(bool a, bool b) {
  return a == b;
}

bool same_data(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

bool same_data(Moment, Moment) {
  return true;
}

bool same_data(const Array& a, const Array& b) {
  return std::ranges::equal(a, b, [](const Value& x, const Value& y) { return same(x, y); });
}

bool same_data(const Table& a, const Table& b) {
  return same(a, b);
}

bool same_member(const Member& a, const Member& b) {
  return a.key == b.key && same(a.value, b.value);
}

std::vector<const Member*> by_key(const Table& table) {
  std::vector<const Member*> members;
  members.reserve(table.members.size());
  for (const auto& member : table.members) members.push_back(&member);
  std::ranges::sort(members, {},
                    [](const Member* member) { return std::string_view(member->key); });
  return members;
}

} // namespace

bool same(const Value& a, const Value& b) {
  if (a.data.index() != b.data.index()) return false;
  return std::visit(
      [&b](const auto& data) {
        return same_data(data, std::get<std::decay_t<decltype(data)>>(b.data));
      },
      a.data);
}

bool same(const Table& a, const Table& b) {
  if (a.members.size() != b.members.size()) return false;
  if (std::ranges::equal(a.members, b.members, {}, &Member::key, &Member::key))
    return std::ranges::equal(a.members, b.members, same_member);
  return std::ranges::equal(by_key(a), by_key(b),
                            [](const Member* x, const Member* y) { return same_member(*x, *y); });
}

} // namespace mox::toml
