#include "dmarc/report_reader.h"

#include "message/date.h"
#include "text/ascii.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <pugixml.hpp>
#include <string_view>

namespace mox::dmarc {

namespace {

// No DOCTYPE, no processing instructions, no comments: they leave no node. pugixml never reads
// other files and knows no entities but the five of XML and numbers.
constexpr unsigned parse_options =
    pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_embed_pcdata;

// Years 1970 to 9999.
constexpr std::int64_t last_second = 253'402'300'799;

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is(const pugi::xml_node& node, std::string_view name) {
  return text::iequals(local_name(node), name);
}

// The first of that name; a null node when there is none.
pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  for (const auto& node : parent.children())
    if (is(node, name)) return node;
  return {};
}

class ReportReader {
public:
  explicit ReportReader(const ReportLimits& limits) : limits_(limits) {}

  Result<Report> read(const pugi::xml_node& feedback) {
    bool useful = false;
    for (const auto& node : feedback.children()) {
      if (is(node, "version")) report_.version = word(node);
      if (is(node, "report_metadata")) read_metadata(node);
      if (is(node, "policy_published")) read_policy(node);
      if (is(node, "record")) {
        if (report_.rows.size() == limits_.rows)
          return failure(ErrorKind::full,
                         fmt::format("the report has more than {} rows", limits_.rows));
        read_row(node);
      }
      useful |= is(node, "report_metadata") || is(node, "policy_published") || is(node, "record");
    }
    if (!useful) return failure(ErrorKind::invalid, "the report has nothing in it");
    return std::move(report_);
  }

private:
  // All text directly in the element, pieces of CDATA included.
  std::string content(const pugi::xml_node& node) const {
    std::string bytes = node.value();
    for (const auto& piece : node.children()) {
      if (piece.type() != pugi::node_pcdata && piece.type() != pugi::node_cdata) continue;
      if (bytes.size() > limits_.text) break;
      bytes += piece.value();
    }
    const auto trimmed = text::trim(bytes);
    if (text::is_utf8(trimmed)) return std::string(text::cut_utf8(trimmed, limits_.text));
    return text::repair_utf8(trimmed.substr(0, limits_.text));
  }

  std::string content(const pugi::xml_node& parent, std::string_view name) const {
    return content(child(parent, name));
  }

  std::string word(const pugi::xml_node& node) const { return text::lower(content(node)); }

  std::string word(const pugi::xml_node& parent, std::string_view name) const {
    return word(child(parent, name));
  }

  // "12", "12.0", "+12"; 0 for anything else.
  std::uint64_t number(const pugi::xml_node& parent, std::string_view name) const {
    const auto text = content(parent, name);
    std::string_view digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (const auto dot = digits.find('.'); dot != std::string_view::npos)
      if (digits.find_first_not_of('0', dot + 1) == std::string_view::npos)
        digits = digits.substr(0, dot);
    return text::parse_number<std::uint64_t>(digits).value_or(0);
  }

  // Seconds since 1970, or a date in any form that mail has; 0 for anything else.
  std::int64_t time(const pugi::xml_node& parent, std::string_view name) const {
    const auto text = content(parent, name);
    const auto fraction = std::min(text.find('.'), text.size());
    const auto seconds =
        text::parse_number<std::uint64_t>(std::string_view(text).substr(0, fraction));
    if (seconds && *seconds <= std::uint64_t{last_second})
      return static_cast<std::int64_t>(*seconds);
    const auto date = seconds ? std::nullopt : message::parse_date(text);
    return date && date->seconds >= 0 && date->seconds <= last_second ? date->seconds : 0;
  }

  void read_metadata(const pugi::xml_node& node) {
    auto& metadata = report_.metadata;
    metadata.organization = content(node, "org_name");
    metadata.email = content(node, "email");
    metadata.extra_contact = content(node, "extra_contact_info");
    metadata.id = content(node, "report_id");
    metadata.generator = content(node, "generator");
    const auto range = child(node, "date_range");
    metadata.begin = time(range, "begin");
    metadata.end = time(range, "end");
    for (const auto& error : node.children())
      if (is(error, "error") && metadata.errors.size() < limits_.results)
        metadata.errors.push_back(content(error));
  }

