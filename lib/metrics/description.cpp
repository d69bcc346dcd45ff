#include "metrics/description.h"

#include "metrics/list.h"

#include <cstddef>

namespace mox::metrics {

namespace {

template <class... Word> Words words(Word... word) {
  return {std::string_view(word)...};
}

template <class... Set> std::vector<Words> values(Set... set) {
  return {std::move(set)...};
}

using Buckets = std::vector<double>;

Buckets none() {
  return {};
}

Buckets seconds() {
  return {.001, .005, .01, .05, .1, .5, 1, 5, 10, 20};
}

Buckets seconds_to_30() {
  return {.001, .005, .01, .05, .1, .5, 1, 5, 10, 20, 30};
}

Buckets wide_seconds() {
  return {.001, .005, .01, .05, .1, .5, 1, 5, 10, 20, 30, 60, 120};
}

Buckets powers_of_two() {
  return {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
}

Words panic_packages() {
  return words("ctl", "import", "serve", "imapserver", "dmarcdb", "mtastsdb", "queue", "smtpclient",
               "smtpserver", "tlsrptdb", "dkimverify", "spfverify", "upgradethreads",
               "importmanage", "importmessages", "store", "webadmin", "webapi", "webmailsendevent",
               "webmail", "webmailrequest", "webmailquery", "webmailhandle");
}

Words login_results() {
  return words("ok", "baduser", "badpassword", "badcreds", "badchanbind", "badprotocol",
               "logindisabled", "error", "aborted");
}

Words delivery_results() {
  return words("delivered", "reject", "unknownuser", "accounterror", "delivererror", "checkrates",
               "highrate");
}

Words submission_results() {
  return words("ok", "badmessage", "badfrom", "badheader", "missingsmtputf8", "messagelimiterror",
               "recipientlimiterror", "localserveerror", "queueerror");
}

// The first column of the list.
template <std::size_t> struct Counter {
  static constexpr auto type = Type::counter;
};

template <std::size_t> struct Gauge {
  static constexpr auto type = Type::gauge;
};

template <std::size_t> struct Histogram {
  static constexpr auto type = Type::histogram;
};

} // namespace

std::vector<Description> descriptions() {
#define MOX_METRIC_DESCRIPTION(kind, member, name, help, labels, known, buckets)                   \
  {kind::type, name, help, labels, known, buckets},
  return {MOX_METRICS(MOX_METRIC_DESCRIPTION)};
#undef MOX_METRIC_DESCRIPTION
}

} // namespace mox::metrics
