#include "tlsrpt/report.h"

#include "text/ascii.h"

#include <array>
#include <utility>

namespace mox::tlsrpt {

namespace {

constexpr std::array<std::pair<ResultType, std::string_view>, 11> result_types = {{
    {ResultType::starttls_not_supported, "starttls-not-supported"},
    {ResultType::certificate_host_mismatch, "certificate-host-mismatch"},
    {ResultType::certificate_expired, "certificate-expired"},
    {ResultType::certificate_not_trusted, "certificate-not-trusted"},
    {ResultType::validation_failure, "validation-failure"},
    {ResultType::tlsa_invalid, "tlsa-invalid"},
    {ResultType::dnssec_invalid, "dnssec-invalid"},
    {ResultType::dane_required, "dane-required"},
    {ResultType::sts_policy_fetch_error, "sts-policy-fetch-error"},
    {ResultType::sts_policy_invalid, "sts-policy-invalid"},
    {ResultType::sts_webpki_invalid, "sts-webpki-invalid"},
}};

constexpr std::array<std::pair<PolicyType, std::string_view>, 3> policy_types = {{
    {PolicyType::tlsa, "tlsa"},
    {PolicyType::sts, "sts"},
    {PolicyType::no_policy_found, "no-policy-found"},
}};

template <class Table> std::string_view word_of(const Table& table, auto wanted) {
  for (const auto& [type, word] : table)
    if (type == wanted) return word;
  return {};
}

template <class Type, class Table> Type type_of(const Table& table, std::string_view text) {
  auto wanted = text::lower(text::trim(text));
  for (char& c : wanted)
    if (c == '_') c = '-';
  for (const auto& [type, word] : table)
    if (word == wanted) return type;
  return Type::other;
}

} // namespace

std::string_view to_string(ResultType type) {
  return word_of(result_types, type);
}

std::string_view to_string(PolicyType type) {
  return word_of(policy_types, type);
}

ResultType parse_result_type(std::string_view word) {
  return type_of<ResultType>(result_types, word);
}

PolicyType parse_policy_type(std::string_view word) {
  return type_of<PolicyType>(policy_types, word);
}

} // namespace mox::tlsrpt
