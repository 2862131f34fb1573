#include "graph_client/graph_path.h"

#include <catch2/catch.hpp>

namespace secondlook {

namespace {
const GraphPath kPath("https://graph.example");
}

TEST_CASE("only unreserved characters stand unencoded") {
  CHECK(percent_encoded("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encoded("a+b c/d?e#f&g=h%") == "a%2Bb%20c%2Fd%3Fe%23f%26g%3Dh%25");
  CHECK(percent_encoded("\xe5\x8f\xa3") == "%E5%8F%A3");
  CHECK(percent_encoded(std::string_view("\0\r\n", 3)) == "%00%0D%0A");
}

TEST_CASE("a segment of dots cannot climb out of the path") {
  CHECK(percent_encoded("..") == "%2E%2E");
  CHECK(percent_encoded(".") == "%2E");
  CHECK(kPath.move("..", "a/../b") ==
        "https://graph.example/v1.0/users/%2E%2E/messages/a%2F..%2Fb/move");
}

TEST_CASE("a quote in an OData string is doubled before it is encoded") {
  CHECK(odata_string("o'hara''s") == "'o''hara''''s'");
  const std::string url = kPath.messages("u", "<o'hara+1@a.example>");
  CHECK(
      url.starts_with("https://graph.example/v1.0/users/u/messages?$filter="
                      "internetMessageId%20eq%20%27%3Co%27%27hara%2B1%40a.example%3E%27&$select="));
  CHECK(url.ends_with("&$top=50"));
}

TEST_CASE("a guest's principal name survives as one path segment") {
  CHECK(kPath.user("anna_b.example#EXT#@c.onmicrosoft.com")
            .starts_with("https://graph.example/v1.0/users/"
                         "anna_b.example%23EXT%23%40c.onmicrosoft.com?$select="));
}

TEST_CASE("an address is looked for among the proxy addresses") {
  CHECK(kPath.users_with_address("o'hara@a.example") ==
        "https://graph.example/v1.0/users?$filter=proxyAddresses%2Fany%28p%3Ap%20eq%20%27smtp%3A"
        "o%27%27hara%40a.example%27%29&$select=id,mail,userPrincipalName,proxyAddresses&$top=2");
}

TEST_CASE("Recoverable Items are asked for by their folder") {
  const std::string_view name = well_known_name(WellKnownFolder::recoverable_deletions);
  CHECK(kPath.messages_in("u", name, "<a@b.example>")
            .starts_with("https://graph.example/v1.0/users/u/mailFolders/"
                         "recoverableitemsdeletions/messages?$filter=internetMessageId%20eq%20"));
}

TEST_CASE("a mail without a Message-ID is looked for by time first, then sender and subject") {
  const Timestamp noon = *parse_rfc3339("2026-11-22T12:00:00.5Z");
  MailTraits traits{"o'hara@b.example", "50% off + free", noon, noon + std::chrono::hours(1)};
  const std::string url = kPath.messages_like("u", "", traits);
  CHECK(url.starts_with(
      "https://graph.example/v1.0/users/u/messages?$filter=receivedDateTime%20ge%20"
      "2026-11-22T12%3A00%3A00Z%20and%20receivedDateTime%20le%202026-11-22T13%3A00%3A00Z%20and%20"
      "from%2FemailAddress%2Faddress%20eq%20%27o%27%27hara%40b.example%27%20and%20"
      "subject%20eq%20%2750%25%20off%20%2B%20free%27&$select="));
  traits.sender.clear();
  traits.subject.clear();
  CHECK(kPath.messages_like("u", "junkemail", traits)
            .starts_with("https://graph.example/v1.0/users/u/mailFolders/junkemail/messages?"
                         "$filter=receivedDateTime%20ge%202026-11-22T12%3A00%3A00Z%20and%20"
                         "receivedDateTime%20le%202026-11-22T13%3A00%3A00Z&$select="));
}

TEST_CASE("the next page is only ours on our own Graph") {
  CHECK(kPath.is_below("https://graph.example/v1.0/users?$skip=10"));
  CHECK_FALSE(kPath.is_below("https://graph.example.evil.example/v1.0/users"));
  CHECK_FALSE(kPath.is_below("https://graph.example@evil.example/v1.0/users"));
  CHECK_FALSE(kPath.is_below("http://graph.example/v1.0/users"));
}

TEST_CASE("the token endpoint belongs to the tenant") {
  CHECK(token_url("https://login.example", "1/2") ==
        "https://login.example/1%2F2/oauth2/v2.0/token");
}

}  // namespace secondlook