  void read_policy(const pugi::xml_node& node) {
    auto& policy = report_.policy;
    policy.domain = word(node, "domain");
    policy.dkim_mode = word(node, "adkim");
    policy.spf_mode = word(node, "aspf");
    policy.policy = word(node, "p");
    policy.subdomain_policy = word(node, "sp");
    policy.nonexistent_policy = word(node, "np");
    policy.failure_options = word(node, "fo");
    policy.testing = word(node, "testing");
    policy.discovery_method = word(node, "discovery_method");
    if (const auto pct = number(node, "pct"); child(node, "pct") && pct <= 100)
      policy.percentage = static_cast<unsigned>(pct);
  }

  void read_row(const pugi::xml_node& node) {
    ReportRow row;
    const auto source = child(node, "row");
    row.source_ip = content(source, "source_ip");
    row.count = number(source, "count");
    const auto evaluated = child(source, "policy_evaluated");
    row.disposition = word(evaluated, "disposition");
    row.dkim = word(evaluated, "dkim");
    row.spf = word(evaluated, "spf");
    for (const auto& reason : evaluated.children())
      if (is(reason, "reason") && row.reasons.size() < limits_.results)
        row.reasons.push_back({word(reason, "type"), content(reason, "comment")});
    read_identifiers(node, row);
    read_results(child(node, "auth_results"), row);
    report_.rows.push_back(std::move(row));
  }

  // A draft before RFC 7489 called them "identities".
  void read_identifiers(const pugi::xml_node& node, ReportRow& row) const {
    auto identifiers = child(node, "identifiers");
    if (!identifiers) identifiers = child(node, "identities");
    row.envelope_to = content(identifiers, "envelope_to");
    if (const auto from = child(identifiers, "envelope_from")) row.envelope_from = content(from);
    row.header_from = content(identifiers, "header_from");
  }

  void read_results(const pugi::xml_node& node, ReportRow& row) const {
    for (const auto& result : node.children()) {
      if (is(result, "dkim") && row.dkim_results.size() < limits_.results)
        row.dkim_results.push_back({content(result, "domain"), content(result, "selector"),
                                    word(result, "result"), content(result, "human_result")});
      if (is(result, "spf") && row.spf_results.size() < limits_.results)
        row.spf_results.push_back({content(result, "domain"), word(result, "scope"),
                                   word(result, "result"), content(result, "human_result")});
    }
  }

  const ReportLimits& limits_;
  Report report_;
};

// The element, or, in what some wrap around it, the first of that name one level below.
pugi::xml_node find_feedback(const pugi::xml_document& document) {
  if (const auto found = child(document, "feedback")) return found;
  for (const auto& root : document.children())
    if (const auto found = child(root, "feedback")) return found;
  return {};
}

} // namespace

std::uint64_t Report::message_count() const {
  std::uint64_t sum = 0;
  for (const auto& row : rows) sum = row.count > UINT64_MAX - sum ? UINT64_MAX : sum + row.count;
  return sum;
}

Result<Report> parse_report(std::string xml, const ReportLimits& limits) {
  if (xml.size() > limits.size)
    return failure(ErrorKind::full, fmt::format("the report has more than {} bytes", limits.size));
  // What becomes a node: elements, their ends, and attributes.
  if (std::ranges::count_if(xml, [](char c) { return c == '<' || c == '='; }) >
      static_cast<std::ptrdiff_t>(limits.tags))
    return failure(ErrorKind::full, fmt::format("the report has more than {} tags", limits.tags));
  pugi::xml_document document;
  const auto parsed = document.load_buffer_inplace(xml.data(), xml.size(), parse_options);
  const auto feedback = find_feedback(document);
  if (!feedback)
    return failure(ErrorKind::invalid,
                   parsed ? "the XML has no element \"feedback\"" : "the report is no XML");
  return ReportReader(limits).read(feedback);
}

} // namespace mox::dmarc
