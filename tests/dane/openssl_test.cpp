// OpenSSL's own DANE as a referee: the same chains and records, in a real handshake.
#include "dane/make_record.h"
#include "dane/verify.h"
#include "support/catch.h"
#include "support/issued.h"
#include "tls/client_context.h"
#include "tls/handles.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

using namespace mox;
using namespace mox::dane;
using test::issue;
using test::Issued;
using test::self_signed;

namespace {

constexpr auto host = "mx.example";

tls::X509Handle decode(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return tls::X509Handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

tls::ContextHandle server_of(const Issued& leaf, const std::vector<std::string>& chain) {
  tls::ContextHandle context(SSL_CTX_new(TLS_server_method()));
  const auto pem = leaf.key_pem();
  const tls::BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const tls::KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  REQUIRE(SSL_CTX_use_certificate(context.get(), decode(chain.front()).get()) == 1);
  REQUIRE(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
  for (std::size_t i = 1; i < chain.size(); ++i)
    REQUIRE(SSL_CTX_add1_chain_cert(context.get(), decode(chain[i]).get()) == 1);
  return context;
}

bool shakes_hands(SSL* client, SSL* server) {
  for (int i = 0; i < 100; ++i) {
    ERR_clear_error();
    const int c = SSL_do_handshake(client);
    if (c != 1 && SSL_get_error(client, c) != SSL_ERROR_WANT_READ) return false;
    ERR_clear_error();
    const int s = SSL_do_handshake(server);
    if (s != 1 && SSL_get_error(server, s) != SSL_ERROR_WANT_READ) return false;
    if (c == 1 && s == 1) return true;
  }
  return false;
}

bool openssl_says(const Issued& leaf, const std::vector<std::string>& chain,
                  const dns::Tlsa& record, x509_store_st* authorities) {
  const auto server_context = server_of(leaf, chain);
  const tls::ContextHandle client_context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set1_cert_store(client_context.get(), authorities);
  REQUIRE(SSL_CTX_dane_enable(client_context.get()) > 0);
  SSL_CTX_dane_set_flags(client_context.get(), DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  SSL_CTX_set_verify(client_context.get(), SSL_VERIFY_PEER, nullptr);
  const tls::SslHandle client(SSL_new(client_context.get()));
  const tls::SslHandle server(SSL_new(server_context.get()));
  REQUIRE(SSL_dane_enable(client.get(), host) > 0);
  const int usable = SSL_dane_tlsa_add(
      client.get(), record.usage, record.selector, record.matching_type,
      reinterpret_cast<const unsigned char*>(record.data.data()), record.data.size());
  if (usable <= 0) return false;
  BIO* ends[2] = {};
  REQUIRE(BIO_new_bio_pair(&ends[0], 0, &ends[1], 0) == 1);
  SSL_set_bio(client.get(), ends[0], ends[0]);
  SSL_set_bio(server.get(), ends[1], ends[1]);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  return shakes_hands(client.get(), server.get());
}

bool we_say(const std::vector<std::string>& chain, const dns::Tlsa& record,
            x509_store_st* authorities) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const Expectation expectation{.names = {dns::parse_name(host).value()},
                                .now = now,
                                .usages = all_usages,
                                .authorities = authorities};
  return verify(chain, std::vector{record}, expectation).has_value();
}

dns::Tlsa record_of(int usage, int selector, int matching, const Issued& subject) {
  return make_record(static_cast<std::uint8_t>(usage), static_cast<std::uint8_t>(selector),
                     static_cast<std::uint8_t>(matching), subject.pem())
      .value();
}

} // namespace

TEST_CASE("OpenSSL's DANE agrees") {
  using std::chrono::days;
  const auto root = self_signed({.name = "root", .authority = true});
  const auto middle = issue(root, {.name = "middle", .authority = true});
  const auto other = self_signed({.name = "other", .authority = true});
  const auto old_middle =
      issue(root, {.name = "old", .authority = true, .from = days(-9), .until = days(-2)});
  const auto good = issue(middle, {.name = "mx", .dns_names = {host}});
  const auto wrong = issue(middle, {.name = "mx", .dns_names = {"other.example"}});
  const auto expired =
      issue(middle, {.name = "mx", .dns_names = {host}, .from = days(-9), .until = days(-2)});
  const auto future =
      issue(middle, {.name = "mx", .dns_names = {host}, .from = days(2), .until = days(9)});
  const auto below_old = issue(old_middle, {.name = "mx", .dns_names = {host}});
  const auto own = self_signed({.name = "mx", .dns_names = {host}});
  const auto authorities = tls::ClientContext::authorities(root.pem()).value();

  struct Server {
    const char* name;
    const Issued* leaf;
    std::vector<const Issued*> rest;
  };

  const std::vector<Server> servers{
      {"whole", &good, {&middle, &root}},
      {"without root", &good, {&middle}},
      {"alone", &good, {}},
      {"with a stranger", &good, {&other, &middle, &root}},
      {"wrong name", &wrong, {&middle, &root}},
      {"expired", &expired, {&middle, &root}},
      {"not yet valid", &future, {&middle, &root}},
      {"below one that has expired", &below_old, {&old_middle, &root}},
      {"self-signed", &own, {}},
  };
  const std::vector<const Issued*> subjects{&root,  &middle,  &other,     &old_middle, &good,
                                            &wrong, &expired, &below_old, &own};
  int agreed = 0;
  for (const auto& server : servers) {
    std::vector<std::string> chain{server.leaf->der()};
    for (const auto* each : server.rest) chain.push_back(each->der());
    for (std::size_t i = 0; i < subjects.size(); ++i)
      for (const int usage : {0, 1, 2, 3})
        for (const int selector : {0, 1})
          for (const int matching : {0, 1, 2}) {
            CAPTURE(server.name, i, usage, selector, matching);
            const auto record = record_of(usage, selector, matching, *subjects[i]);
            const bool theirs =
                openssl_says(*server.leaf, chain, record, authorities.authorities_store());
            const bool ours = we_say(chain, record, authorities.authorities_store());
            // OpenSSL completes a chain for PKIX-TA by the certificate in the record; the RFC asks
            // that of DANE-TA alone.
            const bool completed = theirs && usage == 0 && selector == 0 && matching == 0 &&
                                   server.rest.empty() && subjects[i] == &middle;
            CHECK(ours == (theirs && !completed));
            if (ours == (theirs && !completed)) ++agreed;
          }
  }
  CHECK(agreed == 9 * 9 * 24);
}
