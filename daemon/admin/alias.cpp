// Aliases: addresses that stand for several others.
#include "admin/families.h"
#include "admin/find.h"
#include "admin/values.h"
#include "json/writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace mox::admin {

namespace {

constexpr std::string_view flags[] = {"post-public", "list-members", "allow-msg-from"};

toml::Path path_of(const FoundAlias& alias) {
  return {"domains", alias.domain, "aliases", alias.localpart};
}

std::vector<std::string> members_of(const config::Alias& alias) {
  std::vector<std::string> all;
  for (const auto& address : alias.addresses) all.push_back(address::to_unicode(address));
  return all;
}

Result<std::vector<std::string>> addresses(std::span<const std::string> texts) {
  std::vector<std::string> all;
  for (const auto& text : texts) {
    MOX_TRY_ASSIGN(address, parse_address(text));
    all.push_back(address::to_unicode(address));
  }
  return all;
}

Result<> set_members(Place& place, const FoundAlias& alias,
                     const std::vector<std::string>& members) {
  auto path = path_of(alias);
  path.emplace_back("addresses");
  return place.configuration.change(
      [&](toml::Editor& editor) { return editor.set(path, list_value(members)); });
}

} // namespace

Result<std::string> alias_list(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(domain, find_domain(place, given[0]));
  MOX_TRY_ASSIGN(name, dns::parse_name(domain));
  const auto domains = place.configuration.domains();
  std::string text;
  json::Writer writer;
  writer.array();
  for (const auto& [localpart, alias] : domains->domains.at(name).aliases) {
    const auto address = fmt::format("{}@{}", localpart, domain);
    text += address + "\n";
    writer.value(address);
  }
  writer.end();
  return given.given("--json") ? std::move(writer).text() + "\n" : text;
}

Result<std::string> alias_print(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(alias, existing_alias(place, given[0]));
  const auto& settings = *alias.settings;
  const auto members = members_of(settings);
  if (given.given("--json")) {
    json::Writer writer;
    writer.object();
    writer.member("postpublic", settings.post_public);
    writer.member("listmembers", settings.list_members);
    writer.member("allowmsgfrom", settings.allow_msg_from);
    writer.key("members").array();
    for (const auto& member : members) writer.value(member);
    writer.end().end();
    return std::move(writer).text() + "\n";
  }
  auto text = fmt::format("# postpublic {}\n# listmembers {}\n# allowmsgfrom {}\n# members:\n",
                          settings.post_public, settings.list_members, settings.allow_msg_from);
  for (const auto& member : members) text += member + "\n";
  return text;
}

Result<std::string> alias_add(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(alias, find_alias(place, given[0]));
  if (alias.settings != nullptr)
    return failure(ErrorKind::exists,
                   fmt::format("{}@{} is an alias already", alias.localpart, alias.domain));
  MOX_TRY_ASSIGN(members, addresses(given.from(1)));
  MOX_TRY(place.configuration.change([&](toml::Editor& editor) {
    toml::Table table;
    add_member(table, "addresses", list_value(members));
    add_member(table, "post-public", flag_value(true));
    return editor.add_table(path_of(alias), table);
  }));
  return std::string();
}

Result<std::string> alias_update(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(alias, existing_alias(place, given[0]));
  const auto option_of = [](std::string_view flag) {
    std::string option = "--";
    std::ranges::copy_if(flag, std::back_inserter(option), [](char c) { return c != '-'; });
    return option;
  };
  for (const auto flag : flags) {
    const auto option = option_of(flag);
    const auto value = given.value(option);
    if (!value.empty() && value != "true" && value != "false")
      return failure(ErrorKind::invalid,
                     fmt::format("{} is true or false, not {:?}", option, value));
  }
  MOX_TRY(
      place.configuration.change([&](toml::Editor& editor) -> std::expected<void, toml::Problem> {
        for (const auto flag : flags) {
          const auto value = given.value(option_of(flag));
          if (value.empty()) continue;
          auto path = path_of(alias);
          path.emplace_back(flag);
          if (auto set = editor.set(path, flag_value(value == "true")); !set) return set;
        }
        return {};
      }));
  return std::string();
}

Result<std::string> alias_rm(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(alias, existing_alias(place, given[0]));
  MOX_TRY(place.configuration.change(
      [&](toml::Editor& editor) { return editor.remove(path_of(alias)); }));
  return std::string();
}

Result<std::string> alias_add_addresses(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(alias, existing_alias(place, given[0]));
  MOX_TRY_ASSIGN(more, addresses(given.from(1)));
  auto members = members_of(*alias.settings);
  members.insert(members.end(), more.begin(), more.end());
  MOX_TRY(set_members(place, alias, members));
  return std::string();
}

Result<std::string> alias_rm_addresses(Place& place, const Parameters& given, std::string_view) {
  MOX_TRY_ASSIGN(alias, existing_alias(place, given[0]));
  MOX_TRY_ASSIGN(gone, addresses(given.from(1)));
  auto members = members_of(*alias.settings);
  for (const auto& address : gone)
    if (std::erase(members, address) == 0)
      return failure(ErrorKind::not_found, fmt::format("{} is not a member", address));
  MOX_TRY(set_members(place, alias, members));
  return std::string();
}

} // namespace mox::admin
