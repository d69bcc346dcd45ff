// links: sasl text
// PLAIN ends in one step, with credentials whose message is the one that came, or with a refusal.
#include "sasl/mechanism.h"
#include "sasl/response.h"
#include "text/base64.h"
#include "text/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool same(const sasl::Step& a, const sasl::Step& b) {
  if (a.index() != b.index()) return false;
  if (const auto* refusal = std::get_if<sasl::Refusal>(&a))
    return *refusal == std::get<sasl::Refusal>(b);
  const auto* first = std::get_if<sasl::Credentials>(&a);
  const auto* second = std::get_if<sasl::Credentials>(&b);
  return first != nullptr && first->user == second->user &&
         first->password.view() == second->password.view();
}

void check(const sasl::Credentials& credentials, std::string_view message) {
  require(text::nfc(credentials.user) == credentials.user);
  require(!credentials.user.empty() && !credentials.password.view().empty());
  require(std::ranges::count(message, '\0') == 2);
  const auto first = message.find('\0');
  const auto second = message.find('\0', first + 1);
  require(text::nfc(message.substr(first + 1, second - first - 1)) == credentials.user);
  require(first == 0 || text::nfc(message.substr(0, first)) == credentials.user);
  require(message.substr(second + 1) == credentials.password.view());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string message(data, data + size);
  const auto at_once = sasl::make_mechanism("PLAIN");
  const auto step = at_once->start(message);
  require(!std::holds_alternative<sasl::Challenge>(step));
  if (const auto* credentials = std::get_if<sasl::Credentials>(&step)) check(*credentials, message);
  const auto asked = sasl::make_mechanism("plain");
  require(std::holds_alternative<sasl::Challenge>(asked->start(std::nullopt)));
  require(same(asked->next(message), step));
  require(same(asked->next(message), sasl::Refusal::out_of_order));
  // On the line it is base64, and nothing else is.
  const auto line = sasl::decode_response(text::base64_encode(message));
  require(line && line->view() == message);
  if (const auto raw = sasl::decode_response(message))
    require(text::base64_encode(raw->view()) == message);
  return 0;
}
