#include "httpclient/transfer.h"

#include "text/ascii.h"
#include "tls/stream.h"

#include <fmt/format.h>

#include <array>
#include <curl/curl.h>
#include <memory>
#include <string>

namespace mox::httpclient {

namespace {

constexpr std::size_t header_limit = 65536; // bytes of all of them

template <auto release> struct Release {
  void operator()(auto* object) const { release(object); }
};

using Handle = std::unique_ptr<CURL, Release<curl_easy_cleanup>>;
using Url = std::unique_ptr<CURLU, Release<curl_url_cleanup>>;

class List {
public:
  void add(const std::string& line) {
    if (curl_slist* longer = curl_slist_append(first_.get(), line.c_str())) {
      static_cast<void>(first_.release());
      first_.reset(longer);
    }
  }

  curl_slist* get() const { return first_.get(); }

private:
  std::unique_ptr<curl_slist, Release<curl_slist_free_all>> first_;
};

// What has come so far.
struct Received {
  Response response;
  std::size_t body_limit = 0;
  std::size_t header_size = 0;
  bool too_large = false;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* into) {
  auto& received = *static_cast<Received*>(into);
  if (received.response.body.size() + size > received.body_limit) {
    received.too_large = true;
    return 0;
  }
  received.response.body.append(bytes, size);
  return size;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* into) {
  auto& received = *static_cast<Received*>(into);
  received.header_size += size;
  if (received.header_size > header_limit) {
    received.too_large = true;
    return 0;
  }
  const std::string_view line(bytes, size);
  // Those of a redirect do not count.
  if (line.starts_with("HTTP/")) received.response = {};
  const auto colon = line.find(':');
  if (colon != std::string_view::npos)
    received.response.headers[text::lower(line.substr(0, colon))] =
        text::trim(line.substr(colon + 1));
  return size;
}

// "host:443" as curl's lists want it, or "" for a URL that is not https.
struct Place {
  std::string host;
  std::string port;
};

Place place_of(const std::string& url) {
  const Url parsed(curl_url());
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return {};
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, flags) != CURLUE_OK) return std::string();
    std::string copy(text);
    curl_free(text);
    return copy;
  };
  if (part(CURLUPART_SCHEME, 0) != "https") return {};
  return {part(CURLUPART_HOST, 0), part(CURLUPART_PORT, CURLU_DEFAULT_PORT)};
}

std::string resolve_line(const Place& place, const std::vector<net::Address>& addresses) {
  auto line = fmt::format("{}:{}:", place.host, place.port);
  bool first = true;
  for (const auto& address : addresses) {
    if (!first) line += ',';
    first = false;
    line += address.is_v4() ? address.to_string() : fmt::format("[{}]", address.to_string());
  }
  return line;
}

// X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED, which curl hands on as numbers.
constexpr long not_yet_valid = 9;
constexpr long has_expired = 10;
// X509_V_ERR_HOSTNAME_MISMATCH, and what curl leaves there when it is the one who minds the name.
constexpr long hostname_mismatch = 62;
constexpr long never_set = 1;

Problem certificate_problem(CURL* curl) {
  long result = 0;
  curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &result);
  if (result == not_yet_valid || result == has_expired) return Problem::certificate_expired;
  if (result == hostname_mismatch || result == never_set) return Problem::certificate_name;
  return Problem::certificate_untrusted;
}

Problem problem_of(CURL* curl, CURLcode code, const Received& received) {
  if (received.too_large) return Problem::too_large;
  switch (code) {
  case CURLE_PEER_FAILED_VERIFICATION: return certificate_problem(curl);
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_ENGINE_INITFAILED: return Problem::tls;
  case CURLE_COULDNT_RESOLVE_HOST: return Problem::name;
  case CURLE_OPERATION_TIMEDOUT: return Problem::timeout;
  case CURLE_TOO_MANY_REDIRECTS:
  case CURLE_UNSUPPORTED_PROTOCOL: return Problem::redirect;
  case CURLE_FILESIZE_EXCEEDED: return Problem::too_large;
  case CURLE_URL_MALFORMAT:
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING: return Problem::malformed;
  default: return Problem::network;
  }
}

std::string explain(const Request& request, CURLcode code, const Received& received,
                    std::string_view buffer) {
  if (received.too_large)
    return fmt::format("{}: it is larger than {} bytes", request.url, request.body_limit);
  return fmt::format("{}: {}", request.url, buffer.empty() ? curl_easy_strerror(code) : buffer);
}

void set_safe(CURL* curl) {
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
}

void set_wanted(CURL* curl, const Request& request, const CurlOptions& options) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, options.user_agent.c_str());
  if (!options.authorities.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options.authorities.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, request.redirects > 0 ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, static_cast<long>(request.redirects));
}

// curl lets a common name stand in for a name, which RFC 8461 section 3.3 and RFC 9525 do not.
// Where redirects are followed, it knows alone which host comes next.
CURLcode expect_host(CURL*, void* context, void* host) {
  const auto& name = *static_cast<const std::string*>(host);
  return tls::expect_name(*static_cast<ssl_ctx_st*>(context), name) ? CURLE_OK
                                                                    : CURLE_SSL_CONNECT_ERROR;
}

void set_receiving(CURL* curl, Received& received) {
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &received);
}

// Once for the process; libcurl has no other way.
bool initialise() {
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return done;
}

} // namespace

Result<Response, Failure> transfer(const Request& request, const CurlOptions& options,
                                   std::chrono::milliseconds time) {
  const Handle handle(initialise() ? curl_easy_init() : nullptr);
  if (!handle)
    return failure(Failure{Problem::network,
                           "libcurl cannot be used: is libcurl.so.4 (Debian: libcurl4) there?"});
  CURL* curl = handle.get();
  const auto place = place_of(request.url);
  if (place.host.empty())
    return failure(Failure{Problem::malformed, fmt::format("{}: it is no https URL", request.url)});
  Received received{.response = {}, .body_limit = request.body_limit};
  std::array<char, CURL_ERROR_SIZE> buffer{};
  List resolve;
  List connect_to;
  List headers;
  if (!request.addresses.empty()) resolve.add(resolve_line(place, request.addresses));
  for (const auto& line : options.connect_to) connect_to.add(line);
  if (!request.accept.empty()) headers.add("Accept: " + request.accept);
  set_safe(curl);
  set_wanted(curl, request, options);
  set_receiving(curl, received);
  if (request.redirects == 0) {
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, expect_host);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, &place.host);
  }
  curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve.get());
  curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to.get());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, buffer.data());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK)
    return failure(
        Failure{problem_of(curl, code, received), explain(request, code, received, buffer.data())});
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  received.response.status = static_cast<unsigned>(status);
  return std::move(received.response);
}

} // namespace mox::httpclient
