// What a function that can fail returns: a value, or an Error that says what went wrong. Pure.
//
// Three kinds of trouble, three means: an expected outcome of talking to the world is a Result;
// what a peer must be told is made by the service that talks to it; a bug, or no memory, is an
// exception.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace mox {

// What a caller may want to tell apart without reading the text.
enum class ErrorKind : unsigned char {
  invalid,     // the input breaks its grammar or a limit
  not_found,   // the named thing does not exist
  exists,      // the named thing exists already
  refused,     // not allowed: credentials, rights, state
  full,        // a quota or the disk has no room
  temporary,   // may work later: overload, lock held, peer away
  timeout,     // a deadline passed
  closed,      // the peer, or we, ended the conversation
  io,          // the operating system refused; `text` carries its words
  corrupt,     // stored bytes are not what was written
  unsupported, // well-formed, but not done here
};

// `text` is one sentence fragment for people: what failed, with which value; no secrets, no
// newline.
struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string text;

  bool operator==(const Error&) const = default;
};

template <class T = void, class E = Error> using Result = std::expected<T, E>;

[[nodiscard]] inline std::unexpected<Error> failure(ErrorKind kind, std::string text) {
  return std::unexpected(Error{kind, std::move(text)});
}

template <class E> [[nodiscard]] std::unexpected<E> failure(E error) {
  return std::unexpected<E>(std::move(error));
}

// Success of a Result<void>; `return {};` does not compile in coroutines.
[[nodiscard]] inline Result<> ok() {
  return {};
}

// An error of the operating system: `what` names the call and its object, errno gives the reason.
[[nodiscard]] Error system_error(std::string_view what, int error_number);

} // namespace mox

// Statements that pass a failure on to the caller. `expression` is evaluated once.
#define MOX_TRY_CONCAT_(a, b) a##b
#define MOX_TRY_CONCAT(a, b) MOX_TRY_CONCAT_(a, b)

#define MOX_TRY_IMPL_(result, keyword, expression)                                                 \
  if (auto result = (expression); !result) keyword std::unexpected(std::move(result).error())

#define MOX_TRY_ASSIGN_IMPL_(result, keyword, name, expression)                                    \
  auto result = (expression);                                                                      \
  if (!result) keyword std::unexpected(std::move(result).error());                                 \
  auto name = *std::move(result)

#define MOX_TRY(expression) MOX_TRY_IMPL_(MOX_TRY_CONCAT(try_, __LINE__), return, expression)
#define MOX_CO_TRY(expression)                                                                     \
  auto MOX_TRY_CONCAT(try_, __LINE__) = expression;                                                \
  if (!MOX_TRY_CONCAT(try_, __LINE__))                                                             \
  co_return std::unexpected(std::move(MOX_TRY_CONCAT(try_, __LINE__)).error())
#define MOX_TRY_ASSIGN(name, expression)                                                           \
  MOX_TRY_ASSIGN_IMPL_(MOX_TRY_CONCAT(try_, __LINE__), return, name, expression)
#define MOX_CO_TRY_ASSIGN(name, expression)                                                        \
  auto MOX_TRY_CONCAT(try_, __LINE__) = expression;                                                \
  if (!MOX_TRY_CONCAT(try_, __LINE__))                                                             \
    co_return std::unexpected(std::move(MOX_TRY_CONCAT(try_, __LINE__)).error());                  \
  auto name = *std::move(MOX_TRY_CONCAT(try_, __LINE__))
