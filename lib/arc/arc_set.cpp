#include "arc/arc_set.h"

#include "dkim/tag_list.h"
#include "text/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace mox::arc {

namespace {

using dkim::Fault;
using dkim::Why;

Fault syntax(std::string text) {
  return {.why = Why::syntax, .text = std::move(text)};
}

// instance = "i=" 1*2DIGIT ; from 1 to 50
std::optional<unsigned> parse_instance(std::string_view value) {
  const auto number = value.size() <= 2 ? dkim::parse_digits(value) : std::nullopt;
  if (!number || *number < 1 || *number > instance_limit) return std::nullopt;
  return static_cast<unsigned>(*number);
}

std::optional<Fault> read_instance(const dkim::TagList& tags, Signed& into) {
  const auto instance = parse_instance(tags.value("i").value_or(""));
  if (!instance) return syntax(fmt::format("i= is not a number from 1 to {}", instance_limit));
  into.instance = *instance;
  return std::nullopt;
}

// Unlike DKIM's, it may be empty and have empty elements: they sign nothing. What is signed later
// may not be in it (RFC 8617 section 4.1.2).
std::optional<Fault> read_own_names(const dkim::TagList& tags, dkim::Signature& into) {
  const auto value = tags.value("h");
  if (!value) return syntax("there is no h=");
  std::string_view left = *value;
  for (bool more = true; more;) {
    const auto colon = left.find(':');
    const auto name = text::trim(left.substr(0, colon));
    if (text::iequals(name, seal_name)) return syntax("h= has ARC-Seal");
    if (into.signed_names.size() == dkim::signed_names_limit)
      return syntax(fmt::format("h= has more than {} names", dkim::signed_names_limit));
    if (!name.empty()) into.signed_names.emplace_back(name);
    more = colon != std::string_view::npos;
    if (more) left.remove_prefix(colon + 1);
  }
  return std::nullopt;
}

std::optional<Fault> refuse_sha1(const dkim::Signature& signature) {
  if (!signature.algorithm || signature.algorithm->hash != dkim::Hash::sha1) return std::nullopt;
  return Fault{Why::unknown_algorithm, "sha1 can be forged (RFC 8301)"};
}

// Text that nobody signed may follow.
std::optional<Fault> refuse_length(const dkim::TagList& tags) {
  if (tags.find("l") == nullptr) return std::nullopt;
  return Fault{Why::policy, "l= is not accepted"};
}

std::optional<Fault> refuse_signed_names(const dkim::TagList& tags) {
  if (tags.find("h") == nullptr) return std::nullopt;
  return syntax("a seal has no h=");
}

std::optional<Fault> read_chain(const dkim::TagList& tags, Signed& into) {
  const auto value = tags.value("cv");
  if (!value) return syntax("there is no cv=");
  for (const auto chain : {Chain::none, Chain::pass, Chain::fail})
    if (text::iequals(*value, to_string(chain))) {
      into.chain = chain;
      return std::nullopt;
    }
  return syntax(fmt::format("cv={:?} is not none, pass or fail", value->substr(0, 40)));
}

template <std::size_t N> void take_first(std::array<std::optional<Fault>, N> faults, Signed& into) {
  const auto first =
      std::ranges::find_if(faults, [](const auto& fault) { return fault.has_value(); });
  if (first != faults.end()) into.fault = std::move(*first);
}

class Collection {
public:
  explicit Collection(const dkim::HeaderSection& header) : header_(header) {}

  Sets run() {
    for (const auto number : header_.all(results_name)) add_results(header_.fields()[number]);
    for (const auto number : header_.all(message_signature_name)) {
      const auto& field = header_.fields()[number];
      add(field, parse_message_signature(field.body), &Set::message_signature, &Set::message_signed,
          message_signature_name);
    }
    for (const auto number : header_.all(seal_name)) {
      const auto& field = header_.fields()[number];
      add(field, parse_seal(field.body), &Set::seal, &Set::sealed, seal_name);
    }
    check();
    return std::move(sets_);
  }

private:
  void problem(Why why, std::string text) {
    if (!sets_.problem) sets_.problem = Fault{.why = why, .text = std::move(text)};
  }

  Set& at(unsigned instance) {
    if (sets_.sets.size() < instance) sets_.sets.resize(instance);
    sets_.highest = std::max(sets_.highest, instance);
    return sets_.sets[instance - 1];
  }

