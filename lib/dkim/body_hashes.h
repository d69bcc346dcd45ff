// The hashes of one body that all signatures of a message need, in one pass over it. Pure.
#pragma once

#include "dkim/algorithm.h"
#include "dkim/canonical_body.h"
#include "dkim/digest.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mox::dkim {

struct BodyHashKind {
  Canonical form = Canonical::simple;
  Hash hash = Hash::sha256;
  std::optional<std::uint64_t> length; // bytes of the canonical form, from its start (l=)

  bool operator==(const BodyHashKind&) const = default;
};

struct BodyHash {
  std::string digest;
  bool whole = true;  // nothing of the body is left out
  bool enough = true; // the body has as many bytes as `length` says
};

// Each kind is computed once, however often it is wanted, and each canonical form is made once.
class BodyHashes {
public:
  BodyHashes() = default;
  BodyHashes(BodyHashes&&) = default;
  BodyHashes& operator=(BodyHashes&&) = default;

  // Before the first feed. The number under which result() has it.
  std::size_t want(const BodyHashKind& kind);
  void feed(std::string_view chunk);
  // Once, after the last feed.
  void finish();

  // After finish().
  const BodyHash& result(std::size_t number) const { return hashers_[number]->result; }

private:
  struct Hasher {
    explicit Hasher(const BodyHashKind& wanted) : kind(wanted), digest(wanted.hash) {}

    void add(std::string_view bytes);

    BodyHashKind kind;
    Digest digest;
    std::uint64_t size = 0; // of the canonical form so far
    BodyHash result;
  };

  struct Form {
    std::vector<Hasher*> hashers;
    BodyCanonicalizer canonicalizer;
    explicit Form(Canonical form);
  };

  std::vector<std::unique_ptr<Hasher>> hashers_;
  std::unique_ptr<Form> simple_;
  std::unique_ptr<Form> relaxed_;
};

} // namespace mox::dkim
