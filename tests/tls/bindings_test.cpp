// Channel bindings, and the keys of clients' certificates.
#include "support/catch.h"
#include "support/tls_pair.h"
#include "support/tls_pipe.h"
#include "tls/bindings.h"
#include "tls/handles.h"
#include "tls/session.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace mox;
using channelbinding::ChannelBindings;
using test::Pipe;
using test::shake;
using tls::Status;

namespace {

std::string digest(const EVP_MD* hash, const std::string& bytes) {
  unsigned char made[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  REQUIRE(EVP_Digest(bytes.data(), bytes.size(), made, &size, hash, nullptr) == 1);
  return {made, made + size};
}

// What i2d_… writes.
template <class Object>
std::string encoded(int (*write)(const Object*, unsigned char**), const Object* object) {
  unsigned char* bytes = nullptr;
  const int size = write(object, &bytes);
  REQUIRE(size > 0);
  std::string text(bytes, bytes + size);
  OPENSSL_free(bytes);
  return text;
}

tls::X509Handle read_certificate(const std::string& pem) {
  const tls::BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return tls::X509Handle(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

std::string fingerprint(const tls::PemPair& pem) {
  const auto certificate = read_certificate(pem.certificate);
  return digest(EVP_sha256(), encoded<EVP_PKEY>(i2d_PUBKEY, X509_get0_pubkey(certificate.get())));
}

std::string drain(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, bytes + size};
}

// Self-signed by `key` with `hash`; with PSS padding when asked for.
tls::PemPair sign(EVP_PKEY* key, const EVP_MD* hash, bool pss = false) {
  const tls::X509Handle certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  const std::unique_ptr<EVP_MD_CTX, tls::Release<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  REQUIRE(EVP_DigestSignInit(context.get(), &parameters, hash, nullptr, key) == 1);
  if (pss) REQUIRE(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
  REQUIRE(X509_sign_ctx(certificate.get(), context.get()) > 0);
  const tls::BioHandle bio(BIO_new(BIO_s_mem()));
  const tls::BioHandle key_bio(BIO_new(BIO_s_mem()));
  REQUIRE(PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
  REQUIRE(PEM_write_bio_PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return {.certificate = drain(bio.get()), .key = drain(key_bio.get())};
}

struct Ends {
  ChannelBindings server;
  ChannelBindings client;
  tls::Session session; // as the server sees it
};

Ends connect(tls::ServerContext& server_context, tls::ClientContext& client_context) {
  Pipe pipe;
  pipe.client.capacity = 10'000; // tickets come behind the handshake, and nobody reads them here
  auto server = tls::Stream::server(server_context, pipe.server).value();
  auto client = tls::Stream::client(client_context, pipe.client, "mx.example").value();
  CHECK(!server.channel_bindings().any());
  CHECK(!client.channel_bindings().any());
  REQUIRE(shake(server, client) == Status::done);
  return {server.channel_bindings(), client.channel_bindings(), server.session()};
}

void check_equal(const ChannelBindings& a, const ChannelBindings& b) {
  CHECK(a.tls_exporter == b.tls_exporter);
  CHECK(a.tls_server_end_point == b.tls_server_end_point);
  CHECK(a.tls_unique == b.tls_unique);
}

// A client of OpenSSL's own, which can offer a session of before.
class Resuming {
public:
  Resuming(tls::ServerContext& context, SSL_CTX* client_context, SSL_SESSION* session)
      : server_(SSL_new(context.handle())), client_(SSL_new(client_context)) {
    BIO* server_side = nullptr;
    BIO* client_side = nullptr;
    BIO_new_bio_pair(&server_side, 0, &client_side, 0);
    SSL_set_bio(server_.get(), server_side, server_side);
    SSL_set_bio(client_.get(), client_side, client_side);
    SSL_set_accept_state(server_.get());
    SSL_set_connect_state(client_.get());
    if (session != nullptr) SSL_set_session(client_.get(), session);
    for (int i = 0; i < 10; ++i) {
      SSL_do_handshake(client_.get());
      SSL_do_handshake(server_.get());
    }
    char byte;
    SSL_read(client_.get(), &byte, 1); // takes the tickets of TLS 1.3
  }

  SSL& server() { return *server_; }

  SSL& client() { return *client_; }

  SSL_SESSION* end() {
    SSL_shutdown(client_.get()); // without it the session counts as broken
    return SSL_get1_session(client_.get());
  }

private:
  tls::SslHandle server_;
  tls::SslHandle client_;
};

} // namespace

TEST_CASE("both ends have the same bindings, and each connection its own") {
  for (const bool tls12 : {false, true}) {
    CAPTURE(tls12);
    test::TlsPair tls;
    if (tls12) tls.client.limit_to_tls12();
    const auto one = connect(tls.server, tls.client);
    const auto other = connect(tls.server, tls.client);
    check_equal(one.server, one.client);
    check_equal(other.server, other.client);
    CHECK(one.server.any());
    // RFC 9266 section 2; RFC 5929 section 3: 12 bytes with all suites of ours.
    CHECK(one.server.tls_exporter.has_value() == !tls12);
    CHECK(one.server.tls_unique.has_value() == tls12);
    CHECK((tls12 ? one.server.tls_unique : one.server.tls_exporter)->size() == (tls12 ? 12 : 32));
    CHECK(one.server.tls_exporter.value_or("1") != other.server.tls_exporter.value_or("2"));
    CHECK(one.server.tls_unique.value_or("1") != other.server.tls_unique.value_or("2"));
    CHECK(one.server.tls_server_end_point == other.server.tls_server_end_point);
    const auto certificate = read_certificate(tls.pem.certificate);
    CHECK(one.server.tls_server_end_point ==
          digest(EVP_sha256(), encoded<X509>(i2d_X509, certificate.get())));
  }
}

TEST_CASE("without extended master secret there is no tls-unique (RFC 7627)") {
  test::TlsPair tls;
  tls.client.limit_to_tls12();
  SSL_CTX_set_options(tls.client.handle(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
  const auto ends = connect(tls.server, tls.client);
  check_equal(ends.server, ends.client);
  CHECK(!ends.server.tls_unique);
  CHECK(!ends.server.tls_exporter);
  CHECK(ends.server.tls_server_end_point);
}

TEST_CASE(
    "tls-server-end-point takes the hash of the certificate's signature (RFC 5929 section 4.1)") {
  const tls::KeyHandle ecdsa(EVP_EC_gen("P-256"));
  const tls::KeyHandle rsa(EVP_RSA_gen(2048));
  const tls::KeyHandle ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));

  struct Row {
    const char* name;
    tls::PemPair pem;
    const EVP_MD* hash; // or null for no binding
  };

  const std::vector<Row> rows = {
      {"SHA-256", sign(ecdsa.get(), EVP_sha256()), EVP_sha256()},
      {"SHA-384", sign(ecdsa.get(), EVP_sha384()), EVP_sha384()},
      {"SHA-512 with RSA", sign(rsa.get(), EVP_sha512()), EVP_sha512()},
      {"SHA-384 with RSA-PSS", sign(rsa.get(), EVP_sha384(), true), EVP_sha384()},
      {"SHA-1 counts as SHA-256", sign(rsa.get(), EVP_sha1()), EVP_sha256()},
      {"Ed25519 has none", sign(ed25519.get(), nullptr), nullptr},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    test::TlsPair tls;
    tls.store.replace(test::certificates({row.pem}));
    auto anybody = tls::ClientContext::unverified().value();
    const auto ends = connect(tls.server, anybody);
    check_equal(ends.server, ends.client);
    std::optional<std::string> want;
    if (row.hash != nullptr) {
      const auto certificate = read_certificate(row.pem.certificate);
      want = digest(row.hash, encoded<X509>(i2d_X509, certificate.get()));
    }
    CHECK(ends.server.tls_server_end_point == want);
  }
}

TEST_CASE("the key of a client's certificate, if it shows one that was asked for") {
  struct Row {
    const char* name;
    bool requested;
    bool shown;
    bool expired;
  };

  for (const auto& row :
       {Row{"asked and shown", true, true, false}, Row{"asked and not shown", true, false, false},
        Row{"not asked", false, true, false}, Row{"expired long ago", true, true, true}}) {
    for (const bool tls12 : {false, true}) {
      CAPTURE(row.name, tls12);
      test::TlsPair tls;
      tls::ServerContext context(tls.store, {.request_client_certificate = row.requested});
      if (tls12) tls.client.limit_to_tls12();
      const auto pem = row.expired
                           ? test::make_pem("client.example", WallTime(std::chrono::days(9000)))
                           : test::make_pem("client.example");
      if (row.shown) REQUIRE(tls.client.show(test::certificates({pem}).front()));
      const auto ends = connect(context, tls.client);
      CHECK(ends.session.client_key_sha256 ==
            (row.requested && row.shown ? fingerprint(pem) : std::string()));
    }
  }
}

TEST_CASE("a client's chain has a limit") {
  for (const int more : {1, 100}) {
    CAPTURE(more);
    test::TlsPair tls;
    tls::ServerContext context(tls.store, {.request_client_certificate = true});
    const auto pem = test::make_pem("client.example");
    tls::PemPair chain = pem;
    for (int i = 0; i < more; ++i) chain.certificate += pem.certificate;
    REQUIRE(tls.client.show(test::certificates({chain}).front()));
    Pipe pipe;
    pipe.client.capacity = 10'000; // tickets come behind the handshake, and nobody reads them here
    auto server = tls::Stream::server(context, pipe.server).value();
    auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
    CHECK(shake(server, client) == (more == 1 ? Status::done : Status::failed));
    if (more > 1) CHECK(server.error() == "excessive message size");
  }
}

TEST_CASE("a resumed session has bindings and the client's key as well") {
  for (const bool tls12 : {false, true}) {
    CAPTURE(tls12);
    test::TlsPair tls;
    tls::ServerContext context(tls.store, {.request_client_certificate = true});
    if (tls12) tls.client.limit_to_tls12();
    SSL_CTX_set_verify(tls.client.handle(), SSL_VERIFY_NONE, nullptr);
    const auto pem = test::make_pem("client.example");
    REQUIRE(tls.client.show(test::certificates({pem}).front()));
    SSL_SESSION* session = nullptr;
    std::vector<std::string> seen;
    for (const bool resumed : {false, true}) {
      CAPTURE(resumed);
      Resuming ends(context, tls.client.handle(), session);
      REQUIRE((SSL_session_reused(&ends.server()) == 1) == resumed);
      const auto exporter = tls::tls_exporter(ends.server());
      const auto unique = tls::tls_unique(ends.server());
      CHECK(exporter.has_value() == !tls12);
      CHECK(unique.has_value() == tls12);
      CHECK(exporter == tls::tls_exporter(ends.client()));
      CHECK(unique == tls::tls_unique(ends.client()));
      seen.push_back(exporter.value_or("") + unique.value_or(""));
      const auto end_point = tls::tls_server_end_point(ends.server(), &context);
      CHECK(end_point);
      CHECK(end_point == tls::tls_server_end_point(ends.client(), nullptr));
      CHECK(tls::peer_key_sha256(ends.server()) == fingerprint(pem));
      SSL_SESSION_free(session);
      session = ends.end();
    }
    CHECK(seen[0] != seen[1]);
    SSL_SESSION_free(session);
  }
}
