#include "cli/completion.h"
#include "cli/man.h"
#include "cli/wrap.h"
#include "sample.h"
#include "support/catch.h"

namespace mox::cli {
namespace {

TEST_CASE("a manual page has every part of its command") {
  const auto program = sample();
  CHECK(man_name(program, *find_command(program, "queue list")) == "post-queue-list");
  CHECK(man_page(program, *find_command(program, "sort")) ==
        ".\\\" Generated from the list of commands; do not edit.\n"
        ".TH POST-SORT 1 2026-01-31 \"post 1.2.3\" \"post\"\n"
        ".SH NAME\npost\\-sort \\- sort letters\n"
        ".SH SYNOPSIS\n\\fBpost sort\\fR\n[\\fB\\-\\-dir\\fR "
        "\\fIDIR\\fR]\n\\fIDOMAIN\\fR\n\\fIFOLDER\\fR ...\n"
        ".SH DESCRIPTION\n"
        "\\&.Dots and \\(aqquotes\\(aq stay. Sorts the letters of a folder into the folders\n"
        "of the domains, one after the other, until none is left.\n"
        ".SH ARGUMENTS\n.TP\n\\fIDOMAIN\\fR\nwhere they go\n.TP\n\\fIFOLDER\\fR\nwhere they are\n"
        ".SH OPTIONS\n.TP\n\\fB\\-\\-dir\\fR \\fIDIR\\fR\nthe folder\\(aqs parent\n"
        ".SH OPTIONS OF EVERY COMMAND\n.TP\n\\fB\\-\\-loglevel\\fR \\fILEVEL\\fR\nleast level "
        "(error, info, debug); "
        "default info\n"
        ".SH EXIT STATUS\n0 when it is done, 1 when it failed, 2 when it was used wrongly.\n"
        ".SH SEE ALSO\n.BR post (1)\n");
}

TEST_CASE("the page of a group names its members, that of the program all commands") {
  const auto program = sample();
  const auto group = man_page(program, *find_command(program, "queue"));
  CHECK(group.find(".BR post (1),\n.BR post\\-queue\\-list (1),\n.BR post\\-queue\\-dump (1)\n") !=
        std::string::npos);
  const auto page = man_page(program);
  CHECK(page.find("\\fBqueue dump\\fR\nprint a letter\n") != std::string::npos);
  CHECK(page.find("\\fBqueue\\fR\n") == std::string::npos);
  CHECK(page.find(".PP\n.nf\n  post queue list\n\n.fi\nIt\\(aqs \\edone\\e \\(tiwell\\(ti.\n") !=
        std::string::npos);
}

TEST_CASE("lines are broken at spaces") {
  CHECK(wrapped("", 5).empty());
  CHECK(wrapped("a b c", 5) == "a b c");
  CHECK(wrapped("aa bb cc", 5) == "aa bb\ncc");
  CHECK(wrapped("aaaaaaa b", 5) == "aaaaaaa\nb");
  CHECK(wrapped("aaaaaaa", 5) == "aaaaaaa");
  CHECK(wrapped("aa bb\n\n  literal line stays\ncc", 5) == "aa bb\n\n  literal line stays\ncc");
}

TEST_CASE("completions know the kinds of values") {
  const auto program = sample();
  const auto bash = bash_completion(program);
  CHECK(bash.find("' sort:--dir') _post_reply -o filenames -d; return ;;") != std::string::npos);
  CHECK(bash.find("' queue dump':1:*) _post_reply -o filenames -f ;;") != std::string::npos);
  CHECK(bash.find("' queue list:--loglevel') _post_reply -W 'error info debug'; return ;;") !=
        std::string::npos);
  const auto zsh = zsh_completion(program);
  CHECK(zsh.find("(' sort':*) _files -/ ;;") != std::string::npos);
  CHECK(zsh.find("'--json:as JSON: one object'") != std::string::npos);
  const auto fish = fish_completion(program);
  CHECK(
      fish.find("complete -c post -n \"__post_at 'sort'\" -l dir -d 'the folder\\'s parent' -x -a "
                "'(__fish_complete_directories)'\n") != std::string::npos);
}

} // namespace
} // namespace mox::cli
