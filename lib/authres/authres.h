// The Authentication-Results header field (RFC 8601): what a server found out about a message.
// Pure.
#pragma once

#include "result/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mox::authres {

// "smtp.mailfrom=user@example.org"
struct Property {
  std::string type;    // "smtp", "header", "body", "policy"; empty where others write none
  std::string name;    // "mailfrom"
  std::string value;   // without quotes
  std::string comment; // behind it

  bool operator==(const Property&) const = default;
};

// "spf=pass (comment) reason=text smtp.mailfrom=example.org"
struct Method {
  std::string name; // "spf"; in lower case when read
  unsigned version = 1;
  std::string result; // "pass"; in lower case when read
  std::string comment;
  std::string reason;
  std::vector<Property> properties;

  // Of the first such property, in any case; nullptr without one.
  const std::string* find(std::string_view type, std::string_view property) const;

  bool operator==(const Method&) const = default;
};

struct Results {
  std::string server; // authserv-id: who says so; empty where others leave it out
  unsigned version = 1;
  std::string comment;         // behind the server
  std::vector<Method> methods; // none: nothing was looked at

  bool operator==(const Results&) const = default;
};

// The whole field with its CRLF, a line for each method, folded at 78 columns where it may be.
// Control characters never reach the header, whatever the parts hold; without `utf8`, neither does
// anything but ASCII. Methods and properties whose names are no keywords are left out.
std::string format(const Results& results, bool utf8 = false);

// The field's body, folded or not. Generous, for what is found in the wild: no authserv-id, values
// that should be quoted and are not, properties without a type, a comment or a semicolon in the
// wrong place. Fails when there is nothing that could be a result, when it is longer than 64 KiB,
// and beyond 100 methods or 1,000 properties.
Result<Results> parse(std::string_view body);

} // namespace mox::authres
