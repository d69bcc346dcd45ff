// Ties a row of a table of fields to the member of a struct that it fills. Pure.
#pragma once

#include "config/field.h"

#include <concepts>
#include <map>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace mox::config {

namespace binding {

template <class T, class Variant> inline constexpr bool is_alternative = false;
template <class T, class... Alternatives>
inline constexpr bool is_alternative<T, std::variant<Alternatives...>> =
    (std::same_as<T, Alternatives> || ...);

// A value is a T, or is turned into one: numbers by their range, which the kind has checked, and
// enums by the order of the kind's choices.
template <class T>
concept Plain = std::integral<T> || std::is_enum_v<T> || is_alternative<T, Scalar>;

template <Plain T> T convert(Scalar value) {
  if constexpr (is_alternative<T, Scalar>) {
    if constexpr (std::same_as<T, std::string>)
      if (const auto* choice = std::get_if<Choice>(&value)) return std::string(choice->word);
    return std::get<T>(std::move(value));
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<T>(std::get<Choice>(value).index);
  } else {
    return static_cast<T>(std::get<std::int64_t>(value));
  }
}

// How a member of each type takes values. `M` is the pointer to it.
template <auto M, class Class, class Member> struct Into;

template <auto M, class Class, Plain T> struct Into<M, Class, T> {
  static void set(void* object, const Scalar* /*key*/, Scalar value) {
    static_cast<Class*>(object)->*M = convert<T>(std::move(value));
  }

  static constexpr Store store{.set = set};
};

template <auto M, class Class, Plain T> struct Into<M, Class, std::optional<T>> {
  static void set(void* object, const Scalar* /*key*/, Scalar value) {
    static_cast<Class*>(object)->*M = convert<T>(std::move(value));
  }

  static constexpr Store store{.set = set};
};

template <auto M, class Class, Plain T> struct Into<M, Class, std::vector<T>> {
  static void set(void* object, const Scalar* /*key*/, Scalar value) {
    (static_cast<Class*>(object)->*M).push_back(convert<T>(std::move(value)));
  }

  static constexpr Store store{.set = set};
};

template <auto M, class Class, Plain K, Plain T, class Less>
struct Into<M, Class, std::map<K, T, Less>> {
  static void set(void* object, const Scalar* key, Scalar value) {
    (static_cast<Class*>(object)->*M)
        .insert_or_assign(std::get<K>(*key), convert<T>(std::move(value)));
  }

  static constexpr Store store{.set = set};
};

template <auto M, class Class, Plain K, Plain T, class Less>
struct Into<M, Class, std::map<K, std::vector<T>, Less>> {
  static void* open(void* object, const Scalar* key) {
    return &(static_cast<Class*>(object)->*M)[std::get<K>(*key)];
  }

  static void set(void* object, const Scalar* key, Scalar value) {
    (static_cast<Class*>(object)->*M)[std::get<K>(*key)].push_back(convert<T>(std::move(value)));
  }

  static constexpr Store store{.set = set, .open = open};
};

template <auto M, class Class, class Table> struct Into {
  static void* open(void* object, const Scalar* /*key*/) {
    return &(static_cast<Class*>(object)->*M);
  }

  static constexpr Store store{.open = open};
};

template <auto M, class Class, class Table> struct Into<M, Class, std::optional<Table>> {
  static void* open(void* object, const Scalar* /*key*/) {
    return &(static_cast<Class*>(object)->*M).emplace();
  }

  static constexpr Store store{.open = open};
};

template <auto M, class Class, class Table> struct Into<M, Class, std::vector<Table>> {
  static void* open(void* object, const Scalar* /*key*/) {
    return &(static_cast<Class*>(object)->*M).emplace_back();
  }

  static constexpr Store store{.open = open};
};

template <auto M, class Class, Plain K, class Table, class Less>
struct Into<M, Class, std::map<K, Table, Less>> {
  static void* open(void* object, const Scalar* key) {
    return &(static_cast<Class*>(object)->*M)[std::get<K>(*key)];
  }

  static constexpr Store store{.open = open};
};

template <auto M, class Class, class Member> constexpr Store store_of(Member Class::* /*member*/) {
  return Into<M, Class, Member>::store;
}

} // namespace binding

// `.store = into<&Listener::ips>`
template <auto M> inline constexpr Store into = binding::store_of<M>(M);

} // namespace mox::config
