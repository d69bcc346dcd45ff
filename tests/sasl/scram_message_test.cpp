// The messages of SCRAM, well-formed and not.
#include "sasl/scram_message.h"
#include "support/catch.h"

#include <string>
#include <string_view>
#include <vector>

using namespace mox;
using namespace std::literals;

namespace {

// "FLAG TYPE|identity|user|nonce|header|bare", or the error.
std::string show(const sasl::ScramResult<sasl::ClientFirst>& first) {
  if (!first) return std::string(to_string(first.error()));
  std::string text = first->flag == sasl::BindingFlag::unsupported ? "n"
                     : first->flag == sasl::BindingFlag::unoffered ? "y"
                                                                   : "p " + first->binding_type;
  for (const auto& part : {first->identity, first->user, first->nonce, first->header, first->bare})
    text += "|" + part;
  return text;
}

std::string show(const sasl::ScramResult<sasl::ServerFirst>& first) {
  if (!first) return std::string(to_string(first.error()));
  return first->nonce + "|" + first->salt + "|" + std::to_string(first->iterations);
}

std::string show(const sasl::ScramResult<sasl::ClientFinal>& final) {
  if (!final) return std::string(to_string(final.error()));
  return final->binding + "|" + final->nonce + "|" + final->proof + "|" + final->without_proof;
}

std::string show(const sasl::ScramResult<sasl::ServerFinal>& final) {
  if (!final) return std::string(to_string(final.error()));
  return final->signature + "|" + final->error;
}

struct Row {
  const char* name;
  std::string message;
  std::string want;
};

template <class Parse> void check(const std::vector<Row>& rows, Parse parse) {
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(show(parse(row.message)) == row.want);
  }
}

} // namespace

