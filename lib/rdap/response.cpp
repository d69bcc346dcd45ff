#include "rdap/response.h"

#include "json/parse.h"
#include "text/ascii.h"

#include <algorithm>
#include <utility>

namespace mox::rdap {

namespace {

constexpr std::size_t depth_limit = 32;
constexpr std::string_view scheme = "https://";

std::optional<std::string_view> string_in(const json::Value& value) {
  const auto* text = value.if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

const json::Value* member(const json::Value& value, std::string_view name) {
  const auto* object = value.if_object();
  return object != nullptr ? object->if_contains(name) : nullptr;
}

// The labels in the longest name of the service that the domain is in; 0 for none.
std::size_t labels_that_fit(const json::Value& names, const dns::Name& domain) {
  std::size_t best = 0;
  if (const auto* list = names.if_array()) {
    for (const auto& each : *list) {
      const auto text = string_in(each);
      if (!text) continue;
      const auto name = dns::parse_name(*text);
      if (name && domain.is_same_or_below(*name)) best = std::max(best, name->label_count());
    }
  }
  return best;
}

std::vector<std::string> urls_of(const json::Value& value) {
  std::vector<std::string> urls;
  if (const auto* list = value.if_array()) {
    for (const auto& each : *list) {
      const auto text = string_in(each);
      if (!text || !text::istarts_with(*text, scheme)) continue;
      const auto host = text->substr(scheme.size());
      if (host.empty() || host.front() == '/') continue;
      urls.emplace_back(*text);
      if (!text->ends_with('/')) urls.back() += '/';
    }
  }
  return urls;
}

std::optional<unsigned> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  const auto part = text.substr(0, count);
  if (!std::ranges::all_of(part, text::is_digit)) return std::nullopt;
  text.remove_prefix(count);
  return text::parse_number<unsigned>(part);
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text::upper(text.front()) != c) return false;
  text.remove_prefix(1);
  return true;
}

// time-offset = "Z" / ("+" / "-") time-hour ":" time-minute
std::optional<std::chrono::minutes> take_zone(std::string_view text) {
  using std::chrono::minutes;
  if (text.empty() || text::iequals(text, "Z")) return minutes(0);
  const bool east = text.front() == '+';
  if (!east && text.front() != '-') return std::nullopt;
  text.remove_prefix(1);
  const auto hour = digits(text, 2);
  take(text, ':');
  const auto minute = digits(text, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59 || !text.empty()) return std::nullopt;
  const minutes offset(*hour * 60 + *minute);
  return east ? offset : -offset;
}

bool is_registration(std::string_view action) {
  return action == "registration" || action == "reregistration" || action == "reinstantiation";
}

} // namespace

std::optional<std::chrono::sys_seconds> parse_date(std::string_view text) {
  using namespace std::chrono;
  const auto y = digits(text, 4);
  if (!y || !take(text, '-')) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || !take(text, '-')) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year(static_cast<int>(*y)), month(*m), day(*d)};
  if (!date.ok()) return std::nullopt;
  if (text.empty()) return sys_days(date);
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto hour = digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ':')) return std::nullopt;
  const auto second = digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  if (take(text, '.')) {
    const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
  }
  const auto zone = take_zone(text);
  if (!zone) return std::nullopt;
  return sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) - *zone;
}

// {"services": [[["com", "net"], ["https://rdap.example/"]], …]}
Result<std::vector<std::string>> find_servers(std::string_view bootstrap, const dns::Name& domain) {
  MOX_TRY_ASSIGN(root, json::parse(bootstrap, {.size = bootstrap_limit, .depth = depth_limit}));
  const auto* services = member(root, "services");
  const auto* list = services != nullptr ? services->if_array() : nullptr;
  if (list == nullptr)
    return failure(ErrorKind::invalid, "the list of RDAP servers has no \"services\"");
  std::vector<std::string> best;
  std::size_t most = 0;
  for (const auto& service : *list) {
    const auto* pair = service.if_array();
    if (pair == nullptr || pair->size() < 2) continue;
    const auto labels = labels_that_fit((*pair)[0], domain);
    if (labels <= most) continue;
    auto urls = urls_of((*pair)[1]);
    if (urls.empty()) continue;
    best = std::move(urls);
    most = labels;
  }
  return best;
}

// {"objectClassName": "domain", "events": [{"eventAction": "registration", "eventDate": "…"}, …]}
Result<std::optional<std::chrono::sys_seconds>> registration(std::string_view response) {
  MOX_TRY_ASSIGN(root, json::parse(response, {.size = response_limit, .depth = depth_limit}));
  const auto* name = member(root, "objectClassName");
  if (name == nullptr || string_in(*name) != "domain")
    return failure(ErrorKind::invalid, "the answer of the RDAP server is not about a domain");
  std::optional<std::chrono::sys_seconds> latest;
  const auto* events = member(root, "events");
  const auto* list = events != nullptr ? events->if_array() : nullptr;
  if (list == nullptr) return latest;
  for (const auto& event : *list) {
    const auto* action = member(event, "eventAction");
    const auto* date = member(event, "eventDate");
    if (action == nullptr || date == nullptr) continue;
    if (!is_registration(string_in(*action).value_or(""))) continue;
    const auto time = parse_date(string_in(*date).value_or(""));
    if (time && (!latest || *time > *latest)) latest = time;
  }
  return latest;
}

} // namespace mox::rdap
