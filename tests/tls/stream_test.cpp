// TLS between two streams joined by strings.
#include "support/catch.h"
#include "support/tls_pair.h"
#include "support/tls_pipe.h"
#include "tls/stream.h"

#include <openssl/ssl.h>

#include <string>

using namespace mox;
using test::Pipe;
using test::shake;
using tls::Status;

TEST_CASE("bytes go through TLS in small steps") {
  test::TlsPair tls;
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
  REQUIRE(shake(server, client) == Status::done);
  CHECK(server.session().version == "TLSv1.3");
  const std::string sent(40'000, 'x');
  std::string got;
  std::string_view left = sent;
  bool waited_to_write = false;
  while (got.size() < sent.size()) {
    if (!left.empty()) {
      const auto step = client.write(left);
      REQUIRE(step.status != Status::failed);
      if (step.status == Status::done)
        left.remove_prefix(step.size);
      else
        waited_to_write = true;
    }
    char bytes[5000];
    const auto peeked = server.peek(std::span(bytes, 1));
    const auto step = server.read(bytes);
    CHECK((peeked.status == step.status || step.status == Status::done));
    if (step.status == Status::done)
      got.append(bytes, step.size);
    else
      REQUIRE(step.status == Status::want_read);
  }
  CHECK(waited_to_write);
  CHECK(got == sent);
  CHECK(client.end().status == Status::done);
  char byte;
  CHECK(server.read({&byte, 1}).status == Status::end);
}

TEST_CASE("the end and failures of the stream below come through") {
  test::TlsPair tls;
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
  REQUIRE(shake(server, client) == Status::done);
  pipe.server.peer_ended = true;
  char byte;
  CHECK(server.read({&byte, 1}).status == Status::end);
  pipe.client.broken = true;
  const auto step = client.write("x");
  CHECK(step.status == Status::failed);
  CHECK(step.error_number == EPIPE);
  CHECK(client.error() == "Broken pipe");
}

TEST_CASE("old versions are refused") {
  test::TlsPair tls;
  SSL_CTX_set_min_proto_version(tls.client.handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(tls.client.handle(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(tls.client.handle(), 0);
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
  CHECK(shake(server, client) == Status::failed);
  CHECK(server.error() == "unsupported protocol");
}

TEST_CASE("only suites with forward secrecy") {
  test::TlsPair tls;
  tls.client.limit_to_tls12();
  REQUIRE(SSL_CTX_set_cipher_list(tls.client.handle(), "AES128-GCM-SHA256") == 1);
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
  CHECK(shake(server, client) == Status::failed);
  CHECK(server.error() == "no shared cipher");
}

TEST_CASE("a server without a certificate refuses") {
  test::TlsPair tls;
  tls.store.replace({});
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(tls.client, pipe.client, "mx.example").value();
  CHECK(shake(server, client) == Status::failed);
}

TEST_CASE("a replaced certificate is used by the next handshake") {
  test::TlsPair tls;
  const auto other = test::make_pem("mx.example");
  tls.store.replace(test::certificates({other}));
  auto trusting = tls::ClientContext::authorities(other.certificate).value();
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(trusting, pipe.client, "mx.example").value();
  CHECK(shake(server, client) == Status::done);
}

TEST_CASE("an expired certificate is not trusted") {
  test::TlsPair tls;
  const auto old = test::make_pem("mx.example", WallTime(std::chrono::hours(24 * 365 * 40)),
                                  std::chrono::days(30));
  tls.store.replace(test::certificates({old}));
  auto trusting = tls::ClientContext::authorities(old.certificate).value();
  Pipe pipe;
  auto server = tls::Stream::server(tls.server, pipe.server).value();
  auto client = tls::Stream::client(trusting, pipe.client, "mx.example").value();
  CHECK(shake(server, client) == Status::failed);
  CHECK(client.error() == "certificate has expired");
}

TEST_CASE("addresses are verified as addresses") {
  test::TlsPair tls;
  const auto pem = test::make_pem("192.0.2.1");
  tls.store.replace(test::certificates({pem}));
  auto trusting = tls::ClientContext::authorities(pem.certificate).value();
  for (const bool right : {true, false}) {
    CAPTURE(right);
    Pipe pipe;
    auto server = tls::Stream::server(tls.server, pipe.server).value();
    auto client =
        tls::Stream::client(trusting, pipe.client, right ? "192.0.2.1" : "192.0.2.2").value();
    CHECK(shake(server, client) == (right ? Status::done : Status::failed));
    if (right) CHECK(server.session().server_name.empty());
  }
}

TEST_CASE("a verifying client needs a name") {
  test::TlsPair tls;
  Pipe pipe;
  CHECK(!tls::Stream::client(tls.client, pipe.client, ""));
  auto any = tls::ClientContext::unverified().value();
  CHECK(tls::Stream::client(any, pipe.client, ""));
}

namespace {

// Joins with OpenSSL alone, offering a session of before; returns whether it was resumed, and keeps
// the new session.
bool resumes(tls::ServerContext& context, SSL_CTX* client_context, SSL_SESSION*& session) {
  BIO* server_side = nullptr;
  BIO* client_side = nullptr;
  BIO_new_bio_pair(&server_side, 0, &client_side, 0);
  SSL* server = SSL_new(context.handle());
  SSL* client = SSL_new(client_context);
  SSL_set_bio(server, server_side, server_side);
  SSL_set_bio(client, client_side, client_side);
  SSL_set_accept_state(server);
  SSL_set_connect_state(client);
  if (session != nullptr) SSL_set_session(client, session);
  for (int i = 0; i < 10; ++i) {
    SSL_do_handshake(client);
    SSL_do_handshake(server);
  }
  char byte;
  SSL_read(client, &byte, 1); // takes the tickets of TLS 1.3
  SSL_SESSION_free(session);
  session = SSL_get1_session(client);
  SSL_shutdown(client); // without it the session counts as broken
  const bool resumed = SSL_session_reused(server) == 1;
  SSL_free(server);
  SSL_free(client);
  return resumed;
}

} // namespace

TEST_CASE("sessions are resumed by ticket, unless that is off") {
  for (const bool tickets : {true, false}) {
    for (const bool tls12 : {true, false}) {
      CAPTURE(tickets, tls12);
      test::TlsPair tls;
      tls::ServerContext context(tls.store, {.session_tickets = tickets});
      if (tls12) tls.client.limit_to_tls12();
      SSL_CTX_set_verify(tls.client.handle(), SSL_VERIFY_NONE, nullptr);
      SSL_SESSION* session = nullptr;
      CHECK(!resumes(context, tls.client.handle(), session));
      CHECK(resumes(context, tls.client.handle(), session) == tickets);
      SSL_SESSION_free(session);
    }
  }
}