TEST_CASE("SCRAM: the client's first message (RFC 5802 section 7)") {
  const std::string longest(1024, 'x');
  const std::string longer(1025, 'x');
  check(
      {
          {"as usual", "n,,n=user,r=abc", "n||user|abc|n,,|n=user,r=abc"},
          {"could be bound", "y,,n=user,r=abc", "y||user|abc|y,,|n=user,r=abc"},
          {"bound", "p=tls-exporter,,n=user,r=abc",
           "p tls-exporter||user|abc|p=tls-exporter,,|n=user,r=abc"},
          {"an identity", "n,a=me,n=user,r=abc", "n|me|user|abc|n,a=me,|n=user,r=abc"},
          {"escapes", "n,a=a=2Cb,n==3D=2C=3D,r=abc", "n|a,b|=,=|abc|n,a=a=2Cb,|n==3D=2C=3D,r=abc"},
          {"normal form C", "n,,n=e\xCC\x81,r=a", "n||\xC3\xA9|a|n,,|n=e\xCC\x81,r=a"},
          {"an extension", "n,,n=user,r=abc,x=1,Y=a=b", "n||user|abc|n,,|n=user,r=abc,x=1,Y=a=b"},
          {"every sign of a nonce", "n,,n=u,r=!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~",
           "n||u|!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~|n,,|n=u,r=!\"#$%&'()*+-./:;<=>?@[\\]^_`{|}~"},
          {"a space in the user", "n,,n=a b,r=a", "n||a b|a|n,,|n=a b,r=a"},
          {"the longest user", "n,,n=" + longest + ",r=a",
           "n||" + longest + "|a|n,,|n=" + longest + ",r=a"},
          {"the longest nonce", "n,,n=u,r=" + longest, "n||u|" + longest + "|n,,|n=u,r=" + longest},
          {"empty", "", "other-error"},
          {"commas alone", ",,,", "other-error"},
          {"no header", "n=user,r=abc", "other-error"},
          {"half a header", "n,n=user,r=abc", "other-error"},
          {"an unknown flag", "x,,n=user,r=abc", "other-error"},
          {"upper case flag", "N,,n=user,r=abc", "other-error"},
          {"a flag with something behind", "nn,,n=user,r=abc", "other-error"},
          {"the non-standard flag of GS2", "F,n,,n=user,r=abc", "other-error"},
          {"no type", "p=,,n=user,r=abc", "other-error"},
          {"no type at all", "p,,n=user,r=abc", "other-error"},
          {"a bad type", "p=tls_unique,,n=user,r=abc", "other-error"},
          {"another letter for the identity", "n,b=me,n=user,r=abc", "other-error"},
          {"an empty identity", "n,a=,n=user,r=abc", "invalid-username-encoding"},
          {"a bad escape in the identity", "n,a=a=2D,n=user,r=abc", "invalid-username-encoding"},
          {"no user", "n,,r=abc", "other-error"},
          {"an empty user", "n,,n=,r=abc", "invalid-username-encoding"},
          {"no nonce", "n,,n=user", "other-error"},
          {"an empty nonce", "n,,n=user,r=", "other-error"},
          {"the wrong order", "n,,r=abc,n=user", "other-error"},
          {"a bad escape", "n,,n=a=2D,r=abc", "invalid-username-encoding"},
          {"lower case escape", "n,,n=a=2c,r=abc", "invalid-username-encoding"},
          {"half an escape", "n,,n=a=2,r=abc", "invalid-username-encoding"},
          {"a bare equals sign", "n,,n=a=,r=abc", "invalid-username-encoding"},
          {"a control character in the user", "n,,n=a\tb,r=abc", "invalid-username-encoding"},
          {"C1 in the user", "n,,n=a\xC2\x85,r=abc", "invalid-username-encoding"},
          {"DEL in the user", "n,,n=a\x7F,r=abc", "invalid-username-encoding"},
          {"a user too long", "n,,n=" + longer + ",r=a", "invalid-username-encoding"},
          {"a space in the nonce", "n,,n=user,r=a b", "other-error"},
          {"a nonce that is not ASCII", "n,,n=user,r=\xC3\xA9", "other-error"},
          {"a control character in the nonce", "n,,n=user,r=a\x7F", "other-error"},
          {"a nonce too long", "n,,n=u,r=" + longer, "other-error"},
          {"a NUL", "n,,n=us\0er,r=abc"s, "invalid-encoding"},
          {"bad UTF-8", "n,,n=us\xFF,r=abc", "invalid-encoding"},
          {"a mandatory extension", "n,,m=x,n=user,r=abc", "extensions-not-supported"},
          {"a mandatory extension at the end", "n,,n=user,r=abc,m=x", "extensions-not-supported"},
          {"a trailing comma", "n,,n=user,r=abc,", "other-error"},
          {"an extension without a value", "n,,n=user,r=abc,x=", "other-error"},
          {"an extension without a name", "n,,n=user,r=abc,=1", "other-error"},
          {"an extension that is a digit", "n,,n=user,r=abc,1=1", "other-error"},
          {"an extension without a sign", "n,,n=user,r=abc,x1", "other-error"},
          {"the user twice", "n,,n=user,r=abc,n=root", "other-error"},
          {"the nonce twice", "n,,n=user,r=abc,r=abc", "other-error"},
          {"a message too long", "n,,n=u,r=a,x=" + std::string(8192, 'x'), "other-error"},
      },
      sasl::parse_client_first);
}

TEST_CASE("SCRAM: the server's first message") {
  check(
      {
          {"as usual", "r=abc,s=c2FsdA==,i=4096", "abc|salt|4096"},
          {"an extension", "r=abc,s=c2FsdA==,i=1,x=y", "abc|salt|1"},
          {"an empty salt is for the client", "r=abc,s=,i=4096", "abc||4096"},
          {"the most that fits", "r=abc,s=,i=4294967295", "abc||4294967295"},
          {"more", "r=abc,s=,i=4294967296", "other-error"},
          {"zero", "r=abc,s=,i=0", "other-error"},
          {"a leading zero", "r=abc,s=,i=04096", "other-error"},
          {"a sign", "r=abc,s=,i=-1", "other-error"},
          {"no number", "r=abc,s=,i=", "other-error"},
          {"no iterations", "r=abc,s=c2FsdA==", "other-error"},
          {"no salt", "r=abc,i=4096", "other-error"},
          {"a bad salt", "r=abc,s=c2FsdA,i=4096", "invalid-encoding"},
          {"an empty nonce", "r=,s=c2FsdA==,i=4096", "other-error"},
          {"a NUL", "r=a\0,s=,i=1"s, "invalid-encoding"},
          {"a mandatory extension", "m=x,r=abc,s=c2FsdA==,i=4096", "extensions-not-supported"},
          {"a mandatory extension at the end", "r=abc,s=,i=4096,m=x", "extensions-not-supported"},
          {"a trailing comma", "r=abc,s=c2FsdA==,i=4096,", "other-error"},
          {"empty", "", "other-error"},
          {"too long", "r=abc,s=,i=1,x=" + std::string(8192, 'x'), "other-error"},
      },
      sasl::parse_server_first);
}

