// links: sasl text
// LOGIN takes two responses and no more, whatever they are; a line feed in the input separates
// responses.
#include "sasl/mechanism.h"
#include "text/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace mox;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// The responses in `input`, from a client that sends the first with the command, or does not.
void talk(std::string_view input, bool at_once) {
  const auto mechanism = sasl::make_mechanism("LOGIN");
  bool over = false;
  std::size_t responses = 0;
  std::optional<sasl::Step> step;
  if (!at_once) {
    step = mechanism->start(std::nullopt);
    require(std::get<sasl::Challenge>(*step).text == "Username:");
  }
  for (;;) {
    const auto response = input.substr(0, input.find('\n'));
    step = step ? mechanism->next(response) : mechanism->start(response);
    ++responses;
    const auto* refusal = std::get_if<sasl::Refusal>(&*step);
    require((refusal != nullptr && *refusal == sasl::Refusal::out_of_order) == over);
    if (const auto* challenge = std::get_if<sasl::Challenge>(&*step)) {
      require(responses == 1 && challenge->text == "Password:");
    } else {
      over = true;
    }
    if (const auto* credentials = std::get_if<sasl::Credentials>(&*step)) {
      require(responses == 2);
      require(credentials->password.view() == response);
      require(text::nfc(credentials->user) == credentials->user);
    }
    if (response.size() == input.size()) return;
    input.remove_prefix(response.size() + 1);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  talk(input, true);
  talk(input, false);
  return 0;
}
