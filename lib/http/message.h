// HTTP requests and responses as values (RFC 9110). Pure.
#pragma once

#include "net/endpoint.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::http {

struct Field {
  std::string name;
  std::string value;
};

// In the order of the message; names compare without case (RFC 9110 section 5.1).
class Fields {
public:
  Fields() = default;

  Fields(std::initializer_list<Field> fields) : all_(fields) {}

  void add(std::string name, std::string value) {
    all_.push_back({std::move(name), std::move(value)});
  }

  // The first of that name.
  std::optional<std::string_view> find(std::string_view name) const;

  const std::vector<Field>& all() const { return all_; }

private:
  std::vector<Field> all_;
};

struct Request {
  std::string method; // as sent: methods are case-sensitive
  std::string target; // as sent, percent-encoded, with the query
  Fields fields;
  std::string body;
  bool keep_alive = false; // the peer wants to send more requests
  net::Endpoint peer{};
  bool tls = false;

  // The target up to its query, and what follows the first "?".
  std::string_view path() const;
  std::string_view query() const;
};

// Date, Content-Length and Connection are added when it is sent.
struct Response {
  unsigned status = 200;
  Fields fields{};
  std::string body{};

  static Response text(unsigned status, std::string body);
};

// The reason phrase, "Unknown" for numbers without one.
std::string_view reason(unsigned status);
bool equal_names(std::string_view a, std::string_view b);

} // namespace mox::http
