// Asks a server for the address of a name, with trust anchors that are kept in a state file:
//   SERVER ANCHORS STATE NAME
// Prints "authentic", "not authentic" or the problem.
#include "async/loop.h"
#include "dns/anchor.h"
#include "file/file.h"
#include "resolver/choice.h"

#include <chrono>
#include <cstdio>
#include <span>
#include <string>

using namespace mox;

namespace {

Result<std::string> ask(std::span<char* const> words) {
  MOX_TRY_ASSIGN(choice, resolver::parse_choice("validating@" + std::string(words[0])));
  MOX_TRY_ASSIGN(text, file::read_file(words[1], dns::anchor_text_limit));
  MOX_TRY_ASSIGN(anchors, dns::parse_anchors(text));
  async::Loop loop;
  MOX_TRY_ASSIGN(resolver, resolver::make(choice, loop.executor(), anchors, words[2]));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto name = dns::parse_name(words[3], {.trailing_dot = true}).value();
  const auto answer = loop.run(resolver->query(name, dns::Type::a, deadline));
  if (!answer) return std::string(to_string(answer.error().problem));
  return std::string(answer->authentic ? "authentic" : "not authentic");
}

} // namespace

int main(int count, char** words) {
  constexpr int wanted = 5;
  if (count != wanted) return 2;
  const auto said = ask(std::span(words, wanted).subspan(1));
  std::puts(said ? said->c_str() : said.error().text.c_str());
  return said ? 0 : 1;
}
