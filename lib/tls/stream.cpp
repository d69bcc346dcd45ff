#include "tls/stream.h"

#include "tls/bindings.h"
#include "tls/client_context.h"
#include "tls/handles.h"
#include "tls/openssl_error.h"
#include "tls/peer_check.h"
#include "tls/server_context.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <system_error>

namespace mox::tls {

namespace {

ByteStream& below(BIO* bio) {
  return *static_cast<ByteStream*>(BIO_get_data(bio));
}

// Translates a step of the stream below into what OpenSSL expects of a BIO. A failure travels in
// errno, as with OpenSSL's own socket BIO.
int finish(BIO* bio, const Step& step, std::size_t* size) {
  BIO_clear_retry_flags(bio);
  *size = 0;
  switch (step.status) {
  case Status::done: *size = step.size; return 1;
  case Status::want_read: BIO_set_retry_read(bio); return 0;
  case Status::want_write: BIO_set_retry_write(bio); return 0;
  case Status::end: BIO_set_flags(bio, BIO_FLAGS_IN_EOF); return 0;
  case Status::failed: errno = step.error_number; return 0;
  }
  return 0;
}

int bio_read(BIO* bio, char* into, std::size_t size, std::size_t* read) {
  return finish(bio, below(bio).receive({into, size}), read);
}

int bio_write(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
  return finish(bio, below(bio).send({bytes, size}), written);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "mox byte stream");
  BIO_meth_set_read_ex(method, bio_read);
  BIO_meth_set_write_ex(method, bio_write);
  BIO_meth_set_ctrl(method, bio_control);
  BIO_meth_set_create(method, bio_create);
  return method;
}

// One for the process, never freed: connections may end during the destruction of statics.
const BIO_METHOD* method() {
  static const BIO_METHOD* made = make_method();
  return made;
}

Result<SslHandle> make_ssl(SSL_CTX* context, ByteStream& stream) {
  clear_errors();
  SslHandle ssl(SSL_new(context));
  BIO* bio = BIO_new(method());
  if (!ssl || bio == nullptr) {
    BIO_free(bio);
    return openssl_failure(ErrorKind::temporary, "TLS");
  }
  BIO_set_data(bio, &stream);
  SSL_set_bio(ssl.get(), bio, bio);
  SSL_set_mode(ssl.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // One receive call for many records instead of two for each.
  SSL_set_read_ahead(ssl.get(), 1);
  return ssl;
}

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str());
  clear_errors();
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

// RFC 9525 section 6.3: a common name is no name of a server, and "*" is a whole label.
constexpr unsigned name_flags =
    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;

bool expect_name(SSL* ssl, const std::string& name, bool verify) {
  if (is_address(name))
    return !verify || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str()) == 1;
  if (!name.empty() && SSL_set_tlsext_host_name(ssl, name.c_str()) != 1) return false;
  if (!verify) return true;
  SSL_set_hostflags(ssl, name_flags);
  return SSL_set1_host(ssl, name.c_str()) == 1;
}

} // namespace

void Stream::Free::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

void Stream::FreeCheck::operator()(PeerCheck* check) const {
  delete check;
}

bool expect_name(ssl_ctx_st& context, const std::string& name) {
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(&context);
  X509_VERIFY_PARAM_set_hostflags(wanted, name_flags);
  return X509_VERIFY_PARAM_set1_host(wanted, name.data(), name.size()) == 1;
}

Result<Stream> Stream::server(ServerContext& context, ByteStream& below) {
  MOX_TRY_ASSIGN(ssl, make_ssl(context.handle(), below));
  SSL_set_accept_state(ssl.get());
  return Stream(std::unique_ptr<ssl_st, Free>(ssl.release()), &context);
}

Result<Stream> Stream::client(ClientContext& context, ByteStream& below,
                              const std::string& server_name) {
  if (context.compares_names() && server_name.empty() && context.verifies())
    return failure(ErrorKind::invalid, "a certificate can only be verified for a name");
  MOX_TRY_ASSIGN(ssl, make_ssl(context.handle(), below));
  SSL_set_connect_state(ssl.get());
  if (!expect_name(ssl.get(), server_name, context.compares_names()))
    return openssl_failure(ErrorKind::invalid, "TLS server name " + server_name);
  Stream stream(std::unique_ptr<ssl_st, Free>(ssl.release()), nullptr);
  stream.check_.reset(new PeerCheck);
  watch_peer(stream.ssl_.get(), *stream.check_);
  return stream;
}

Step Stream::outcome(int returned, std::size_t size) {
  const int error_number = errno;
  if (returned > 0) return {Status::done, size};
  switch (SSL_get_error(ssl_.get(), returned)) {
  case SSL_ERROR_WANT_READ: return {Status::want_read};
  case SSL_ERROR_WANT_WRITE: return {Status::want_write};
  case SSL_ERROR_ZERO_RETURN: return {Status::end};
  case SSL_ERROR_SYSCALL:
    if (error_number == 0) return {Status::end};
    error_ = std::generic_category().message(error_number);
    failure_ = Step{Status::failed, 0, error_number};
    return *failure_;
  default: break;
  }
  explain();
  clear_errors();
  failure_ = Step{Status::failed};
  return *failure_;
}

void Stream::explain() {
  if (!check_) {
    error_ = take_error();
    return;
  }
  problem_ = problem_of(*check_, ERR_peek_error());
  error_ = problem_->text;
}

Step Stream::handshake() {
  if (failure_) return *failure_;
  clear_errors();
  errno = 0;
  return outcome(SSL_do_handshake(ssl_.get()), 0);
}

Step Stream::read(std::span<char> into) {
  if (failure_) return *failure_;
  clear_errors();
  errno = 0;
  std::size_t size = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &size);
  return outcome(returned, size);
}

Step Stream::peek(std::span<char> into) {
  if (failure_) return *failure_;
  clear_errors();
  errno = 0;
  std::size_t size = 0;
  const int returned = SSL_peek_ex(ssl_.get(), into.data(), into.size(), &size);
  return outcome(returned, size);
}

Step Stream::write(std::string_view bytes) {
  if (failure_) return *failure_;
  clear_errors();
  errno = 0;
  std::size_t size = 0;
  const int returned = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
  return outcome(returned, size);
}

Step Stream::end() {
  if (failure_) return *failure_;
  clear_errors();
  errno = 0;
  const int returned = SSL_shutdown(ssl_.get());
  // 0: our close_notify is on its way, the peer's has not come.
  return returned == 0 ? Step{Status::done} : outcome(returned, 0);
}

Session Stream::session() const {
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
  const char* cipher_name = cipher != nullptr ? SSL_CIPHER_standard_name(cipher) : nullptr;
  return {.version = SSL_get_version(ssl_.get()),
          .cipher = cipher_name != nullptr ? cipher_name : "",
          .server_name = name != nullptr ? name : "",
          .resumed = SSL_session_reused(ssl_.get()) == 1,
          .client_key_sha256 = server_ != nullptr ? peer_key_sha256(*ssl_) : "",
          .certificate_problem = check_ ? check_->certificate : std::nullopt};
}

channelbinding::ChannelBindings Stream::channel_bindings() const {
  if (SSL_is_init_finished(ssl_.get()) != 1) return {};
  return {.tls_exporter = tls_exporter(*ssl_),
          .tls_server_end_point = tls_server_end_point(*ssl_, server_),
          .tls_unique = tls_unique(*ssl_)};
}

} // namespace mox::tls
