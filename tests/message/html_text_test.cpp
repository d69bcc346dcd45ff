#include "message/html_text.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox::message;

namespace {

struct Row {
  std::string_view html;
  std::string_view want;
};

const std::vector<Row> rows = {
    {"", ""},
    {"text", "text"},
    {"a  b\r\n\tc", "a b c"},
    {"<p>a</p><p>b</p>", "a\nb\n"},
    {"a<br>b<BR/>c<br />d", "a\nb\nc\nd"},
    {"<div><div>a</div></div>b", "a\nb"},
    {"a<b>b</b>c", "abc"},
    {"a <i>b</i> c", "a b c"},
    {"<td>a</td><td>b</td>", "a b"},
    {"<ul><li>a<li>b</ul>", "a\nb\n"},
    {"<blockquote>a<br>b</blockquote>c", "> a\n> b\nc"},
    {"<blockquote><blockquote>a</blockquote>b</blockquote></blockquote>c", "> a\n> b\nc"},
    // References.
    {"a &amp; b &lt;c&gt; &quot;&#39;", "a & b <c> \"'"},
    {"&auml;&#xe4;&#228;", "\xc3\xa4\xc3\xa4\xc3\xa4"},
    {"&#x1F4E7;", "\xf0\x9f\x93\xa7"},
    {"a&nbsp;b", "a b"},
    {"&unknown; & &; &#; &#x; &#xd800; &#x110000; &#99999999999;",
     "&unknown; & &; &#; &#x; &#xd800; &#x110000; &#99999999999;"},
    {"&amp", "&"},
    {"&ampx", "&ampx"},
    {"&amp&lt;", "&<"},
    {"a&amp<b>c</b>", "a&c"},
    // What is not shown.
    {"<html><head><title>t</title><meta x></head><body>b</body>", "b\n"},
    {"<head><style>a > b { c: '<' }</style><body>d", "d"},
    {"<script>if (a < b && c > d) '</div>'</script>e", "e"},
    {"<head><script>if (a<b) c='\"'</script></head>d", "d"},
    {"<SCRIPT>x</SCRIPT >y", "y"},
    {"a<!-- b > c -- d -->e", "ae"},
    {"a<!--[if mso]>x<![endif]-->b", "ab"},
    {"<!--[if !mso]><!-->a<!--<![endif]-->b", "ab"},
    {"<![if !mso]>a<![endif]>", "a"},
    {"<!DOCTYPE html><?xml version='1'?>a", "a"},
    {"a<svg><text>x</text></svg>b", "ab"},
    // Attributes.
    {"<a href=\"x>y\" title='a>b'>c</a>", "c"},
    {"<a href=it's>c</a>", "c"},
    {"<p don't>c</p>", "c\n"},
    // Broken.
    {"a < b", "a < b"},
    {"a<1", "a<1"},
    {"a<", "a"},
    {"a<b", "a"},
    {"<>a", "<>a"},
    {"</>a", "a"},
    {"<!-- never closed", ""},
    {"<style>never closed", ""},
    {"a</p>b</div>", "a\nb\n"},
};

std::string in_pieces(std::string_view html, std::size_t size) {
  HtmlText reader;
  std::string text;
  for (std::size_t at = 0; at < html.size(); at += size) reader.feed(html.substr(at, size), text);
  reader.finish(text);
  return text;
}

} // namespace

TEST_CASE("the text of HTML, however it is cut") {
  for (const Row& row : rows) {
    CAPTURE(row.html);
    for (const std::size_t size : {1UL, 2UL, 3UL, 1000UL})
      CHECK(in_pieces(row.html, size) == row.want);
  }
}

TEST_CASE("NULs in HTML are dropped") {
  CHECK(in_pieces(std::string_view("a\0b", 3), 1) == "ab");
}

TEST_CASE("hostile HTML takes little time and memory") {
  for (const std::string_view piece :
       {"<", "<a ", "&", "&#", "<!--", "<blockquote>a", "<p>", "</p>"}) {
    std::string html;
    while (html.size() < 1'000'000) html += piece;
    CAPTURE(piece);
    CHECK(in_pieces(html, 4096).size() <= 20 * html.size());
  }
}
