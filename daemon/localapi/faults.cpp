// Rules for failures on purpose.

#include "json/parse.h"
#include "localapi/call.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace mox::localapi {

namespace {

using smtpserver::Fault;
using smtpserver::FaultRule;
using smtpserver::Stage;

constexpr std::string_view advice =
    R"(write {"seed": 1, "rules": [{"stage": "rcpt", "reply": 451, "to": "*@example.org", )"
    R"("chance": 0.5, "times": 3}]}; GET / shows more)";

struct StageName {
  std::string_view name;
  Stage stage;
};

constexpr std::array stages = {StageName{"connect", Stage::connect}, StageName{"auth", Stage::auth},
                               StageName{"mailfrom", Stage::mail}, StageName{"rcpt", Stage::rcpt},
                               StageName{"data", Stage::data}};
constexpr std::string_view stage_names = R"("connect", "auth", "mailfrom", "rcpt" or "data")";

std::string_view name_of(Stage stage) {
  for (const auto& known : stages)
    if (known.stage == stage) return known.name;
  std::unreachable();
}

std::unexpected<Error> invalid(std::string text) {
  return failure(ErrorKind::invalid, std::move(text));
}

std::string_view view(const auto& text) {
  return {text.data(), text.size()};
}

// Nothing that is not one of `known`.
Result<> check_members(const auto& object, std::initializer_list<std::string_view> known) {
  for (const auto& member : object)
    if (std::find(known.begin(), known.end(), view(member.key())) == known.end())
      return invalid(fmt::format("\"{}\" is not known", view(member.key())));
  return ok();
}

Result<Stage> read_stage(const json::Value* value) {
  if (value == nullptr || !value->is_string())
    return invalid(fmt::format("stage must be {}", stage_names));
  const auto& name = value->get_string();
  for (const auto& known : stages)
    if (known.name == view(name)) return known.stage;
  return invalid(fmt::format("stage \"{}\" is not {}", view(name), stage_names));
}

Result<std::string> read_text(const json::Value* value, std::string_view name) {
  if (value == nullptr) return std::string();
  if (!value->is_string()) return invalid(fmt::format("{} must be a text", name));
  return std::string(view(value->get_string()));
}

// A number of JSON without fraction and sign.
Result<std::uint64_t> read_count(const json::Value& value, std::string_view name) {
  if (const auto* number = value.if_uint64()) return *number;
  const auto* number = value.if_int64();
  if (number == nullptr || *number < 0)
    return invalid(fmt::format("{} must be a whole number, 0 or more", name));
  return static_cast<std::uint64_t>(*number);
}

Result<Fault> read_reply(const json::Value* value) {
  constexpr auto wanted = "reply must be a code from 400 to 599, \"timeout\" or \"disconnect\"";
  if (value == nullptr) return invalid(wanted);
  if (value->is_string()) {
    const auto word = view(value->get_string());
    if (word == "timeout") return Fault{.kind = Fault::Kind::timeout, .text = {}};
    if (word == "disconnect") return Fault{.kind = Fault::Kind::disconnect, .text = {}};
    return invalid(wanted);
  }
  const auto* code = value->if_int64();
  if (code == nullptr || *code < 400 || *code > 599) return invalid(wanted);
  return Fault{.code = static_cast<std::uint16_t>(*code), .text = {}};
}

Result<FaultRule> read_rule(const json::Value& value) {
  if (!value.is_object()) return invalid("it must be an object");
  const auto& object = value.get_object();
  MOX_TRY(check_members(
      object, {"stage", "reply", "text", "from", "to", "chance", "times", "matched", "acted"}));
  FaultRule rule;
  MOX_TRY_ASSIGN(stage, read_stage(object.if_contains("stage")));
  rule.stage = stage;
  MOX_TRY_ASSIGN(fault, read_reply(object.if_contains("reply")));
  rule.fault = std::move(fault);
  MOX_TRY_ASSIGN(text, read_text(object.if_contains("text"), "text"));
  rule.fault.text = std::move(text);
  if (rule.fault.kind != Fault::Kind::reply && !rule.fault.text.empty())
    return invalid("text goes with a code as reply only");
  MOX_TRY_ASSIGN(from, read_text(object.if_contains("from"), "from"));
  rule.from = std::move(from);
  MOX_TRY_ASSIGN(to, read_text(object.if_contains("to"), "to"));
  rule.to = std::move(to);
  if (const auto* chance = object.if_contains("chance")) {
    if (!chance->is_number()) return invalid("chance must be a number from 0 to 1");
    rule.chance = chance->to_number<double>();
  }
  if (const auto* times = object.if_contains("times"); times != nullptr && !times->is_null()) {
    MOX_TRY_ASSIGN(count, read_count(*times, "times"));
    rule.times = count;
  }
  return rule;
}

Result<> read_and_set(smtpserver::Faults& faults, std::string_view body) {
  MOX_TRY_ASSIGN(value, json::parse(body));
  if (!value.is_object()) return invalid("the body must be an object");
  const auto& object = value.get_object();
  MOX_TRY(check_members(object, {"seed", "rules"}));
  std::uint64_t seed = 0;
  if (const auto* given = object.if_contains("seed")) {
    MOX_TRY_ASSIGN(number, read_count(*given, "seed"));
    seed = number;
  }
  const auto* given = object.if_contains("rules");
  if (given == nullptr || !given->is_array()) return invalid("rules must be an array");
  std::vector<FaultRule> rules;
  for (const auto& one : given->get_array()) {
    auto rule = read_rule(one);
    if (!rule) return invalid(fmt::format("rule {}: {}", rules.size() + 1, rule.error().text));
    rules.push_back(*std::move(rule));
  }
  return faults.set(std::move(rules), seed);
}

void write_rule(json::Writer& json, const FaultRule& rule, const smtpserver::FaultCounts& counts) {
  json.object();
  json.member("stage", name_of(rule.stage));
  json.key("reply");
  switch (rule.fault.kind) {
  case Fault::Kind::reply: json.value(rule.fault.code); break;
  case Fault::Kind::timeout: json.value("timeout"); break;
  case Fault::Kind::disconnect: json.value("disconnect"); break;
  }
  if (!rule.fault.text.empty()) json.member("text", rule.fault.text);
  if (!rule.from.empty()) json.member("from", rule.from);
  if (!rule.to.empty()) json.member("to", rule.to);
  json.member("chance", rule.chance);
  if (rule.times) json.member("times", *rule.times);
  json.member("matched", counts.matched);
  json.member("acted", counts.acted);
  json.end();
}

Answer shown(const smtpserver::Faults& faults) {
  const auto state = faults.state();
  json::Writer json(2);
  json.object();
  json.member("seed", state.seed);
  json.key("rules").array();
  for (std::size_t i = 0; i < state.rules.size(); ++i)
    write_rule(json, state.rules[i], state.counts[i]);
  json.end().end();
  return json_response(std::move(json));
}

} // namespace

async::Task<Answer> show_faults(Call& call) {
  co_return shown(call.options.faults);
}

async::Task<Answer> set_faults(Call& call) {
  auto set = read_and_set(call.options.faults, call.request.body);
  if (!set) co_return problem(400, std::move(set).error().text, std::string(advice));
  co_return shown(call.options.faults);
}

async::Task<Answer> clear_faults(Call& call) {
  call.options.faults.clear();
  co_return shown(call.options.faults);
}

} // namespace mox::localapi
