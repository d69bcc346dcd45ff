#include "support/catch.h"
#include "support/tls_pair.h"
#include "tls/certificate.h"
#include "tls/certificate_store.h"
#include "tls/client_context.h"
#include "tls/self_signed.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

using namespace mox;
using tls::Certificate;

namespace {

std::string first_name(const std::optional<Certificate>& certificate) {
  return certificate ? certificate->names().front() : "none";
}

} // namespace

TEST_CASE("a self-signed certificate carries its names") {
  const std::vector<std::string> names{"Localhost", "*.example", "127.0.0.1", "::1", "a,DNS:b"};
  const auto pem = tls::make_self_signed(names, SystemClock().wall(), std::chrono::days(365));
  REQUIRE(pem);
  CHECK(pem->certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(pem->key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  const auto certificate = Certificate::from_pem(pem->certificate, pem->key, "test");
  REQUIRE(certificate);
  CHECK(certificate->names() == std::vector<std::string>{"localhost", "*.example", "a,dns:b"});
}

TEST_CASE("two self-signed certificates differ") {
  CHECK(test::make_pem("a").certificate != test::make_pem("a").certificate);
}

TEST_CASE("a certificate without a name is not made") {
  CHECK(!tls::make_self_signed({}, SystemClock().wall(), std::chrono::days(1)));
  const std::vector<std::string> empty{""};
  CHECK(!tls::make_self_signed(empty, SystemClock().wall(), std::chrono::days(1)));
}

TEST_CASE("bad PEM is refused with its origin") {
  const auto a = test::make_pem("a");
  const auto b = test::make_pem("b");

  struct Row {
    const char* name;
    std::string chain;
    std::string key;
    const char* want;
  };

  const Row rows[] = {
      {"no certificate", "", a.key, "certificate in x.pem"},
      {"no certificate but a key", a.key, a.key, "certificate in x.pem"},
      {"cut certificate", a.certificate.substr(0, 200), a.key, "certificate in x.pem"},
      {"damaged second one", a.certificate + b.certificate.substr(0, 100), a.key,
       "certificate in x.pem"},
      {"no key", a.certificate, "", "private key in x.pem"},
      {"a certificate as key", a.certificate, a.certificate, "private key in x.pem"},
      {"another key", a.certificate, b.key, "x.pem: the key is not the certificate's"},
      {"too large", std::string(2'000'000, '\n'), a.key, "x.pem is too large"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto certificate = Certificate::from_pem(row.chain, row.key, "x.pem");
    REQUIRE(!certificate);
    CHECK(certificate.error().kind == ErrorKind::invalid);
    CAPTURE(certificate.error().text);
    CHECK(certificate.error().text.starts_with(row.want));
  }
}

TEST_CASE("certificates come from files") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("mox-tls-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const auto pem = test::make_pem("a");
  std::ofstream(folder / "a.crt") << pem.certificate;
  std::ofstream(folder / "a.key") << pem.key;
  CHECK(Certificate::from_files(folder / "a.crt", folder / "a.key"));
  const auto missing = Certificate::from_files(folder / "b.crt", folder / "a.key");
  REQUIRE(!missing);
  CHECK(missing.error().kind == ErrorKind::not_found);
  CHECK(missing.error().text ==
        "open " + (folder / "b.crt").string() + ": No such file or directory");
  std::filesystem::remove_all(folder);
}

TEST_CASE("the certificate is chosen by name") {
  const auto all = test::certificates(
      {test::make_pem("mx.example"), test::make_pem("*.example"), test::make_pem("other.test")});
  tls::CertificateStore store(all);

  struct Row {
    const char* name;
    const char* want;
  };

  const Row rows[] = {
      {"mx.example", "mx.example"},   {"MX.Example", "mx.example"}, {"imap.example", "*.example"},
      {"a.b.example", "mx.example"},  {"example", "mx.example"},    {"", "mx.example"},
      {"other.test", "other.test"},   {".", "mx.example"},          {"*.example", "*.example"},
      {"x.other.test", "mx.example"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(first_name(store.find(row.name)) == row.want);
  }
  store.replace(test::certificates({test::make_pem("new.example")}));
  CHECK(first_name(store.find("mx.example")) == "new.example");
  store.replace({});
  CHECK(first_name(store.find("mx.example")) == "none");
}

TEST_CASE("authorities must be PEM") {
  CHECK(!tls::ClientContext::authorities("nothing"));
  CHECK(tls::ClientContext::authorities(test::make_pem("a").certificate));
  const auto system = tls::ClientContext::system_authorities();
  REQUIRE(system);
  CHECK(system->verifies());
}
