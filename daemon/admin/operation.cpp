#include "admin/operation.h"

#include "admin/families.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace mox::admin {

namespace {

constexpr std::size_t many = std::numeric_limits<std::size_t>::max();
constexpr std::size_t password_size = 1025; // with a line end
constexpr std::size_t certificate_size = 64U << 10U;

constexpr Operation all[] = {
    {.words = "setaccountpassword",
     .least = 1,
     .most = 1,
     .input = password_size,
     .perform = set_account_password},
    {.words = "config account list", .perform = account_list},
    {.words = "config account addresses", .least = 1, .most = 1, .perform = account_addresses},
    {.words = "config account add", .least = 2, .most = 2, .perform = account_add},
    {.words = "config account rm", .least = 1, .most = 1, .perform = account_rm},
    {.words = "config account disable", .least = 2, .most = 2, .perform = account_disable},
    {.words = "config account enable", .least = 1, .most = 1, .perform = account_enable},
    {.words = "config account logins", .most = 1, .perform = account_logins},
    {.words = "config address add", .least = 2, .most = 2, .perform = address_add},
    {.words = "config address rm", .least = 1, .most = 1, .perform = address_rm},
    {.words = "config address account", .least = 1, .most = 1, .perform = address_account},
    {.words = "config domain add", .least = 2, .most = 3, .perform = domain_add},
    {.words = "config domain rm", .least = 1, .most = 1, .perform = domain_rm},
    {.words = "config domain disable", .least = 1, .most = 1, .perform = domain_disable},
    {.words = "config domain enable", .least = 1, .most = 1, .perform = domain_enable},
    {.words = "config alias list", .least = 1, .most = 1, .perform = alias_list},
    {.words = "config alias print", .least = 1, .most = 1, .perform = alias_print},
    {.words = "config alias add", .least = 2, .most = many, .perform = alias_add},
    {.words = "config alias update", .least = 1, .most = 1, .perform = alias_update},
    {.words = "config alias rm", .least = 1, .most = 1, .perform = alias_rm},
    {.words = "config alias addaddr", .least = 2, .most = many, .perform = alias_add_addresses},
    {.words = "config alias rmaddr", .least = 2, .most = many, .perform = alias_rm_addresses},
    {.words = "config password add", .least = 2, .most = 2, .perform = password_add},
    {.words = "config password list", .least = 1, .most = 1, .perform = password_list},
    {.words = "config password rm", .least = 2, .most = 2, .perform = password_rm},
    {.words = "config tlspubkey list", .most = 1, .perform = key_list},
    {.words = "config tlspubkey get", .least = 1, .most = 1, .perform = key_get},
    {.words = "config tlspubkey add",
     .least = 1,
     .most = 2,
     .input = certificate_size,
     .perform = key_add},
    {.words = "config tlspubkey rm", .least = 1, .most = 1, .perform = key_rm},
    {.words = "loglevels", .most = 2, .perform = log_levels},
};

// "2", "1 to 2", "2 or more", "no".
std::string counts(const Operation& operation) {
  if (operation.most == 0) return "no";
  if (operation.most == many) return fmt::format("{} or more", operation.least);
  if (operation.most == operation.least) return fmt::format("{}", operation.least);
  return fmt::format("{} to {}", operation.least, operation.most);
}

} // namespace

Parameters::Parameters(std::span<const std::string> given) {
  for (const auto& one : given) (one.starts_with("--") ? options_ : arguments_).push_back(one);
}

bool Parameters::given(std::string_view option) const {
  return std::ranges::any_of(options_, [&](std::string_view one) {
    return one == option || (one.starts_with(option) && one.substr(option.size()).starts_with('='));
  });
}

std::string_view Parameters::value(std::string_view option) const {
  for (const std::string_view one : options_)
    if (one.starts_with(option) && one.substr(option.size()).starts_with('='))
      return one.substr(option.size() + 1);
  return {};
}

std::span<const Operation> operations() {
  return all;
}

const Operation* find_operation(std::string_view words) {
  const auto found = std::ranges::find(all, words, &Operation::words);
  return found == std::end(all) ? nullptr : found;
}

Result<std::string> perform(Place& place, const Operation& operation,
                            std::span<const std::string> parameters, std::string_view input) {
  const Parameters split(parameters);
  if (split.count() < operation.least || split.count() > operation.most)
    return failure(ErrorKind::invalid, fmt::format("{} takes {} arguments, not {}", operation.words,
                                                   counts(operation), split.count()));
  return operation.perform(place, split, input);
}

} // namespace mox::admin
