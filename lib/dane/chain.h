// Chains of certificates, from the server's to one that is trusted; for this folder only.
#pragma once

#include "dane/certificate.h"
#include "dane/verify.h"

#include <optional>
#include <span>
#include <vector>

namespace mox::dane {

// The certificate that the chain begins with, and what the server sent to go on with.
using Chain = std::vector<Certificate>;

struct Anchors {
  std::vector<X509Handle> certificates;
  // They stand for a key that has signed them, so that they are judged like all others. Otherwise
  // the record has vouched for them, whatever their dates.
  bool by_key = false;
};

// The server's certificate is valid now, for one of the names, and leads to one of the anchors, at
// whatever height that stands in its own chain.
std::optional<Failure> check_to_anchors(const Chain& chain, const Anchors& anchors,
                                        const Expectation& expectation);

struct Path {
  std::optional<Failure> failure;
  std::vector<Certificate> certificates; // from the server's up to the authority's
};

// The same with the usual authorities.
Path check_to_authorities(const Chain& chain, const Expectation& expectation);

} // namespace mox::dane
