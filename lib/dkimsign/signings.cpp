#include "dkimsign/signings.h"

#include "file/file.h"
#include "text/secret.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

namespace mox::dkimsign {

namespace {

constexpr std::size_t key_file_limit = 64 << 10;

Result<dkim::Signing> read_signing(const dns::Name& domain, std::string_view selector,
                                   const config::DkimSelector& how) {
  MOX_TRY_ASSIGN(name, dns::parse_name(selector, {.underscore = true}));
  MOX_TRY_ASSIGN(key, read_key(how.private_key_file));
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

Result<dkim::PrivateKey> read_key(const std::filesystem::path& file) {
  MOX_TRY_ASSIGN(text, file::read_file(file, key_file_limit));
  const text::Secret pem(std::move(text));
  auto key = dkim::parse_private_key(pem.view());
  if (!key)
    return failure(key.error().kind, fmt::format("{}: {}", file.string(), key.error().text));
  return *std::move(key);
}

Result<std::vector<dkim::Signing>> read_signings(const dns::Name& domain,
                                                 const config::Dkim& dkim) {
  std::vector<dkim::Signing> signings;
  for (const auto& selector : dkim.sign) {
    const auto found = dkim.selectors.find(selector);
    if (found == dkim.selectors.end())
      return failure(ErrorKind::not_found, fmt::format("domain {} has no DKIM selector {:?}",
                                                       domain.unicode(), selector));
    auto signing = read_signing(domain, selector, found->second);
    if (!signing)
      return failure(signing.error().kind,
                     fmt::format("domain {}, DKIM selector {:?}: {}", domain.unicode(), selector,
                                 signing.error().text));
    signings.push_back(*std::move(signing));
  }
  return signings;
}

} // namespace mox::dkimsign
