// The tables of fields, from which all else about the configuration comes: reading, checking,
// defaults, descriptions and manual pages. One row describes one field. Pure.
//
// Tables are constant and live as long as the program: the texts are views of literals.
#pragma once

#include "config/kind.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace mox::config {

struct Structure;

enum class Shape : std::uint8_t {
  one,
  list,
  map,          // a table with names that the administrator chooses
  map_of_lists, // the same, each name with a list
};

enum class Need : std::uint8_t { optional, required };

// Where a value that was read goes. `object` is of the type that the table of the field is for.
// Both null for a field whose feature is not there.
struct Store {
  // Puts a value, or adds it to a list or a map; `key` is null where there is none.
  void (*set)(void* object, const Scalar* key, Scalar value) = nullptr;
  // The place for what follows: the struct of a table, a new one of a list or a map, or a new list
  // in a map.
  void* (*open)(void* object, const Scalar* key) = nullptr;
};

struct Field {
  std::string_view name;            // as it is written
  std::string_view reference = {};  // its name in the reference implementation, if it has it
  const Kind* kind = nullptr;       // what each value is; null for tables
  const Structure* table = nullptr; // the fields of the table, or of each in a list or map
  Shape shape = Shape::one;
  const Kind* key = nullptr;         // what the names of a map are
  std::string_view key_example = {}; // one of them
  Need need = Need::optional;
  std::string_view unless = {};        // another field of the table, beside which it is not needed
  std::string_view default_value = {}; // as it is written; empty when there is none to show
  std::string_view example = {};       // as it is written, where the default shows too little
  std::string_view help;               // sentences
  std::string_view excludes = {};      // another field of the table, which may not stand beside it
  std::string_view instead = {};       // for a field that is no longer: what to write
  Store store = {};

  // What a description shows behind the equals sign.
  std::string_view shown() const { return example.empty() ? default_value : example; }

  bool is_obsolete() const { return !instead.empty(); }

  bool is_supported() const { return store.set != nullptr || store.open != nullptr; }
};

struct Structure {
  std::span<const Field> fields;

  // Null when there is none.
  const Field* find(std::string_view name) const;
};

} // namespace mox::config
