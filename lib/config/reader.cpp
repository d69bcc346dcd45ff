#include "config/reader.h"

#include "cli/nearest.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <optional>
#include <ranges>
#include <string>
#include <utility>
#include <vector>

namespace mox::config {

namespace {

// Longer names are not compared with those that are known.
constexpr std::size_t name_limit = 64;

std::string without_hyphens(std::string_view name) {
  std::string result;
  for (const char c : name)
    if (c != '-' && c != '_') result += text::lower(c);
  return result;
}

// The field that was probably meant, which may be written as in the reference; empty when none is
// near enough.
std::string_view nearest(const Structure& structure, std::string_view name) {
  if (name.size() > name_limit) return {};
  const auto spelt = without_hyphens(name);
  std::vector<std::string_view> names;
  for (const auto& field : structure.fields) {
    if (spelt == without_hyphens(field.name) || text::iequals(name, field.reference))
      return field.name;
    names.push_back(field.name);
  }
  return cli::nearest(name, names);
}

std::string known_names(const Structure& structure) {
  std::string names;
  for (const auto& field : structure.fields) {
    if (!field.is_supported()) continue;
    names += names.empty() ? "" : ", ";
    names += field.name;
  }
  return names;
}

bool is_false(const toml::Value& value) {
  const auto* truth = std::get_if<bool>(&value.data);
  return truth != nullptr && !*truth;
}

// Two that are true or false exclude each other when both are true.
bool is_excluded(const Field& field, const toml::Table& table, const toml::Value& value) {
  if (field.excludes.empty() || is_false(value)) return false;
  const auto* other = table.find(field.excludes);
  return other != nullptr && !is_false(*other);
}

bool is_needed(const Field& field, const toml::Table& table) {
  if (field.need != Need::required) return false;
  return field.unless.empty() || table.find(field.unless) == nullptr;
}

class Reader {
public:
  Reader(const std::filesystem::path& folder, Findings& findings)
      : folder_(folder), findings_(findings) {}

  void read(const Structure& structure, const toml::Table& table, toml::Place place, void* object) {
    for (const auto& member : table.members) {
      way_.emplace_back(member.key);
      if (const auto* field = structure.find(member.key)) {
        read_member(*field, table, member, object);
      } else {
        unknown(structure, member);
      }
      way_.pop_back();
    }
    for (const auto& field : structure.fields)
      if (is_needed(field, table) && table.find(field.name) == nullptr) missing(field, place);
  }

private:
  void read_member(const Field& field, const toml::Table& table, const toml::Member& member,
                   void* object) {
    if (field.is_obsolete()) return add(member.place, std::string(field.instead));
    if (!field.is_supported()) return add(member.place, "not supported yet: leave it out for now");
    if (is_excluded(field, table, member.value))
      add(member.place,
          fmt::format("cannot stand beside {}: leave one of them out", field.excludes));
    if (field.shape == Shape::map || field.shape == Shape::map_of_lists) {
      read_map(field, member.value, object);
    } else {
      read_value(field, member.value, object, nullptr);
    }
  }

  void read_map(const Field& field, const toml::Value& value, void* object) {
    const auto* table = std::get_if<toml::Table>(&value.data);
    if (table == nullptr) return add(value.place, "must be a table: " + table_header(field));
    for (const auto& member : table->members) {
      way_.emplace_back(member.key);
      const toml::Value name{.place = member.place, .data = member.key};
      if (const auto key = scalar(*field.key, name, "the name "))
        read_value(field, member.value, object, &*key);
      way_.pop_back();
    }
  }

  void read_value(const Field& field, const toml::Value& value, void* object, const Scalar* key) {
    if (field.shape == Shape::list || field.shape == Shape::map_of_lists) {
      read_list(field, value, object, key);
    } else {
      read_one(field, value, object, key);
    }
  }

  void read_list(const Field& field, const toml::Value& value, void* object, const Scalar* key) {
    const auto* list = std::get_if<toml::Array>(&value.data);
    if (list == nullptr) return add(value.place, not_a_list(field, value));
    if (field.need == Need::required && list->empty())
      return add(value.place, "must not be empty: " + what_is_allowed(field));
    if (field.table == nullptr && field.store.open != nullptr) field.store.open(object, key);
    for (const auto& item : *list) read_one(field, item, object, key);
  }

  void read_one(const Field& field, const toml::Value& value, void* object, const Scalar* key) {
    if (field.table != nullptr) {
      const auto* table = std::get_if<toml::Table>(&value.data);
      if (table == nullptr) return add(value.place, "must be a table: " + table_header(field));
      read(*field.table, *table, value.place, field.store.open(object, key));
    } else if (auto read = scalar(*field.kind, value, "")) {
      field.store.set(object, key, *std::move(read));
    }
  }

  std::optional<Scalar> scalar(const Kind& kind, const toml::Value& value,
                               std::string_view before) {
    auto read = kind.read(kind, value, folder_);
    if (read) return *std::move(read);
    const auto why = read.error().empty() ? "is not " + allowed(kind) : read.error();
    add(value.place, fmt::format("{}{} {}", before, shown(kind, value), why));
    return std::nullopt;
  }

  void unknown(const Structure& structure, const toml::Member& member) {
    if (findings_.is_full()) return add(member.place, {});
    const auto meant = nearest(structure, member.key);
    add(member.place, meant.empty() ? "unknown field; known here are " + known_names(structure)
                                    : "unknown field" + cli::did_you_mean(meant));
  }

  void missing(const Field& field, toml::Place place) {
    way_.emplace_back(field.name);
    add(place, "missing: " + what_is_allowed(field));
    way_.pop_back();
  }

  static std::string what_is_allowed(const Field& field) {
    if (field.kind == nullptr) return table_header(field);
    const auto example = fmt::format("{} = {}", field.name, field.shown());
    return fmt::format("{}{}, for example {}", field.shape == Shape::list ? "a list, each " : "",
                       allowed(*field.kind), example);
  }

  static std::string not_a_list(const Field& field, const toml::Value& value) {
    if (field.kind == nullptr) return "must be a list of tables: " + table_header(field);
    return fmt::format("{} is not a list, for example {} = {}", shown(*field.kind, value),
                       field.name, field.shown());
  }

  static std::string table_header(const Field& field) {
    const auto name =
        field.shape == Shape::map
            ? fmt::format("{}.{}", field.name, field_name(Way{std::string(field.key_example)}))
            : std::string(field.name);
    return field.shape == Shape::list ? fmt::format("a table like [[{}]]", name)
                                      : fmt::format("a table like [{}]", name);
  }

  void add(toml::Place place, std::string text) {
    findings_.add(place, findings_.is_full() ? std::string() : field_name(way_), std::move(text));
  }

  const std::filesystem::path& folder_;
  Findings& findings_;
  std::vector<std::string_view> way_; // to what is being read
};

} // namespace

void read_table(const Structure& structure, const toml::Table& tree, void* object,
                const std::filesystem::path& folder, Findings& findings) {
  Reader(folder, findings).read(structure, tree, {1, 1}, object);
}

} // namespace mox::config
