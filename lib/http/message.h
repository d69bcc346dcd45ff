// HTTP requests and responses as values (RFC 9110). Pure.
#pragma once

#include "net/endpoint.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mox::http {

class BodySource;

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

  // Instead of the first of that name, or added.
  void set(std::string_view name, std::string value);

  // The first of that name.
  std::optional<std::string_view> find(std::string_view name) const;

  const std::vector<Field>& all() const { return all_; }

private:
  std::vector<Field> all_;
};

struct Request {
  std::string method; // as sent: methods are case-sensitive
  std::string target; // percent-encoded, with the query; what named a host is in Host
  Fields fields;
  std::string body;
  unsigned version = 11;   // 10 for HTTP/1.0
  bool keep_alive = false; // the peer wants to send more requests
  net::Endpoint peer{};
  bool tls = false;

  // The target up to its query, and what follows the first "?".
  std::string_view path() const;
  std::string_view query() const;
};

// Date, Connection and the fields that frame the body are added when it is sent.
struct Response {
  unsigned status = 200;
  Fields fields{};
  std::string body{};
  std::shared_ptr<BodySource> source{}; // instead of `body`
  bool close = false;                   // the connection ends with it

  static Response text(unsigned status, std::string body);
};

// The reason phrase, "Unknown" for numbers without one.
std::string_view reason(unsigned status);
bool equal_names(std::string_view a, std::string_view b);

} // namespace mox::http
