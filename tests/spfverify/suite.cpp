#include "spfverify/suite.h"

#include "dns/zone_text.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace mox::test {

namespace {

std::size_t indent_of(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

// A scalar or a list in brackets.
class Values {
public:
  explicit Values(std::string_view text) : text_(text::trim(text)) {}

  std::vector<std::string> read() {
    if (!text_.starts_with('[')) return {scalar("")};
    std::vector<std::string> values;
    text_.remove_prefix(1);
    while (true) {
      text_ = text::trim(text_);
      if (text_.starts_with(']')) return values;
      values.push_back(scalar(",]"));
      text_ = text::trim(text_);
      if (text_.starts_with(',')) text_.remove_prefix(1);
      if (text_.empty()) throw std::runtime_error("a list without end");
    }
  }

private:
  std::string scalar(std::string_view ends) {
    if (text_.starts_with('\'')) return single_quoted();
    if (text_.starts_with('"')) return double_quoted();
    const auto end =
        ends.empty() ? text_.size() : std::min(text_.find_first_of(ends), text_.size());
    const auto value = text::trim(text_.substr(0, end));
    text_.remove_prefix(end);
    return std::string(value);
  }

  std::string single_quoted() {
    std::string value;
    for (text_.remove_prefix(1); !text_.empty(); text_.remove_prefix(1)) {
      if (text_.front() == '\'') {
        text_.remove_prefix(1);
        if (!text_.starts_with('\'')) return value;
      }
      value += text_.front();
    }
    throw std::runtime_error("a quote without end");
  }

  std::string double_quoted() {
    std::string value;
    text_.remove_prefix(1);
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"') return value;
      value += c == '\\' ? escape() : c;
    }
    throw std::runtime_error("a quote without end");
  }

  char escape() {
    const char c = text_.front();
    text_.remove_prefix(1);
    if (c == '0') return '\0';
    if (c != 'x') return c;
    const std::string digits(text_.substr(0, 2));
    text_.remove_prefix(2);
    return static_cast<char>(std::stoi(digits, nullptr, 16));
  }

  std::string_view text_;
};

// "key: value", where the key may be quoted or hold colons.
struct Entry {
  std::string key;
  std::string_view value;
};

Entry entry_of(std::string_view line) {
  if (line.starts_with('"')) {
    const auto end = line.find("\":", 1);
    return {std::string(line.substr(1, end - 1)), line.substr(end + 2)};
  }
  const auto colon = line.ends_with(':') ? line.size() - 1 : line.find(": ");
  if (colon == std::string_view::npos) throw std::runtime_error(fmt::format("no entry: {}", line));
  return {std::string(line.substr(0, colon)), line.substr(colon + 1)};
}

class Reader {
public:
  std::vector<SuiteScenario> read(std::string_view text) {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size());
      auto line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty() && !line.starts_with('#')) add(line);
    }
    return std::move(scenarios_);
  }

private:
  void add(std::string_view line) {
    if (line.starts_with("---")) {
      scenarios_.emplace_back();
      section_.clear();
      return;
    }
    const auto indent = indent_of(line);
    line.remove_prefix(indent);
    if (indent == 0) {
      const auto entry = entry_of(line);
      section_ = entry.key;
      if (section_ == "description") scenarios_.back().description = text::trim(entry.value);
    } else if (section_ == "tests") {
      add_test(line, indent);
    } else if (section_ == "zonedata") {
      add_record(line, indent);
    }
  }

  void add_test(std::string_view line, std::size_t indent) {
    auto& cases = scenarios_.back().cases;
    if (indent == 2) {
      cases.emplace_back().name = entry_of(line).key;
      return;
    }
    if (indent != 4) return; // more of a text
    const auto [key, value] = entry_of(line);
    auto& current = cases.back();
    if (key == "helo") current.helo = Values(value).read().at(0);
    if (key == "host") current.host = Values(value).read().at(0);
    if (key == "mailfrom") current.mail_from = Values(value).read().at(0);
    if (key == "result") current.results = Values(value).read();
    if (key == "explanation") current.explanation = Values(value).read().at(0);
  }

  void add_record(std::string_view line, std::size_t indent) {
    if (indent == 2) {
      owner_ = entry_of(line).key;
      return;
    }
    if (!line.starts_with("- ")) throw std::runtime_error(fmt::format("no record: {}", line));
    line.remove_prefix(2);
    SuiteRecord record{.name = owner_, .type = std::string(line), .values = {}};
    if (line != "TIMEOUT") {
      const auto entry = entry_of(line);
      record.type = entry.key;
      record.values = Values(entry.value).read();
    }
    scenarios_.back().records.push_back(std::move(record));
  }

  std::vector<SuiteScenario> scenarios_;
  std::string section_;
  std::string owner_;
};

std::string escaped_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (text::is_alnum(c) || c == '-' || c == '_' || c == '.')
      text += c;
    else
      text += dns::zone_escape(static_cast<unsigned char>(c));
  }
  return text.ends_with('.') ? text : text + '.';
}

std::string data_of(const SuiteRecord& record) {
  std::string text;
  if (record.type == "TXT" || record.type == "SPF") {
    for (const auto& string : record.values) text += dns::zone_text_strings(string) + ' ';
    return text.empty() ? "\"\"" : text;
  }
  if (record.type == "A" || record.type == "AAAA") return record.values.at(0);
  if (record.type == "MX") return record.values.at(0) + ' ' + escaped_name(record.values.at(1));
  return escaped_name(record.values.at(0));
}

} // namespace

std::vector<SuiteScenario> read_suite(std::string_view text) {
  return Reader().read(text);
}

std::string zone_text_of(const SuiteScenario& scenario) {
  std::map<std::string, std::set<std::string>> types;
  for (const auto& record : scenario.records) types[record.name].insert(record.type);
  std::string text;
  for (const auto& record : scenario.records) {
    const auto& own = types[record.name];
    const auto owner = escaped_name(record.name);
    if (record.type == "TIMEOUT") {
      for (const auto* const type : {"A", "AAAA", "MX", "PTR", "TXT"}) {
        const bool has = own.contains(type) || (type == std::string("TXT") && own.contains("SPF"));
        const bool none = std::ranges::any_of(scenario.records, [&](const auto& other) {
          return other.name == record.name && other.type == type &&
                 other.values == std::vector<std::string>{"NONE"};
        });
        if (!has || none) text += fmt::format(";!timeout {} {}\n", owner, type);
      }
      continue;
    }
    if (record.values == std::vector<std::string>{"NONE"}) continue;
    if (record.type == "SPF" && own.contains("TXT")) continue;
    const auto type = record.type == "SPF" ? "TXT" : record.type;
    text += fmt::format("{} 300 IN {} {}\n", owner, type, data_of(record));
  }
  return text;
}

} // namespace mox::test
