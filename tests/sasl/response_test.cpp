// SASL responses as they stand on lines.
#include "sasl/response.h"
#include "support/catch.h"

#include <string>
#include <string_view>

using namespace mox;
using namespace std::literals;

namespace {

std::string show(const std::expected<text::Secret, sasl::ResponseError>& response) {
  if (response) return '\'' + std::string(response->view()) + '\'';
  return response.error() == sasl::ResponseError::cancelled ? "cancelled" : "not base64";
}

} // namespace

TEST_CASE("responses on lines of their own, and behind the command") {
  struct Row {
    std::string_view line;
    std::string want;
    std::string want_initial;
  };

  const Row rows[] = {
      {"", "''", "''"},
      {"=", "not base64", "''"},
      {"*", "cancelled", "cancelled"},
      {"**", "not base64", "not base64"},
      {"* ", "not base64", "not base64"},
      {"AG1qbABzZWNyZXQ=", "'\0mjl\0secret'"s, "'\0mjl\0secret'"s},
      {"bWps", "'mjl'", "'mjl'"},
      {"bWps ", "not base64", "not base64"},
      {" bWps", "not base64", "not base64"},
      {"bWps\r", "not base64", "not base64"},
      {"bWpsYQ", "not base64", "not base64"},
      {"bWpsYQ=", "not base64", "not base64"},
      {"bWpsYQ==", "'mjla'", "'mjla'"},
      {"bWpsYR==", "not base64", "not base64"},
      {"bWpsYQ===", "not base64", "not base64"},
      {"==", "not base64", "not base64"},
      {"bW-_", "not base64", "not base64"},
      {"bW\0s"sv, "not base64", "not base64"},
      {"\xC3\xA9\xC3\xA9", "not base64", "not base64"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    CHECK(show(sasl::decode_response(row.line)) == row.want);
    CHECK(show(sasl::decode_initial_response(row.line)) == row.want_initial);
  }
}
