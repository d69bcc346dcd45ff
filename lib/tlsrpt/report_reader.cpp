#include "tlsrpt/report_reader.h"

#include "json/parse.h"
#include "message/date.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace mox::tlsrpt {

namespace {

// Years 1970 to 9999.
constexpr std::int64_t last_second = 253'402'300'799;

// Elements and members of the text at most: what is between brackets and commas.
std::size_t count_values(std::string_view json) {
  std::size_t count = 1;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') ++i;
    if (!in_string && (c == ',' || c == '[' || c == '{')) ++count;
  }
  return count;
}

// The member of that name, in any case; null when there is none, or no object.
const json::Value* member(const json::Value* value, std::string_view name) {
  if (value == nullptr || !value->is_object()) return nullptr;
  for (const auto& each : value->get_object())
    if (text::iequals({each.key().data(), each.key().size()}, name)) return &each.value();
  return nullptr;
}

class ReportReader {
public:
  explicit ReportReader(const ReportLimits& limits) : limits_(limits) {}

  Result<Report> read(const json::Value& value) {
    report_.organization = text(member(&value, "organization-name"));
    report_.contact = text(member(&value, "contact-info"));
    report_.id = text(member(&value, "report-id"));
    const auto* const range = member(&value, "date-range");
    report_.begin = time(member(range, "start-datetime"));
    report_.end = time(member(range, "end-datetime"));
    const auto* const policies = member(&value, "policies");
    MOX_TRY(each(policies, limits_.policies, "policies",
                 [this](const json::Value& policy) { return read_policy(policy); }));
    if (report_.policies.empty() && report_.organization.empty())
      return failure(ErrorKind::invalid, "the JSON is no report about TLS: no policies in it");
    return std::move(report_);
  }

private:
  // Calls `take` for each object of a list, or for one object instead of a list.
  template <class Take>
  static Result<> each(const json::Value* list, std::size_t limit, std::string_view what,
                       Take take) {
    if (list == nullptr) return ok();
    if (list->is_object()) return take(*list);
    if (!list->is_array()) return ok();
    if (list->get_array().size() > limit)
      return failure(ErrorKind::full, fmt::format("the report has more than {} {}", limit, what));
    for (const auto& element : list->get_array())
      if (element.is_object()) MOX_TRY(take(element));
    return ok();
  }

  std::string text(const json::Value* value) const {
    if (value == nullptr) return {};
    if (const auto* string = value->if_string())
      return std::string(
          text::cut_utf8(text::trim({string->data(), string->size()}), limits_.text));
    if (value->is_int64()) return std::to_string(value->get_int64());
    if (value->is_uint64()) return std::to_string(value->get_uint64());
    if (value->is_double()) return fmt::format("{}", value->get_double());
    if (value->is_bool()) return value->get_bool() ? "true" : "false";
    if (const auto* list = value->if_array()) return list->empty() ? "" : first_text(list->front());
    return {};
  }

  // Of a list in a list nothing is taken.
  std::string first_text(const json::Value& value) const {
    return value.is_array() ? std::string() : text(&value);
  }

  std::vector<std::string> texts(const json::Value* value) const {
    if (value == nullptr || value->is_null()) return {};
    const auto* const list = value->if_array();
    if (list == nullptr) {
      auto one = text(value);
      return one.empty() ? std::vector<std::string>() : std::vector{std::move(one)};
    }
    std::vector<std::string> result;
    for (const auto& element : *list)
      if (result.size() < limits_.strings) result.push_back(first_text(element));
    return result;
  }

  // 12, "12", 12.0; 0 for anything else.
  static std::uint64_t number(const json::Value* value) {
    if (value == nullptr) return 0;
    if (value->is_uint64()) return value->get_uint64();
    if (value->is_int64())
      return static_cast<std::uint64_t>(std::max(std::int64_t{0}, value->get_int64()));
    if (value->is_double()) {
      const double d = value->get_double();
      return d >= 0 && d < 1e15 ? static_cast<std::uint64_t>(d) : 0;
    }
    if (const auto* string = value->if_string())
      return text::parse_number<std::uint64_t>(text::trim({string->data(), string->size()}))
          .value_or(0);
    return 0;
  }

