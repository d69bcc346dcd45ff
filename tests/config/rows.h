// Walks the tables of fields, and writes files that have one field more than what is required.
#pragma once

#include "config/document.h"
#include "config/findings.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mox::config::test {

// A field, with the tables that it is in, from the root on.
struct Row {
  std::vector<const Field*> chain;

  const Field& field() const { return *chain.back(); }

  // The first in the chain that is not read.
  const Field* unsupported() const {
    for (const auto* field : chain)
      if (!field->is_supported()) return field;
    return nullptr;
  }
};

inline void gather(const Structure& structure, std::vector<const Field*> chain,
                   std::vector<Row>& rows) {
  for (const auto& field : structure.fields) {
    chain.push_back(&field);
    rows.push_back({chain});
    if (field.table != nullptr) gather(*field.table, chain, rows);
    chain.pop_back();
  }
}

inline std::vector<Row> rows_of(const Document& document) {
  std::vector<Row> rows;
  gather(*document.fields, {}, rows);
  return rows;
}

// "listeners.public.smtp.port", up to `last`.
inline Way way_to(const Row& row, const Field* last) {
  Way way;
  for (const auto* field : row.chain) {
    way.emplace_back(field->name);
    if (field == last) break;
    if (field->shape == Shape::map) way.emplace_back(field->key_example);
  }
  return way;
}

inline std::string name_of(const Row& row) {
  return field_name(way_to(row, &row.field()));
}

// How a row stands in a file.
struct Standing {
  enum class How : std::uint8_t { left_out, value, table } how = How::left_out;
  std::string_view value = {};
};

class FileWriter {
public:
  FileWriter(const Row& row, Standing standing) : row_(row), standing_(standing) {}

  std::string write(const Structure& root) {
    table(root, {}, 0);
    return std::move(out_);
  }

private:
  static constexpr std::size_t elsewhere = SIZE_MAX;

  void table(const Structure& structure, const Way& way, std::size_t depth) {
    for (const auto& field : structure.fields) {
      if (is_target(field, depth)) {
        if (standing_.how == Standing::How::value) plain(field, standing_.value);
      } else if (field.table == nullptr && is_needed(field)) {
        plain(field, field.shown());
      }
    }
    for (const auto& field : structure.fields) {
      if (field.table == nullptr) continue;
      const bool on_chain = depth < row_.chain.size() && row_.chain[depth] == &field;
      if (is_target(field, depth) ? standing_.how == Standing::How::table
                                  : on_chain || is_needed(field))
        nested(field, way, on_chain ? depth + 1 : elsewhere);
    }
  }

  void plain(const Field& field, std::string_view value) {
    out_ += fmt::format("{} = {}\n", field.name, value);
  }

  void nested(const Field& field, Way way, std::size_t depth) {
    way.emplace_back(field.name);
    if (field.shape == Shape::map) way.emplace_back(field.key_example);
    const auto name = field_name(way);
    out_ += field.shape == Shape::list ? "[[" + name + "]]\n" : "[" + name + "]\n";
    table(*field.table, way, depth);
  }

  bool is_target(const Field& field, std::size_t depth) const {
    return depth + 1 == row_.chain.size() && &row_.field() == &field;
  }

  static bool is_needed(const Field& field) {
    return field.need == Need::required && field.is_supported();
  }

  const Row& row_;
  Standing standing_;
  std::string out_;
};

// A file with what is required, the tables on the way to the row, and the row as it is to stand.
inline std::string file_with(const Document& document, const Row& row, Standing standing) {
  return FileWriter(row, standing).write(*document.fields);
}

} // namespace mox::config::test
