#include "dmarc/record.h"

#include "dmarc/uri.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mox::dmarc {

namespace {

constexpr std::string_view version = "DMARC1";

// Takes what stands before the next semicolon off the front of `text`.
std::string_view take_tag(std::string_view& text) {
  const auto size = std::min(text.find(';'), text.size());
  const auto tag = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return text::trim(tag);
}

struct Tag {
  std::string name; // lower case; empty when there is no "="
  std::string_view value;
};

Tag split(std::string_view tag) {
  const auto equals = tag.find('=');
  if (equals == std::string_view::npos) return {{}, tag};
  return {text::lower(text::trim(tag.substr(0, equals))), text::trim(tag.substr(equals + 1))};
}

// dmarc-version = "v" *WSP "=" *WSP %x44 %x4d %x41 %x52 %x43 %x31
bool is_version(std::string_view tag) {
  const auto [name, value] = split(tag);
  return name == "v" && value == version;
}

// Words of others in an error: short, and nothing that could end the line.
std::string quoted(std::string_view value) {
  std::string result = "\"";
  for (const char c : value.substr(0, 60)) result += text::is_printable(c) ? c : '?';
  return result + (value.size() > 60 ? "…\"" : "\"");
}

std::optional<Policy> policy_of(std::string_view value) {
  for (const auto policy : {Policy::none, Policy::quarantine, Policy::reject})
    if (text::iequals(value, to_string(policy))) return policy;
  return std::nullopt;
}

// dmarc-fo = ( "0" / "1" / "d" / "s" ) *(*WSP ":" *WSP ( "0" / "1" / "d" / "s" ))
std::optional<std::string> failure_options_of(std::string_view value) {
  std::string options;
  while (true) {
    const auto size = std::min(value.find(':'), value.size());
    const auto option = text::lower(text::trim(value.substr(0, size)));
    if (option != "0" && option != "1" && option != "d" && option != "s") return std::nullopt;
    options += (options.empty() ? "" : ":") + option;
    if (size == value.size()) return options;
    value.remove_prefix(size + 1);
    if (options.size() > 20) return std::nullopt;
  }
}

class Reader {
public:
  // True when p, sp and np, as far as they are there, are policies, and p is there.
  bool has_good_policy() const { return policy_given_ && !bad_policy_; }

  Result<Record> read(std::string_view text) {
    if (text.size() > record_limit)
      return failure(ErrorKind::invalid, "the DMARC record is too large");
    if (!is_version(take_tag(text)))
      return failure(ErrorKind::invalid, "the DMARC record does not begin with v=DMARC1");
    while (!text.empty()) {
      const auto tag = split(take_tag(text));
      if (tag.name.empty() && tag.value.empty()) continue;
      if (seen_.size() == tag_limit)
        return failure(ErrorKind::invalid, "the DMARC record has too many tags");
      if (!tag.name.empty() && !seen_.insert(tag.name).second)
        return failure(
            ErrorKind::invalid,
            fmt::format("the tag {} occurs twice in the DMARC record", quoted(tag.name)));
      set(tag);
    }
    return std::move(record_);
  }

private:
  void set(const Tag& tag) {
    const auto& [name, value] = tag;
    if (name == "p") {
      policy_given_ = true;
      record_.policy = policy(tag).value_or(Policy::none);
    } else if (name == "sp") {
      record_.subdomain_policy = policy(tag);
    } else if (name == "np") {
      record_.nonexistent_policy = policy(tag);
    } else if (name == "rua") {
      record_.aggregate_reports = uris(tag);
    } else if (name == "ruf") {
      record_.failure_reports = uris(tag);
    } else if (!set_mode(tag) && !set_number(tag) && !set_word(tag)) {
      record_.problems.push_back(name.empty() ? fmt::format("{} is no tag", quoted(value))
                                              : fmt::format("unknown tag {}", quoted(name)));
    }
  }

  bool set_mode(const Tag& tag) {
    if (tag.name != "adkim" && tag.name != "aspf") return false;
    auto& mode = tag.name == "adkim" ? record_.dkim_mode : record_.spf_mode;
    if (text::iequals(tag.value, "s"))
      mode = Mode::strict;
    else if (!text::iequals(tag.value, "r"))
      bad(tag);
    return true;
  }

  bool set_number(const Tag& tag) {
    if (tag.name == "pct") {
      const auto number = text::parse_number<std::uint8_t>(tag.value);
      number && *number <= 100 ? void(record_.percentage = *number) : bad(tag);
      return true;
    }
    if (tag.name == "ri") {
      const auto number = text::parse_number<std::uint32_t>(tag.value);
      number ? void(record_.report_interval = std::chrono::seconds(*number)) : bad(tag);
      return true;
    }
    return false;
  }