  // RFC 3339, or any other form that mail has; Microsoft has sent times without a zone. Seconds
  // since 1970, too. 0 for anything else.
  std::int64_t time(const json::Value* value) const {
    const auto written = text(value);
    std::int64_t seconds = 0;
    if (const auto number = text::parse_number<std::uint64_t>(written);
        number && written.size() > 8)
      seconds = *number > std::uint64_t{last_second} ? 0 : static_cast<std::int64_t>(*number);
    else if (const auto date = message::parse_date(written))
      seconds = date->seconds;
    return seconds >= 0 && seconds <= last_second ? seconds : 0;
  }

  Result<> read_policy(const json::Value& value) {
    // The members of "policy" stand beside it in some reports.
    const auto* inner = member(&value, "policy");
    if (inner == nullptr || !inner->is_object()) inner = &value;
    Policy policy;
    policy.type_word = text(member(inner, "policy-type"));
    policy.type = parse_policy_type(policy.type_word);
    if (policy.type != PolicyType::other) policy.type_word.clear();
    policy.text = texts(member(inner, "policy-string"));
    policy.domain = text::lower(text(member(inner, "policy-domain")));
    policy.mx = texts(member(inner, "mx-host"));
    const auto* const summary = member(&value, "summary");
    policy.successful_sessions = number(member(summary, "total-successful-session-count"));
    policy.failed_sessions = number(member(summary, "total-failure-session-count"));
    MOX_TRY(each(member(&value, "failure-details"), limits_.failures - failures_, "failures",
                 [&](const json::Value& details) {
                   policy.failures.push_back(failure_details(details));
                   return ok();
                 }));
    failures_ += policy.failures.size();
    report_.policies.push_back(std::move(policy));
    return ok();
  }

  FailureDetails failure_details(const json::Value& value) const {
    FailureDetails details;
    details.type_word = text(member(&value, "result-type"));
    details.type = parse_result_type(details.type_word);
    if (details.type != ResultType::other) details.type_word.clear();
    details.sending_mta_ip = text(member(&value, "sending-mta-ip"));
    details.receiving_mx_hostname = text(member(&value, "receiving-mx-hostname"));
    details.receiving_mx_helo = text(member(&value, "receiving-mx-helo"));
    details.receiving_ip = text(member(&value, "receiving-ip"));
    details.failed_sessions = number(member(&value, "failed-session-count"));
    details.additional_information = text(member(&value, "additional-information"));
    // The older spelling is that of a draft.
    const auto* reason = member(&value, "failure-reason-code");
    if (reason == nullptr) reason = member(&value, "failure-error-code");
    details.reason_code = text(reason);
    return details;
  }

  const ReportLimits& limits_;
  std::size_t failures_ = 0;
  Report report_;
};

} // namespace

Result<Report> parse_report(std::string_view json, const ReportLimits& limits) {
  if (json.size() > limits.size)
    return failure(ErrorKind::full, fmt::format("the report has more than {} bytes", limits.size));
  if (count_values(json) > limits.values)
    return failure(ErrorKind::full,
                   fmt::format("the report has more than {} values", limits.values));
  // Boost.JSON is strict about UTF-8; senders are not.
  std::string repaired;
  if (!text::is_utf8(json)) json = repaired = text::repair_utf8(json);
  MOX_TRY_ASSIGN(value, json::parse(json, {.size = limits.size * 3, .depth = limits.depth}));
  if (!value.is_object())
    return failure(ErrorKind::invalid, "the JSON is no report about TLS: no object");
  return ReportReader(limits).read(value);
}

} // namespace mox::tlsrpt
