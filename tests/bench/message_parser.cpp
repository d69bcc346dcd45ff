// links: message
// MB/s of the parser that every message passes on its way into the store: mails of 4 KB, one with
// an attachment of 50 MB, and what is made of each for the store.
#include "message/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace mox::message;

std::string text_lines(std::size_t size) {
  std::string text;
  while (text.size() < size)
    text += "The quick brown fox jumps over the lazy dog, and the dog does not mind at all.\r\n";
  return text;
}

std::string base64_lines(std::size_t size) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(size + 100);
  std::uint32_t state = 1;
  while (text.size() < size) {
    for (int i = 0; i < 76; ++i) {
      state = state * 1664525U + 1013904223U;
      text += alphabet[state >> 26U];
    }
    text += "\r\n";
  }
  return text;
}

const std::string header = "Received: from client.example (client.example [192.0.2.1])\r\n"
                           "\tby mx.example with ESMTPS id 0123456789abcdef\r\n"
                           "\tfor <user@mx.example>; Sat, 21 Nov 2026 01:02:03 +0000\r\n"
                           "From: =?utf-8?q?J=C3=BCrgen?= Example <sender@client.example>\r\n"
                           "To: \"User, The\" <user@mx.example>, Other <other@mx.example>\r\n"
                           "Subject: Re: [list] A subject of ordinary length\r\n"
                           "Date: Sat, 21 Nov 2026 01:02:03 +0100\r\n"
                           "Message-ID: <0123456789@client.example>\r\n"
                           "In-Reply-To: <9876543210@mx.example>\r\n"
                           "References: <1111@mx.example> <9876543210@mx.example>\r\n"
                           "MIME-Version: 1.0\r\n";

std::string plain_mail() {
  return header + "Content-Type: text/plain; charset=utf-8\r\n\r\n" +
         text_lines(4096 - header.size());
}

std::string alternative_mail() {
  return header +
         "Content-Type: multipart/alternative; boundary=\"=_b1\"\r\n\r\n--=_b1\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n\r\n" +
         text_lines(1500) + "--=_b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>" +
         text_lines(1500) + "\r\n--=_b1--\r\n";
}

std::string large_mail() {
  return header + "Content-Type: multipart/mixed; boundary=\"=_b1\"\r\n\r\n--=_b1\r\n\r\n" +
         text_lines(1000) +
         "--=_b1\r\nContent-Type: application/pdf; name=a.pdf\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\n" +
         base64_lines(50'000'000) + "--=_b1--\r\n";
}

Message parse_in_chunks(std::string_view text) {
  constexpr std::size_t chunk = 64 << 10;
  Parser parser;
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    parser.feed(text.substr(0, chunk));
  return parser.finish();
}

// The best of several runs: what else the machine does only ever adds.
template <class Work>
void measure(std::string_view name, std::size_t bytes, int rounds, Work work) {
  using clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int run = 0; run < 7; ++run) {
    const auto begin = clock::now();
    for (int i = 0; i < rounds; ++i) work();
    best = std::min(best, std::chrono::duration<double>(clock::now() - begin).count() / rounds);
  }
  fmt::print("{:<40} {:>9.1f} us {:>9.0f} MB/s\n", name, best * 1e6,
             static_cast<double>(bytes) / best / 1e6);
}

std::size_t sink = 0; // keeps results from being optimized away

void measure_mail(std::string_view name, const std::string& text, int rounds) {
  measure(fmt::format("{}, parsed", name), text.size(), rounds,
          [&] { sink += parse_in_chunks(text).structure.parts.size(); });
  measure(fmt::format("{}, with its summary", name), text.size(), rounds,
          [&] { sink += summarize(parse_in_chunks(text)).envelope.size(); });
}

} // namespace

int main() {
  measure_mail("plain mail, 4 KB", plain_mail(), 2000);
  measure_mail("multipart/alternative, 4 KB", alternative_mail(), 2000);
  measure_mail("attachment, 50 MB", large_mail(), 1);
  return sink == 0 ? 1 : 0;
}
