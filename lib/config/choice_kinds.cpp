#include "config/kind_reading.h"
#include "config/kinds.h"

#include <array>

namespace mox::config {

namespace {

using namespace reading;

Outcome read_choice(const Kind& kind, const toml::Value& value,
                    const std::filesystem::path& /*folder*/) {
  const auto* text = std::get_if<std::string>(&value.data);
  if (text == nullptr) return wrong();
  const auto found = std::ranges::find(kind.choices, *text);
  if (found == kind.choices.end()) return wrong();
  return Choice{static_cast<std::size_t>(found - kind.choices.begin()), *found};
}

// In the orders of log::Level, TlsVersion and RequireTls.
constexpr std::array<std::string_view, 7> log_levels = {"error", "warn",      "info",     "debug",
                                                        "trace", "traceauth", "tracedata"};
constexpr std::array<std::string_view, 4> tls_versions = {"TLSv1.0", "TLSv1.1", "TLSv1.2",
                                                          "TLSv1.3"};
constexpr std::array<std::string_view, 3> require_tls_words = {"", "yes", "no"};

constexpr std::array<std::string_view, 8> sasl_mechanisms = {"",
                                                             "EXTERNAL",
                                                             "SCRAM-SHA-256-PLUS",
                                                             "SCRAM-SHA-256",
                                                             "SCRAM-SHA-1-PLUS",
                                                             "SCRAM-SHA-1",
                                                             "CRAM-MD5",
                                                             "PLAIN"};
constexpr std::array<std::string_view, 2> hashes = {"sha256", "sha1"};
constexpr std::array<std::string_view, 3> mta_sts_modes = {"enforce", "testing", "none"};
constexpr std::array<std::string_view, 8> webhook_events = {"delivered", "suppressed",  "delayed",
                                                            "failed",    "relayed",     "expanded",
                                                            "canceled",  "unrecognized"};
constexpr std::array<std::string_view, 4> web_services = {"admin", "account", "webmail", "webapi"};

} // namespace

namespace kinds {

constinit const Kind log_level{.word = "choice", .read = read_choice, .choices = log_levels};
constinit const Kind tls_version{.word = "choice", .read = read_choice, .choices = tls_versions};
constinit const Kind sasl_mechanism{
    .word = "choice", .read = read_choice, .choices = sasl_mechanisms};
constinit const Kind require_tls{
    .word = "choice", .read = read_choice, .choices = require_tls_words};
constinit const Kind hash{.word = "choice", .read = read_choice, .choices = hashes};
constinit const Kind mta_sts_mode{.word = "choice", .read = read_choice, .choices = mta_sts_modes};
constinit const Kind webhook_event{
    .word = "choice", .read = read_choice, .choices = webhook_events};
constinit const Kind web_service{.word = "choice", .read = read_choice, .choices = web_services};

} // namespace kinds

} // namespace mox::config
