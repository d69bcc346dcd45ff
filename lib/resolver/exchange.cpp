#include "resolver/exchange.h"

#include "net/dialer.h"
#include "resolver/datagram_socket.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace mox::resolver {

namespace {

using Reply = Result<dns::Response, Problem>;

Problem problem_of(ErrorKind kind) {
  return kind == ErrorKind::timeout ? Problem::timeout : Problem::network;
}

// The first datagram that is an answer to the question. Others are late, or from somebody who
// guesses: to give up for them would be what that one wants.
async::Task<Reply> by_datagram(const dns::Question& question, std::string query,
                               net::Endpoint server, Random& random, SteadyTime deadline) {
  const auto executor = co_await boost::asio::this_coro::executor;
  auto socket = DatagramSocket::open(executor, server, random);
  if (!socket) co_return failure(Problem::network);
  if (const auto sent = co_await socket->send(query, deadline); !sent)
    co_return failure(problem_of(sent.error().kind));
  while (true) {
    const auto received = co_await socket->receive(deadline);
    if (!received) co_return failure(problem_of(received.error().kind));
    auto response = dns::parse_response(*received, query, question);
    if (response) co_return *std::move(response);
    if (response.error() == dns::ResponseFault::malformed) co_return failure(Problem::malformed);
  }
}

// RFC 7766.
async::Task<Reply> by_stream(const dns::Question& question, std::string query, net::Endpoint server,
                             SteadyTime deadline) {
  net::SystemDialer dialer;
  auto connection = co_await dialer.connect(server, std::nullopt, deadline);
  if (!connection) co_return failure(problem_of(connection.error().kind));
  // RFC 1035 section 4.2.2: two bytes of length go before.
  const std::string message{static_cast<char>(query.size() >> 8U),
                            static_cast<char>(query.size() & 0xffU)};
  const std::string whole = message + query;
  if (const auto written = co_await connection->write(whole, deadline); !written)
    co_return failure(problem_of(written.error().kind));
  std::string length(2, '\0');
  if (const auto read = co_await connection->read_exact(length, deadline); !read)
    co_return failure(problem_of(read.error().kind));
  const auto size = static_cast<std::size_t>(static_cast<unsigned char>(length[0])) << 8U |
                    static_cast<unsigned char>(length[1]);
  std::string bytes(size, '\0');
  if (const auto read = co_await connection->read_exact(bytes, deadline); !read)
    co_return failure(problem_of(read.error().kind));
  auto response = dns::parse_response(bytes, query, question);
  // Nothing else can come on this connection, and there is no larger room for an answer.
  if (!response || response->truncated) co_return failure(Problem::malformed);
  co_return *std::move(response);
}

std::string query_of(const dns::Question& question, Random& random, bool edns) {
  return dns::make_query(question,
                         {.id = static_cast<std::uint16_t>(random.below(0x10000)), .edns = edns});
}

} // namespace

async::Task<Reply> exchange(dns::Question question, net::Endpoint server, Random& random,
                            SteadyTime deadline) {
  bool edns = true;
  auto query = query_of(question, random, edns);
  auto reply = co_await by_datagram(question, query, server, random, deadline);
  if (reply && (reply->rcode == dns::Rcode::formerr || reply->rcode == dns::Rcode::notimp)) {
    edns = false;
    query = query_of(question, random, edns);
    reply = co_await by_datagram(question, query, server, random, deadline);
  }
  if (!reply || !reply->truncated) co_return reply;
  query = query_of(question, random, edns);
  co_return co_await by_stream(question, std::move(query), server, deadline);
}

} // namespace mox::resolver
