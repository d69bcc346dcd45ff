#include "dane/verify.h"

#include "dane/certificate.h"
#include "dane/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mox::dane {

namespace {

using Records = std::vector<dns::Tlsa>;

Records allowed(std::span<const dns::Tlsa> records, unsigned usages) {
  Records all;
  for (const auto& record : records.first(std::min(records.size(), record_limit)))
    if (is_understood(record) && ((usages >> record.usage) & 1u) != 0) all.push_back(record);
  return all;
}

Result<Chain, Failure> decode(std::span<const std::string> chain) {
  if (chain.empty() || chain.size() > chain_limit)
    return failure(
        Failure{Problem::malformed, fmt::format("the server sent {} certificates", chain.size())});
  Chain decoded;
  for (const auto& der : chain) {
    auto certificate = decode_certificate(der);
    if (!certificate) return failure(Failure{Problem::malformed, certificate.error().text});
    decoded.push_back(*std::move(certificate));
  }
  return decoded;
}

// For the records of one usage, in turn.
class Verifier {
public:
  Verifier(const Chain& chain, const Records& records, const Expectation& expectation)
      : chain_(chain), records_(records), expectation_(expectation) {}

  Result<dns::Tlsa, Failure> run() {
    for (const Usage usage : {Usage::dane_ee, Usage::dane_ta, Usage::pkix_ee, Usage::pkix_ta})
      for (const auto& record : records_)
        if (record.usage == static_cast<std::uint8_t>(usage) && holds(usage, record)) return record;
    if (nearly_) return failure(*std::move(nearly_));
    return failure(Failure{
        Problem::no_match,
        fmt::format("none of {} TLSA records fits the server's certificate", records_.size())});
  }

private:
  bool holds(Usage usage, const dns::Tlsa& record) {
    switch (usage) {
    // RFC 7671 section 5.1: neither names nor dates matter.
    case Usage::dane_ee: return fits(record, chain_.front());
    case Usage::dane_ta: return leads_to(record);
    case Usage::pkix_ee: return fits(record, chain_.front()) && is_valid(record);
    case Usage::pkix_ta: return has_authority(record);
    }
    return false;
  }

  // One that fits in part is remembered, for what is said when none fits in whole.
  bool accept(const dns::Tlsa& record, const std::optional<Failure>& problem) {
    if (!problem) return true;
    if (!nearly_)
      nearly_ = Failure{problem->problem, fmt::format("{}, though the {} record fits",
                                                      problem->text, usage_name(record.usage))};
    return false;
  }

  // RFC 7671 section 5.2.
  bool leads_to(const dns::Tlsa& record) {
    const auto anchors = anchors_of(record);
    if (anchors.certificates.empty()) return false;
    return accept(record, check_to_anchors(chain_, anchors, expectation_));
  }

  Anchors anchors_of(const dns::Tlsa& record) const {
    Anchors anchors;
    auto& certificates = anchors.certificates;
    // The server's own certificate is nobody's authority.
    for (std::size_t i = 1; i < chain_.size(); ++i)
      if (fits(record, chain_[i])) certificates.push_back(share(chain_[i]));
    const bool full = record.matching_type == static_cast<std::uint8_t>(Matching::full);
    if (!certificates.empty() || !full) return anchors;
    // RFC 7671 section 5.2.2: a record with the whole of it makes up for what the server leaves
    // out.
    if (record.selector == static_cast<std::uint8_t>(Selector::cert)) {
      auto given = decode_certificate(record.data);
      if (given && given->der != chain_.front().der)
        certificates.push_back(std::move(given->handle));
      return anchors;
    }
    anchors.by_key = true;
    for (const auto& certificate : chain_)
      if (is_signed_by(certificate, record.data)) certificates.push_back(share(certificate));
    return anchors;
  }

  static bool is_signed_by(const Certificate& certificate, std::string_view spki) {
    const auto* at = reinterpret_cast<const unsigned char*>(spki.data());
    const KeyHandle key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
    return key && X509_verify(certificate.handle.get(), key.get()) == 1;
  }

  static X509Handle share(const Certificate& certificate) {
    X509_up_ref(certificate.handle.get());
    return X509Handle(certificate.handle.get());
  }

  const Path& path() {
    if (!path_) path_ = check_to_authorities(chain_, expectation_);
    return *path_;
  }

  bool is_valid(const dns::Tlsa& record) { return accept(record, path().failure); }

  bool has_authority(const dns::Tlsa& record) {
    const auto fits_authority = [&](const Certificate& each) { return fits(record, each); };
    const auto& whole = path();
    if (whole.failure) {
      const bool nearly = std::ranges::any_of(chain_.begin() + 1, chain_.end(), fits_authority);
      return nearly && accept(record, whole.failure);
    }
    const auto& certificates = whole.certificates;
    return !certificates.empty() &&
           std::ranges::any_of(certificates.begin() + 1, certificates.end(), fits_authority);
  }

  const Chain& chain_;
  const Records& records_;
  const Expectation& expectation_;
  std::optional<Path> path_;
  std::optional<Failure> nearly_;
};

} // namespace

Result<dns::Tlsa, Failure> verify(std::span<const std::string> chain,
                                  std::span<const dns::Tlsa> records,
                                  const Expectation& expectation) {
  const auto usable = allowed(records, expectation.usages);
  if (usable.empty())
    return failure(Failure{Problem::no_records, "there is no TLSA record that can be used"});
  MOX_TRY_ASSIGN(decoded, decode(chain));
  return Verifier(decoded, usable, expectation).run();
}

} // namespace mox::dane
