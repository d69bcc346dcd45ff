// EXTERNAL (RFC 4422 appendix A): TLS has shown who it is.

#include "sasl/names.h"
#include "sasl/server_mechanisms.h"

#include <utility>

namespace mox::sasl {

namespace {

class External final : public Mechanism {
public:
  Step start(std::optional<std::string_view> initial) override {
    if (!initial) return Challenge{};
    return next(*initial);
  }

  // extern-resp = *( UTF8-char-no-nul )
  Step next(std::string_view response) override {
    if (std::exchange(ended_, true)) return Refusal::out_of_order;
    if (!response.empty() && !is_name(response)) return Refusal::malformed;
    return ByCertificate{text::nfc(response)};
  }

private:
  bool ended_ = false;
};

} // namespace

std::unique_ptr<Mechanism> make_external_server() {
  return std::make_unique<External>();
}

} // namespace mox::sasl
