#include "web_server.h"

#include "net/socket.h"
#include "tls/handles.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>

namespace mox::test {

std::string web_page(const std::string& body, const std::string& headers,
                     const std::string& status) {
  return fmt::format("HTTP/1.1 {}\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n{}", status,
                     headers, body.size(), body);
}

struct WebServer::State {
  tls::ContextHandle context;
  net::Descriptor listener;
  std::uint16_t port = 0;
  std::vector<WebAnswer> answers;
  std::atomic<bool> stop = false;
  mutable std::mutex mutex;
  std::vector<std::string> requests;
  std::thread thread;

  void run();
  void serve(int descriptor);
};

namespace {

void require(bool done) {
  if (!done) throw std::runtime_error("the web server of a test could not be made");
}

template <class Handle> Handle read_pem(const std::string& pem, auto read) {
  const tls::BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Handle(read(bio.get(), nullptr, nullptr, nullptr));
}

bool is_readable(int descriptor, int milliseconds) {
  pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

} // namespace

void WebServer::State::serve(int descriptor) {
  const tls::SslHandle ssl(SSL_new(context.get()));
  SSL_set_fd(ssl.get(), descriptor);
  ERR_clear_error();
  if (SSL_accept(ssl.get()) != 1) return;
  std::string request;
  char bytes[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const int size = SSL_read(ssl.get(), bytes, sizeof bytes);
    if (size <= 0) return;
    request.append(bytes, static_cast<std::size_t>(size));
  }
  std::size_t number = 0;
  {
    const std::lock_guard lock(mutex);
    number = std::min(requests.size(), answers.size() - 1);
    requests.push_back(request);
  }
  const auto& answer = answers[number];
  const auto begin = std::chrono::steady_clock::now();
  while (!stop && std::chrono::steady_clock::now() - begin < answer.delay)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  do {
    if (SSL_write(ssl.get(), answer.bytes.data(), static_cast<int>(answer.bytes.size())) <= 0)
      return;
  } while (answer.endless && !stop);
  SSL_shutdown(ssl.get());
}

void WebServer::State::run() {
  while (!stop) {
    if (!is_readable(listener.get(), 20)) continue;
    const net::Descriptor accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (accepted.get() >= 0) serve(accepted.get());
  }
}

WebServer::WebServer(const Issued& leaf, const std::vector<Issued>& chain,
                     std::vector<WebAnswer> answers)
    : state_(std::make_unique<State>()) {
  std::signal(SIGPIPE, SIG_IGN);
  state_->answers = std::move(answers);
  state_->context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* context = state_->context.get();
  const auto own = read_pem<tls::X509Handle>(leaf.pem(), PEM_read_bio_X509);
  const auto key = read_pem<tls::KeyHandle>(leaf.key_pem(), PEM_read_bio_PrivateKey);
  require(SSL_CTX_use_certificate(context, own.get()) == 1);
  require(SSL_CTX_use_PrivateKey(context, key.get()) == 1);
  for (const auto& each : chain)
    require(SSL_CTX_add1_chain_cert(
                context, read_pem<tls::X509Handle>(each.pem(), PEM_read_bio_X509).get()) == 1);
  state_->listener = net::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  require(::bind(state_->listener.get(), generic, size) == 0);
  require(::listen(state_->listener.get(), 16) == 0);
  require(::getsockname(state_->listener.get(), generic, &size) == 0);
  state_->port = ntohs(address.sin_port);
  state_->thread = std::thread([this] { state_->run(); });
}

WebServer::~WebServer() {
  state_->stop = true;
  state_->thread.join();
}

std::uint16_t WebServer::port() const {
  return state_->port;
}

std::vector<std::string> WebServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

} // namespace mox::test
