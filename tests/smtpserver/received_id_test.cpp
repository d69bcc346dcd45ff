#include "smtpserver/received_id.h"
#include "support/catch.h"

#include <cstdint>
#include <limits>
#include <string>

using mox::smtpserver::ReceivedIds;

namespace {

ReceivedIds::Key key_of(unsigned char seed) {
  ReceivedIds::Key key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(seed + i);
  return key;
}

} // namespace

TEST_CASE("a received id gives the cid back to who has the key") {
  const ReceivedIds ids(key_of(1));
  for (const std::uint64_t cid : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1767225600000},
                                  std::numeric_limits<std::uint64_t>::max()}) {
    const auto id = ids.encrypt(cid);
    CHECK(id.size() == 22);
    CHECK(ids.decrypt(id) == cid);
    CHECK_FALSE(ReceivedIds(key_of(2)).decrypt(id));
  }
  CHECK(ids.encrypt(1) != ids.encrypt(2));
}

TEST_CASE("what is no received id is refused") {
  const ReceivedIds ids(key_of(1));
  for (const std::string id : {"", "AAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAA"}) {
    CAPTURE(id);
    CHECK_FALSE(ids.decrypt(id));
  }
}
