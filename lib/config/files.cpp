#include "config/files.h"

#include "config/check.h"
#include "config/fields.h"
#include "config/reader.h"
#include "file/file.h"
#include "toml/document.h"

#include <utility>

namespace mox::config {

namespace {

// One problem with the file as a whole.
std::unexpected<std::vector<Problem>> unreadable(const std::filesystem::path& file,
                                                 std::string text, toml::Place place = {}) {
  std::vector<Problem> problems;
  problems.push_back({.file = file.string(), .place = place, .text = std::move(text)});
  return std::unexpected(std::move(problems));
}

// Defaults that depend on other fields.
void complete(Static& config) {
  if (config.submit_socket.empty()) config.submit_socket = config.data_dir / "submit";
  for (auto& [name, listener] : config.listeners)
    if (listener.hostname.empty()) listener.hostname = config.hostname;
}

template <class T, class Check>
Checked<T> parse(std::string_view text, const std::filesystem::path& file,
                 const Structure& structure, Check check) {
  const auto tree = toml::parse(text);
  if (!tree) return unreadable(file, tree.error().text, tree.error().place);
  Findings findings(file.string(), *tree);
  T config;
  read_table(structure, *tree, &config, file.parent_path(), findings);
  check(config, findings);
  if (!findings.empty()) return std::unexpected(findings.take());
  return config;
}

template <class Parse>
auto read(const std::filesystem::path& file, Parse parse)
    -> decltype(parse(std::string_view(), file)) {
  const auto text = file::read_file(file, toml::size_limit);
  if (!text) return unreadable(file, text.error().text);
  return parse(*text, std::filesystem::absolute(file));
}

} // namespace

Checked<Static> parse_static(std::string_view text, const std::filesystem::path& file) {
  return parse<Static>(text, file, fields::static_file, [](Static& config, Findings& findings) {
    complete(config);
    check(config, findings);
  });
}

Checked<Domains> parse_domains(std::string_view text, const std::filesystem::path& file,
                               const Static& beside) {
  return parse<Domains>(
      text, file, fields::domains_file,
      [&](const Domains& config, Findings& findings) { check(config, beside, findings); });
}

Checked<Sendmail> parse_sendmail(std::string_view text, const std::filesystem::path& file) {
  return parse<Sendmail>(
      text, file, fields::sendmail_file,
      [](const Sendmail& config, Findings& findings) { check(config, findings); });
}

Checked<Static> read_static(const std::filesystem::path& file) {
  return read(file, parse_static);
}

Checked<Domains> read_domains(const std::filesystem::path& file, const Static& beside) {
  return read(file, [&](std::string_view text, const std::filesystem::path& path) {
    return parse_domains(text, path, beside);
  });
}

Checked<Sendmail> read_sendmail(const std::filesystem::path& file) {
  return read(file, parse_sendmail);
}

} // namespace mox::config
