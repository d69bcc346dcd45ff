// Reports as found in the wild, with what they say.
#include "dmarc/report_reader.h"
#include "dmarc/report_writer.h"
#include "json/parse.h"
#include "reportmessage/find.h"
#include "support/catch.h"
#include "support/shared_file.h"
#include "text/ascii.h"

#include <optional>
#include <string>
#include <string_view>

using namespace mox;

namespace {

constexpr std::string_view folder = "dmarc-reports/mail-auth/";

std::optional<dmarc::Report> read(const std::string& path) {
  const auto file = test::read_shared(MOX_SHARED_VECTORS, path);
  if (!file) return std::nullopt;
  std::optional<dmarc::Report> report;
  const auto found = reportmessage::find_in_file(
      *file, reportmessage::Content::xml, [&report](std::string xml) -> Result<> {
        MOX_TRY_ASSIGN(parsed, dmarc::parse_report(std::move(xml)));
        report = std::move(parsed);
        return ok();
      });
  if (!found) FAIL(path << ": " << found.error().text);
  // What we write of it says the same.
  CHECK(dmarc::parse_report(dmarc::write_report(*report)) == *report);
  return report;
}

// The text that their form has for one of our words: "MailFrom" for "mfrom".
std::string words(std::string_view theirs) {
  struct Pair {
    std::string_view theirs;
    std::string_view ours;
  };

  for (const auto& pair : {Pair{"Unspecified", ""}, Pair{"MailFrom", "mfrom"}, Pair{"Relaxed", "r"},
                           Pair{"Strict", "s"}, Pair{"TrustedForwarder", "trusted_forwarder"},
                           Pair{"MailingList", "mailing_list"}, Pair{"SampledOut", "sampled_out"},
                           Pair{"LocalPolicy", "local_policy"}})
    if (theirs == pair.theirs) return std::string(pair.ours);
  return text::lower(theirs);
}

std::string string(const json::Value& value) {
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

void check_row(const dmarc::ReportRow& ours, const json::Value& theirs) {
  const auto& row = theirs.at("row");
  const auto& evaluated = row.at("policy_evaluated");
  CHECK(ours.source_ip == string(row.at("source_ip")));
  CHECK(ours.count == row.at("count").to_number<std::uint64_t>());
  CHECK(ours.disposition == words(string(evaluated.at("disposition"))));
  CHECK(ours.dkim == words(string(evaluated.at("dkim"))));
  CHECK(ours.spf == words(string(evaluated.at("spf"))));
  CHECK(ours.reasons.size() == evaluated.at("reason").as_array().size());
  for (std::size_t i = 0; i < ours.reasons.size(); ++i) {
    const auto& reason = evaluated.at("reason").at(i);
    // They fold what RFC 9990 has no more into "other"; we keep the word.
    if (string(reason.at("type_")) != "Other")
      CHECK(ours.reasons[i].type == words(string(reason.at("type_"))));
    CHECK(ours.reasons[i].comment == string(reason.at("comment")));
  }
  const auto& identifiers = theirs.at("identifiers");
  CHECK(ours.header_from == string(identifiers.at("header_from")));
  CHECK(ours.envelope_from.value_or("") == string(identifiers.at("envelope_from")));
  CHECK(ours.envelope_to == string(identifiers.at("envelope_to")));
  const auto& dkim = theirs.at("auth_results").at("dkim").as_array();
  REQUIRE(ours.dkim_results.size() == dkim.size());
  for (std::size_t i = 0; i < dkim.size(); ++i) {
    CHECK(ours.dkim_results[i].domain == string(dkim[i].at("domain")));
    CHECK(ours.dkim_results[i].selector == string(dkim[i].at("selector")));
    CHECK(ours.dkim_results[i].result == words(string(dkim[i].at("result"))));
    CHECK(ours.dkim_results[i].human_result == string(dkim[i].at("human_result")));
  }
  const auto& spf = theirs.at("auth_results").at("spf").as_array();
  REQUIRE(ours.spf_results.size() == spf.size());
  for (std::size_t i = 0; i < spf.size(); ++i) {
    CHECK(ours.spf_results[i].domain == string(spf[i].at("domain")));
    CHECK(ours.spf_results[i].scope == words(string(spf[i].at("scope"))));
    CHECK(ours.spf_results[i].result == words(string(spf[i].at("result"))));
  }
}

void check_report(const dmarc::Report& ours, const json::Value& theirs) {
  const auto& metadata = theirs.at("report_metadata");
  CHECK(ours.metadata.organization == string(metadata.at("org_name")));
  CHECK(ours.metadata.email == string(metadata.at("email")));
  CHECK(ours.metadata.extra_contact == string(metadata.at("extra_contact_info")));
  CHECK(ours.metadata.id == string(metadata.at("report_id")));
  CHECK(ours.metadata.begin == metadata.at("date_range").at("begin").to_number<std::int64_t>());
  CHECK(ours.metadata.end == metadata.at("date_range").at("end").to_number<std::int64_t>());
  const auto& policy = theirs.at("policy_published");
  CHECK(ours.policy.domain == string(policy.at("domain")));
  CHECK(ours.policy.dkim_mode == words(string(policy.at("adkim"))));
  CHECK(ours.policy.spf_mode == words(string(policy.at("aspf"))));
  CHECK(ours.policy.policy == words(string(policy.at("p"))));
  CHECK(ours.policy.subdomain_policy == words(string(policy.at("sp"))));
  CHECK(ours.policy.failure_options == string(policy.at("fo")));
  const auto& records = theirs.at("record").as_array();
  REQUIRE(ours.rows.size() == records.size());
  for (std::size_t i = 0; i < records.size(); ++i) check_row(ours.rows[i], records[i]);
}

} // namespace

TEST_CASE("dmarc report: vectors of mail-auth") {
  int count = 0;
  for (const std::string_view ending : {".xml", ".eml"})
    for (const auto& file : test::list_shared(MOX_SHARED_VECTORS, folder, ending)) {
      CAPTURE(file);
      const auto report = read(std::string(folder) + file);
      const auto form = test::read_shared(
          MOX_SHARED_VECTORS, std::string(folder) + file.substr(0, file.size() - 4) + ".json");
      if (!report || !form) return;
      const auto want = json::parse(*form);
      REQUIRE(want.has_value());
      check_report(*report, *want);
      ++count;
    }
  if (count != 0) CHECK(count == 5);
}

TEST_CASE("dmarc report: the example of RFC 9990, and one of a draft before RFC 7489") {
  const std::string samples = "dmarc-reports/parsedmarc/";
  const auto names = test::list_shared(MOX_SHARED_VECTORS, samples, "9990-sample.xml");
  if (names.empty()) return;
  const auto report = read(samples + names.front());
  REQUIRE(report.has_value());
  CHECK(report->metadata.generator == "Example DMARC Aggregate Reporter v1.2");
  CHECK(report->policy.nonexistent_policy == "none");
  CHECK(report->policy.testing == "n");
  CHECK(report->policy.discovery_method == "treewalk");
  REQUIRE(report->rows.size() == 1);
  CHECK(report->rows[0].disposition == "pass");
  CHECK(report->rows[0].count == 123);
  CHECK(report->rows[0].dkim_results[0].selector == "abc123");
  const auto draft = read(samples + "old_draft_from_wiki.xml");
  REQUIRE(draft.has_value());
  CHECK(draft->version.empty());
  CHECK(draft->metadata.begin == 1'335'571'200);
  CHECK(draft->policy.percentage == 100);
  CHECK(draft->rows[0].spf_results[0].result == "pass");
}
