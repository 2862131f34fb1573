#include "schema/store/search_keys.h"

#include <catch2/catch.hpp>

#include "tests/schema/sample_verdict.h"

using namespace secondlook;

using Texts = std::vector<std::string>;

TEST_CASE("a key is 13 letters and digits, and another one by another secret, kind or value") {
  const std::string key = search_key("s", KeyKind::rule, "a");
  // Stands in databases.
  CHECK(key == search_key("s", KeyKind::rule, "a"));
  CHECK(key.size() == 13);
  CHECK(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string::npos);
  CHECK(key != search_key("t", KeyKind::rule, "a"));
  CHECK(key != search_key("s", KeyKind::attribute, "a"));
  CHECK(key != search_key("s", KeyKind::rule, "b"));
}

TEST_CASE("of an IPv4 address two beginnings are known, of anything else none") {
  CHECK(ip_beginnings("203.0.113.7") == Texts{"203.0.", "203.0.113."});
  for (const char* text : {"", "2001:db8::1", "::ffff:203.0.113.7", "203.0.113", "1.2.3.4.5"})
    CHECK(ip_beginnings(text).empty());
}

TEST_CASE("a link has its host with 4, 8, 16, 32 and 64 bytes behind it, as far as it has them") {
  CHECK(url_beginnings("https://A.example/Track/1?x") ==
        Texts{"a.example/trac", "a.example/track/1?"});
  CHECK(url_beginnings("https://a.example/abc").empty());
  CHECK(url_beginnings("https://a.example").empty());
  CHECK(url_beginnings("mailto:anna@corp.example").empty());
  CHECK(url_beginnings("https://a.example/" + std::string(2000, 'x')).size() == 5);
  CHECK(url_beginnings("https://a.example/?u=https://b.example/path") ==
        Texts{"a.example/?u=h", "a.example/?u=https", "a.example/?u=https://b.exa",
              "b.example/path"});
  std::string nested;
  for (int i = 0; i < 100; ++i) nested += "https://a" + std::to_string(i) + ".example/1234?";
  CHECK(url_beginnings(nested).size() <= 4 * 5);
}

TEST_CASE("a clean mail has no key of detections, and an empty verdict hardly any") {
  Verdict verdict;
  verdict.disposition = Disposition::clean;
  CHECK(keys_of({"s", "corp", verdict, {}}).size() == 2);  // tenant and disposition
  verdict.disposition = Disposition::unscanned;
  CHECK(keys_of({"s", "corp", verdict, {}}).contains(search_key("s", KeyKind::detection, "")));
  const Verdict full = full_verdict();
  const auto keys = keys_of({"s", "corp", full, full.recipients, true});
  for (const auto& [kind, value] : std::initializer_list<std::pair<KeyKind, const char*>>{
           {KeyKind::rule, "link_mismatch"},
           {KeyKind::attribute, "new_sender"},
           {KeyKind::attribute, "user_reported"},
           {KeyKind::host, "evil.example"},
           {KeyKind::host, "example"},
           {KeyKind::recipient, "anna@corp.example"},
           {KeyKind::recipient_domain, "corp.example"},
           {KeyKind::sender, "billing@pay.shop.example"},
           {KeyKind::sender_domain, "pay.shop.example"},
           {KeyKind::reply_to, "answers@elsewhere.example"},
           {KeyKind::reply_to_domain, "elsewhere.example"},
           {KeyKind::envelope_domain, "mailer.example"},
           {KeyKind::ip, "192.0.2.7"},
           {KeyKind::ip_beginning, "192.0."},
           {KeyKind::message_id, "invoice-1@shop.example"},
           {KeyKind::direction, "inbound"},
           {KeyKind::disposition, "malicious"}}) {
    INFO(value);
    CHECK(keys.contains(search_key("s", kind, value)));
  }
}
