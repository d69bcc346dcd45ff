// A name server on loopback that answers what a test says, over UDP and TCP, on a thread of its
// own.
#pragma once

#include "net/endpoint.h"
#include "net/socket.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace mox::test {

inline std::string number16(unsigned value) {
  return {static_cast<char>(value >> 8U & 0xffU), static_cast<char>(value & 0xffU)};
}

inline std::string wire_name(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto label = text.substr(0, text.find('.'));
    result += static_cast<char>(label.size());
    result += label;
    text.remove_prefix(std::min(label.size() + 1, text.size()));
  }
  return result + '\0';
}

inline std::string wire_record(std::string_view owner, unsigned type, unsigned ttl,
                               const std::string& data) {
  return wire_name(owner) + number16(type) + number16(1) + number16(ttl >> 16U) + number16(ttl) +
         number16(static_cast<unsigned>(data.size())) + data;
}

struct Query {
  std::string bytes;
  bool over_tcp = false;
  std::uint16_t port = 0; // of who asks

  std::string id() const { return bytes.substr(0, 2); }

  // The name, type and class.
  std::string question() const {
    std::size_t end = 12;
    while (bytes.at(end) != '\0') end += 1U + static_cast<unsigned char>(bytes[end]);
    return bytes.substr(12, end + 5 - 12);
  }

  bool asks_for(std::string_view name) const { return question().starts_with(wire_name(name)); }

  bool has_edns() const { return bytes[11] == 1; }
};

struct Sections {
  std::vector<std::string> answer;
  std::vector<std::string> authority;
  std::vector<std::string> additional;
};

// `flags` with the response code: 0x8180 is a good answer of a server that asks others.
inline std::string reply(const Query& query, unsigned flags, const Sections& sections = {}) {
  std::string bytes = query.id() + number16(flags) + number16(1);
  for (const auto* list : {&sections.answer, &sections.authority, &sections.additional})
    bytes += number16(static_cast<unsigned>(list->size()));
  bytes += query.question();
  for (const auto* list : {&sections.answer, &sections.authority, &sections.additional})
    for (const auto& record : *list) bytes += record;
  return bytes;
}

class NameServer {
public:
  // The datagrams to send for a question, or over TCP the message; none is silence.
  using Answer = std::function<std::vector<std::string>(const Query&)>;

  explicit NameServer(Answer answer) : answer_(std::move(answer)) {
    // UDP and TCP on the same port: another process may have the one and not the other.
    for (int tries = 0; tries < 50; ++tries) {
      udp_ = open(SOCK_DGRAM, 0);
      endpoint_ = net::local_endpoint(udp_.get());
      tcp_ = open(SOCK_STREAM, endpoint_.port);
      if (tcp_.get() >= 0) break;
    }
    if (tcp_.get() < 0 || ::listen(tcp_.get(), 5) != 0 || ::pipe(stop_) != 0)
      throw std::runtime_error("name server");
    thread_ = std::thread([this] { run(); });
  }

  ~NameServer() {
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
  }

  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  const net::Endpoint& endpoint() const { return endpoint_; }

  std::vector<Query> queries() const {
    const std::lock_guard lock(mutex_);
    return queries_;
  }

private:
  static net::Descriptor open(int type, std::uint16_t port) {
    net::Descriptor socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    auto address = net::SystemAddress::from({net::Address::v4({127, 0, 0, 1}), port});
    if (::bind(socket.get(), address.get(), address.size) != 0) return {};
    return socket;
  }

  void run() {
    while (true) {
      std::array<pollfd, 3> waiting{
          {{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}, {stop_[0], POLLIN, 0}}};
      ::poll(waiting.data(), waiting.size(), -1);
      if (waiting[2].revents != 0) return;
      if (waiting[0].revents != 0) serve_datagram();
      if (waiting[1].revents != 0) serve_connection();
    }
  }

  std::vector<std::string> answer(Query query) {
    {
      const std::lock_guard lock(mutex_);
      queries_.push_back(query);
    }
    return answer_(query);
  }

  void serve_datagram() {
    std::string bytes(4096, '\0');
    net::SystemAddress from;
    const auto size = ::recvfrom(udp_.get(), bytes.data(), bytes.size(), 0, from.get(), &from.size);
    if (size < 17) return;
    bytes.resize(static_cast<std::size_t>(size));
    for (const auto& datagram : answer({bytes, false, from.endpoint().port}))
      ::sendto(udp_.get(), datagram.data(), datagram.size(), 0, from.get(), from.size);
  }

  void serve_connection() {
    const net::Descriptor peer(::accept(tcp_.get(), nullptr, nullptr));
    std::string length(2, '\0');
    if (::recv(peer.get(), length.data(), 2, MSG_WAITALL) != 2) return;
    std::string bytes(static_cast<std::size_t>(static_cast<unsigned char>(length[0])) * 256 +
                          static_cast<unsigned char>(length[1]),
                      '\0');
    if (::recv(peer.get(), bytes.data(), bytes.size(), MSG_WAITALL) < 17) return;
    for (const auto& message : answer({bytes, true, 0})) {
      const auto whole = number16(static_cast<unsigned>(message.size())) + message;
      ::send(peer.get(), whole.data(), whole.size(), MSG_NOSIGNAL);
    }
  }

  Answer answer_;
  net::Descriptor udp_;
  net::Descriptor tcp_;
  net::Endpoint endpoint_;
  int stop_[2] = {-1, -1};
  mutable std::mutex mutex_;
  std::vector<Query> queries_;
  std::thread thread_;
};

} // namespace mox::test