  void put(const message::Field& field, const message::Field*& place, unsigned instance,
           std::string_view name) {
    if (place != nullptr) problem(Why::syntax, fmt::format("two {} with i={}", name, instance));
    place = &field;
  }

  void add_results(const message::Field& field) {
    const auto results = parse_results(field.body);
    if (!results)
      return problem(Why::syntax, fmt::format("{} does not begin with i=, from 1 to {}",
                                              results_name, instance_limit));
    auto& set = at(results->instance);
    put(field, set.results, results->instance, results_name);
    set.results_text = results->text;
  }

  void add(const message::Field& field, Signed parsed, const message::Field* Set::* place,
           Signed Set::* where, std::string_view name) {
    if (parsed.instance == 0)
      return problem(parsed.fault ? parsed.fault->why : Why::syntax,
                     fmt::format("{}: {}", name, parsed.fault ? parsed.fault->text : "no i="));
    if (parsed.fault)
      problem(parsed.fault->why,
              fmt::format("{} with i={}: {}", name, parsed.instance, parsed.fault->text));
    auto& set = at(parsed.instance);
    put(field, set.*place, parsed.instance, name);
    set.*where = std::move(parsed);
  }

  void check() {
    for (std::size_t i = 0; i < sets_.sets.size(); ++i) {
      const auto& set = sets_.sets[i];
      for (const auto& [field, name] : {std::pair{set.results, results_name},
                                        std::pair{set.message_signature, message_signature_name},
                                        std::pair{set.seal, seal_name}})
        if (field == nullptr) problem(Why::syntax, fmt::format("no {} with i={}", name, i + 1));
      const auto wanted = i == 0 ? Chain::none : Chain::pass;
      if (set.seal != nullptr && !set.sealed.fault && set.sealed.chain != wanted)
        problem(Why::syntax, fmt::format("{} with i={} has cv={}, not {}", seal_name, i + 1,
                                         to_string(set.sealed.chain), to_string(wanted)));
    }
  }

  const dkim::HeaderSection& header_;
  Sets sets_;
};

} // namespace

std::string_view to_string(Chain chain) {
  switch (chain) {
  case Chain::none: return "none";
  case Chain::pass: return "pass";
  case Chain::fail: return "fail";
  }
  return {};
}

std::optional<Results> parse_results(std::string_view body) {
  const auto semicolon = body.find(';');
  const auto equals = body.find('=');
  if (semicolon == std::string_view::npos || equals > semicolon ||
      text::trim(body.substr(0, equals)) != "i")
    return std::nullopt;
  const auto instance = parse_instance(text::trim(body.substr(equals + 1, semicolon - equals - 1)));
  if (!instance) return std::nullopt;
  return Results{.instance = *instance, .text = text::trim(body.substr(semicolon + 1))};
}

Signed parse_message_signature(std::string_view body) {
  Signed parsed;
  const auto tags = dkim::parse_tag_list(body);
  if (!tags) {
    parsed.fault = syntax(tags.error().text);
    return parsed;
  }
  auto& signature = parsed.signature;
  // Deviation: RFC 8617 leaves the default of DKIM, simple, as it is; implementations of ARC and
  // their tests have relaxed.
  signature.header = signature.body = dkim::Canonical::relaxed;
  take_first(std::array{read_instance(*tags, parsed), dkim::read_names(*tags, signature),
                        dkim::read_algorithm(*tags, signature), refuse_sha1(signature),
                        dkim::read_canonical(*tags, signature), dkim::read_hashes(*tags, signature),
                        read_own_names(*tags, signature), dkim::read_times(*tags, signature),
                        refuse_length(*tags)},
             parsed);
  return parsed;
}

// The canonical form of what a seal signs is always relaxed (RFC 8617 section 5.1.1).
Signed parse_seal(std::string_view body) {
  Signed parsed;
  const auto tags = dkim::parse_tag_list(body);
  if (!tags) {
    parsed.fault = syntax(tags.error().text);
    return parsed;
  }
  auto& signature = parsed.signature;
  signature.header = dkim::Canonical::relaxed;
  take_first(std::array{read_instance(*tags, parsed), read_chain(*tags, parsed),
                        refuse_signed_names(*tags), dkim::read_names(*tags, signature),
                        dkim::read_algorithm(*tags, signature), refuse_sha1(signature),
                        dkim::read_signature_bytes(*tags, signature),
                        dkim::read_times(*tags, signature)},
             parsed);
  return parsed;
}

Sets collect(const dkim::HeaderSection& header) {
  return Collection(header).run();
}

} // namespace mox::arc
