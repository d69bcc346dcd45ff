#include "dane/chain.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace mox::dane {

namespace {

using StoreHandle = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using ContextHandle = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;

// OpenSSL's: no keys below 1024 bits, no MD5 or SHA-1 in signatures.
constexpr int security_level = 1;

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

using StackHandle = std::unique_ptr<STACK_OF(X509), FreeStack>;

Problem problem_of(int error) {
  switch (error) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
  case X509_V_ERR_CERT_NOT_YET_VALID: return Problem::expired;
  case X509_V_ERR_HOSTNAME_MISMATCH: return Problem::wrong_name;
  default: return Problem::untrusted;
  }
}

// The certificates stay the chain's.
StackHandle stack_of(const Chain& chain) {
  StackHandle stack(sk_X509_new_null());
  for (const auto& certificate : chain) sk_X509_push(stack.get(), certificate.handle.get());
  return stack;
}

bool prepare(X509_STORE_CTX* context, const Expectation& expectation) {
  X509_VERIFY_PARAM* wanted = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(wanted, expectation.now.time_since_epoch().count());
  X509_VERIFY_PARAM_set_depth(wanted, static_cast<int>(chain_limit));
  X509_VERIFY_PARAM_set_auth_level(wanted, security_level);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool any = false;
  for (const auto& name : expectation.names) {
    if (name.empty()) continue;
    if (X509_VERIFY_PARAM_add1_host(wanted, name.ascii().data(), name.ascii().size()) != 1)
      return false;
    any = true;
  }
  // Without a name every certificate would be the right one.
  return any;
}

std::optional<Failure> run(X509_STORE_CTX* context) {
  if (X509_verify_cert(context) == 1) return std::nullopt;
  const int error = X509_STORE_CTX_get_error(context);
  return Failure{problem_of(error), X509_verify_cert_error_string(error)};
}

struct Verification {
  ContextHandle context;
  StackHandle untrusted;
  std::optional<Failure> failure;
};

bool is_anchor(const Anchors& anchors, X509* certificate) {
  return std::ranges::any_of(anchors.certificates, [&](const X509Handle& anchor) {
    return X509_cmp(anchor.get(), certificate) == 0;
  });
}

// An anchor's dates do not matter (RFC 5280 section 6.1.1), which is what OpenSSL's own DANE does
// too.
int judge(int good, X509_STORE_CTX* context) {
  if (good == 1) return 1;
  const int error = X509_STORE_CTX_get_error(context);
  const bool about_dates =
      error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID;
  const auto* anchors = static_cast<const Anchors*>(X509_STORE_CTX_get_app_data(context));
  if (!about_dates || X509_STORE_CTX_get_error_depth(context) == 0 || anchors == nullptr) return 0;
  if (anchors->by_key || !is_anchor(*anchors, X509_STORE_CTX_get_current_cert(context))) return 0;
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

Verification verify_with(X509_STORE* store, const Chain& chain, const Anchors* anchors,
                         const Expectation& expectation) {
  Verification made{ContextHandle(X509_STORE_CTX_new()), stack_of(chain), std::nullopt};
  X509_STORE_CTX* context = made.context.get();
  const bool ready =
      context != nullptr && store != nullptr &&
      X509_STORE_CTX_init(context, store, chain.front().handle.get(), made.untrusted.get()) == 1 &&
      X509_STORE_CTX_set_default(context, "ssl_server") == 1 && prepare(context, expectation);
  if (!ready) {
    made.failure = Failure{Problem::untrusted, "there is no name that the certificate must have"};
  } else {
    if (anchors != nullptr) {
      X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
      X509_STORE_CTX_set_app_data(context, const_cast<Anchors*>(anchors));
      X509_STORE_CTX_set_verify_cb(context, judge);
    }
    made.failure = run(context);
  }
  ERR_clear_error();
  return made;
}

} // namespace

std::optional<Failure> check_to_anchors(const Chain& chain, const Anchors& anchors,
                                        const Expectation& expectation) {
  const StoreHandle store(X509_STORE_new());
  for (const auto& anchor : anchors.certificates) X509_STORE_add_cert(store.get(), anchor.get());
  return verify_with(store.get(), chain, &anchors, expectation).failure;
}

Path check_to_authorities(const Chain& chain, const Expectation& expectation) {
  if (expectation.authorities == nullptr)
    return {Failure{Problem::untrusted, "no authorities are trusted"}, {}};
  auto verified = verify_with(expectation.authorities, chain, nullptr, expectation);
  if (verified.failure) return {std::move(verified.failure), {}};
  Path path;
  const STACK_OF(X509)* built = X509_STORE_CTX_get0_chain(verified.context.get());
  for (int i = 0; i < sk_X509_num(built); ++i) {
    X509* certificate = sk_X509_value(built, i);
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    if (size <= 0) continue;
    auto decoded =
        decode_certificate({reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)});
    OPENSSL_free(bytes);
    if (decoded) path.certificates.push_back(*std::move(decoded));
  }
  return path;
}

} // namespace mox::dane
