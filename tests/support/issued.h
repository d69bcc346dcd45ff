// Certificates that are made while a test runs: authorities, those that they issue, expired ones.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace mox::test {

struct Wanted {
  std::string name;                   // the subject's
  std::vector<std::string> dns_names; // for a server
  bool authority = false;
  std::chrono::days from{-1}; // of now
  std::chrono::days until{2};
};

// A certificate with its key, ECDSA P-256.
class Issued {
public:
  struct Parts;

  explicit Issued(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  std::string der() const;
  std::string pem() const;
  std::string key_pem() const;
  std::string public_key_pem() const;
  std::string spki() const; // SubjectPublicKeyInfo in DER

  const Parts& parts() const { return *parts_; }

private:
  std::shared_ptr<const Parts> parts_;
};

Issued self_signed(const Wanted& wanted);
Issued issue(const Issued& by, const Wanted& wanted);
// The same again, with the key that it has.
Issued reissue(const Issued& by, const Issued& old, const Wanted& wanted);

} // namespace mox::test
