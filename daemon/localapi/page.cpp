// The page at /: what there is, for people.

#include "localapi/call.h"

#include <fmt/format.h>

namespace mox::localapi {

namespace {

// {0} is how the reader has asked for it.
constexpr std::string_view page = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>mox localserve</title>
<h1>mox localserve</h1>
<p>A mail server to try, for this machine. All mail that it is given stays here; programs can look at it over HTTP.
Answers are JSON; what goes wrong is {{"error", "advice"}}. All of it is in daemon/localapi/README.md of mox.</p>
<h2>What has come</h2>
<pre>
curl 'http://{0}/api/messages'                       newest first; &amp;limit=50, and &amp;after=ID for more
curl 'http://{0}/api/messages?to=bob@example.org&amp;subject=welcome'
curl 'http://{0}/api/messages/latest?to=bob@example.org'
curl 'http://{0}/api/messages/ID'                    parsed, with text and html
curl 'http://{0}/api/messages/ID/raw'
curl 'http://{0}/api/messages/ID/text'               or /html, to look at
curl 'http://{0}/api/messages/ID/parts/1.2'          decoded
curl 'http://{0}/api/info'
</pre>
<p>ID may be latest: the newest that fits. Messages are chosen by <b>to</b> (the recipient in SMTP), <b>from</b>, <b>subject</b> and <b>text</b>, which need
to be a part of it in any case of letters; <b>since</b> (the id of a message, <b>mark</b> of /api/info, a time such as
2026-01-31T12:00:00Z, or now); <b>mailbox</b> (Inbox); <b>inbox</b> (a user, with --inboxes).</p>
<h2>What is to come</h2>
<pre>
curl 'http://{0}/api/wait?to=bob@example.org&amp;timeout=10s'
</pre>
<p>Answers with the newest message that fits as soon as there is one; 409 when none came in time.</p>
<h2>What is to fail</h2>
<pre>
curl -X PUT 'http://{0}/api/faults' -d '{{"seed": 1, "rules": [
  {{"stage": "rcpt", "to": "*@slow.example", "reply": 451, "text": "come back later", "times": 2}},
  {{"stage": "mailfrom", "from": "news@*", "reply": "disconnect"}},
  {{"stage": "data", "reply": "timeout", "chance": 0.1}}]}}'
# stage: connect, auth, mailfrom, rcpt, data; reply: 400 to 599, "timeout", "disconnect"
curl 'http://{0}/api/faults'
curl -X DELETE 'http://{0}/api/faults'
</pre>
<h2>Beginning anew</h2>
<pre>
curl -X DELETE 'http://{0}/api/messages?to=bob@example.org'
curl -X DELETE 'http://{0}/api/messages/ID'
curl -X POST 'http://{0}/api/reset'                  all messages and faults
</pre>
</html>
)";

} // namespace

async::Task<Answer> show_page(Call& call) {
  // Only a name or an address gets this far, so nothing in it needs quoting.
  const auto host = call.request.fields.find("Host").value_or("");
  http::Response response;
  response.fields.add("Content-Type", "text/html; charset=utf-8");
  response.body = fmt::format(page, host);
  co_return response;
}

} // namespace mox::localapi
