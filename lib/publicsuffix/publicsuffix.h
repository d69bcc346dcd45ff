// The list of public suffixes (publicsuffix.org): below which names people register theirs. Pure.
#pragma once

#include "dns/name.h"
#include "result/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct psl_ctx_st;

namespace mox::publicsuffix {

// Both parts of the list count, that of registries and that of companies who let others have names
// below theirs. A top-level domain that is not listed is a public suffix. May be shared by threads.
class List {
public:
  // The one that libpsl was built with.
  static List built_in();

  // The text of the list as it is published. Fails when no rule is in it.
  static Result<List> parse(std::string text);

  bool is_public_suffix(const dns::Name& name) const;

  // The longest public suffix that `name` ends in: "co.uk" of "www.example.co.uk". Empty for the
  // empty name.
  dns::Name public_suffix(const dns::Name& name) const;

  // The public suffix with one label more: "example.co.uk". Nothing for a public suffix.
  std::optional<dns::Name> registrable(const dns::Name& name) const;

  // RFC 7489 section 3.2: the registrable domain, and of a public suffix that itself.
  dns::Name organizational(const dns::Name& name) const;

private:
  struct Free {
    void operator()(psl_ctx_st* list) const;
  };

  List() = default;
  const psl_ctx_st* list() const;

  std::unique_ptr<psl_ctx_st, Free> own_; // null: the built-in one
};

} // namespace mox::publicsuffix