TEST_CASE("SCRAM: the client's last message") {
  check(
      {
          {"as usual", "c=biws,r=abc,p=cHJvb2Y=", "n,,|abc|proof|c=biws,r=abc"},
          {"an extension", "c=biws,r=abc,x=y,p=cHJvb2Y=", "n,,|abc|proof|c=biws,r=abc,x=y"},
          {"an empty proof is for the check", "c=biws,r=abc,p=", "n,,|abc||c=biws,r=abc"},
          {"no binding", "r=abc,p=cHJvb2Y=", "other-error"},
          {"no nonce", "c=biws,p=cHJvb2Y=", "other-error"},
          {"an empty nonce", "c=biws,r=,p=cHJvb2Y=", "other-error"},
          {"no proof", "c=biws,r=abc", "other-error"},
          {"something behind the proof", "c=biws,r=abc,p=cHJvb2Y=,x=y", "other-error"},
          {"two proofs", "c=biws,r=abc,p=cHJvb2Y=,p=cHJvb2Y=", "other-error"},
          {"a bad binding", "c=biw,r=abc,p=cHJvb2Y=", "invalid-encoding"},
          {"a bad proof", "c=biws,r=abc,p=cHJvb2Y", "invalid-encoding"},
          {"a space in the proof", "c=biws,r=abc,p=cHJv b2Y=", "invalid-encoding"},
          {"a NUL", "c=biws,r=abc,p=\0"s, "invalid-encoding"},
          {"bad UTF-8", "c=biws,r=abc,x=\xC3,p=cHJvb2Y=", "invalid-encoding"},
          {"a mandatory extension", "c=biws,r=abc,m=x,p=cHJvb2Y=", "extensions-not-supported"},
          {"a trailing comma", "c=biws,r=abc,p=cHJvb2Y=,", "other-error"},
          {"empty", "", "other-error"},
          {"too long", "c=biws,r=abc,x=" + std::string(8192, 'x') + ",p=", "other-error"},
      },
      sasl::parse_client_final);
}

TEST_CASE("SCRAM: the server's last message") {
  check(
      {
          {"a signature", "v=c2lnbmVk", "signed|"},
          {"an error", "e=invalid-proof", "|invalid-proof"},
          {"an unknown error", "e=too late", "|too late"},
          {"an extension", "v=c2lnbmVk,x=y", "signed|"},
          {"an extension to an error", "e=other-error,x=y", "|other-error"},
          {"no error", "e=", "other-error"},
          {"no signature", "v=", "invalid-encoding"},
          {"a bad signature", "v=c2ln bmVk", "invalid-encoding"},
          {"both", "v=c2lnbmVk,e=other-error", "other-error"},
          {"a mandatory extension", "v=c2lnbmVk,m=x", "extensions-not-supported"},
          {"neither", "x=c2lnbmVk", "other-error"},
          {"empty", "", "other-error"},
      },
      sasl::parse_server_final);
}

TEST_CASE("SCRAM: names are escaped so that they are read back") {
  CHECK(sasl::escape_name("user") == "user");
  CHECK(sasl::escape_name("a,b=c,=") == "a=2Cb=3Dc=2C=3D");
  for (const std::string_view name : {",", "=", "=2C", "a=3Db,c", "\xC3\xA9,"}) {
    const auto first = sasl::parse_client_first("n,,n=" + sasl::escape_name(name) + ",r=x");
    REQUIRE(first);
    CHECK(first->user == name);
  }
}
