#include "dkimsign/signings.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace mox::dkimsign {

namespace {

Result<dkim::Signing> read_signing(const dns::Name& domain, std::string_view selector,
                                   const config::DkimSelector& how, KeyFiles& keys) {
  MOX_TRY_ASSIGN(name, dns::parse_name(selector, {.underscore = true}));
  MOX_TRY_ASSIGN(key, keys.read(how.private_key_file));
  // RFC 8463 has no other.
  if (key.type() == dkim::KeyType::ed25519 && how.hash != config::DkimHash::sha256)
    return failure(ErrorKind::invalid, "an Ed25519 key signs with hash = \"sha256\" only");
  const auto form = [](bool relaxed) {
    return relaxed ? dkim::Canonical::relaxed : dkim::Canonical::simple;
  };
  dkim::Signing signing{.domain = domain,
                        .selector = std::move(name),
                        .key = std::move(key),
                        .hash = how.hash == config::DkimHash::sha1 ? dkim::Hash::sha1
                                                                   : dkim::Hash::sha256,
                        .header = form(how.canonicalization.header_relaxed),
                        .body = form(how.canonicalization.body_relaxed),
                        .seal = !how.dont_seal_headers};
  if (!how.headers.empty()) signing.signed_names = how.headers;
  if (how.expiration.count() > 0)
    signing.expiration = std::chrono::ceil<std::chrono::seconds>(how.expiration);
  return signing;
}

} // namespace

Result<std::vector<dkim::Signing>> read_signings(const dns::Name& domain, const config::Dkim& dkim,
                                                 KeyFiles& keys) {
  std::vector<dkim::Signing> signings;
  for (const auto& selector : dkim.sign) {
    const auto found = dkim.selectors.find(selector);
    if (found == dkim.selectors.end())
      return failure(ErrorKind::not_found, fmt::format("domain {} has no DKIM selector {:?}",
                                                       domain.unicode(), selector));
    auto signing = read_signing(domain, selector, found->second, keys);
    if (!signing)
      return failure(signing.error().kind,
                     fmt::format("domain {}, DKIM selector {:?}: {}", domain.unicode(), selector,
                                 signing.error().text));
    signings.push_back(*std::move(signing));
  }
  return signings;
}

} // namespace mox::dkimsign