  bool set_word(const Tag& tag) {
    const auto word = text::lower(tag.value);
    if (tag.name == "fo") {
      auto options = failure_options_of(word);
      options ? void(record_.failure_options = *std::move(options)) : bad(tag);
    } else if (tag.name == "rf") {
      word == "afrf" || word == "iodef" ? void(record_.failure_format = word) : bad(tag);
    } else if (tag.name == "t") {
      word == "y" || word == "n" ? void(record_.testing = word == "y") : bad(tag);
    } else if (tag.name == "psd") {
      if (word == "y")
        record_.public_suffix = PublicSuffix::yes;
      else if (word == "n")
        record_.public_suffix = PublicSuffix::no;
      else if (word != "u")
        bad(tag);
    } else {
      return false;
    }
    return true;
  }

  std::optional<Policy> policy(const Tag& tag) {
    const auto policy = policy_of(tag.value);
    if (!policy) {
      bad_policy_ = true;
      bad(tag);
    }
    return policy;
  }

  std::vector<Uri> uris(const Tag& tag) {
    std::vector<Uri> list;
    for (auto rest = tag.value; !rest.empty();) {
      const auto size = std::min(rest.find(','), rest.size());
      const auto text = text::trim(rest.substr(0, size));
      rest.remove_prefix(std::min(size + 1, rest.size()));
      auto uri = parse_uri(text);
      if (!uri)
        record_.problems.push_back(fmt::format("{}: {}", tag.name, uri.error().text));
      else if (list.size() < uri_limit)
        list.push_back(*std::move(uri));
      if (record_.problems.size() > tag_limit + uri_limit) break;
    }
    return list;
  }

  void bad(const Tag& tag) {
    record_.problems.push_back(fmt::format("{}={} has no meaning", tag.name, quoted(tag.value)));
  }

  Record record_;
  std::set<std::string> seen_;
  bool policy_given_ = false;
  bool bad_policy_ = false;
};

} // namespace

bool Record::operator==(const Record& other) const {
  return policy == other.policy && subdomain_policy == other.subdomain_policy &&
         nonexistent_policy == other.nonexistent_policy && dkim_mode == other.dkim_mode &&
         spf_mode == other.spf_mode && aggregate_reports == other.aggregate_reports &&
         failure_reports == other.failure_reports && failure_options == other.failure_options &&
         failure_format == other.failure_format && report_interval == other.report_interval &&
         percentage == other.percentage && public_suffix == other.public_suffix &&
         testing == other.testing;
}

std::vector<std::string_view> claims(std::span<const std::string> texts) {
  std::vector<std::string_view> found;
  for (const std::string_view text : texts)
    if (auto rest = text; is_version(take_tag(rest))) found.push_back(text);
  return found;
}

Result<Record> parse_record(std::string_view text) {
  Reader reader;
  MOX_TRY_ASSIGN(record, reader.read(text));
  if (reader.has_good_policy()) return record;
  if (record.aggregate_reports.empty())
    return failure(ErrorKind::invalid, "the DMARC record has no usable p, sp or np");
  record.policy = Policy::none;
  record.subdomain_policy.reset();
  record.nonexistent_policy.reset();
  record.problems.emplace_back("without a usable p, sp or np it stands for p=none");
  return record;
}

Result<Record> parse_acceptance(std::string_view text) {
  return Reader().read(text);
}

std::string_view to_string(Policy policy) {
  switch (policy) {
  case Policy::none: return "none";
  case Policy::quarantine: return "quarantine";
  case Policy::reject: return "reject";
  }
  return {};
}

std::string_view to_string(Mode mode) {
  return mode == Mode::strict ? "strict" : "relaxed";
}

std::string_view to_string(PublicSuffix public_suffix) {
  switch (public_suffix) {
  case PublicSuffix::yes: return "y";
  case PublicSuffix::no: return "n";
  case PublicSuffix::unknown: return "u";
  }
  return {};
}

namespace {

void append_uris(std::string& to, std::string_view name, const std::vector<Uri>& uris) {
  for (std::size_t i = 0; i < uris.size(); ++i)
    to += (i == 0 ? fmt::format(";{}=", name) : ",") + to_string(uris[i]);
}

} // namespace

std::string to_string(const Record& record) {
  const Record standard;
  auto text = fmt::format("v=DMARC1;p={}", to_string(record.policy));
  const auto add = [&text](std::string_view name, std::string_view value) {
    text += fmt::format(";{}={}", name, value);
  };
  if (record.subdomain_policy) add("sp", to_string(*record.subdomain_policy));
  if (record.nonexistent_policy) add("np", to_string(*record.nonexistent_policy));
  if (record.dkim_mode == Mode::strict) add("adkim", "s");
  if (record.spf_mode == Mode::strict) add("aspf", "s");
  if (record.failure_options != standard.failure_options) add("fo", record.failure_options);
  if (record.failure_format != standard.failure_format) add("rf", record.failure_format);
  if (record.report_interval != standard.report_interval)
    add("ri", std::to_string(record.report_interval.count()));
  if (record.percentage != standard.percentage) add("pct", std::to_string(record.percentage));
  if (record.public_suffix != standard.public_suffix) add("psd", to_string(record.public_suffix));
  if (record.testing) add("t", "y");
  append_uris(text, "rua", record.aggregate_reports);
  append_uris(text, "ruf", record.failure_reports);
  return text;
}

} // namespace mox::dmarc
