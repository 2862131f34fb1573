// What is found in a mail's files is the same whether they are looked into here or apart.
#include <algorithm>
#include <filesystem>

#include <catch2/catch.hpp>

#include "analyzer/documents/inspect_documents.h"
#include "analyzer/extract/extract_client.h"
#include "analyzer/helper_process.h"
#include "base/file_descriptor.h"
#include "tests/support/archive_writer.h"
#include "tests/support/drawn_picture.h"

using namespace secondlook;
using namespace std::chrono_literals;

namespace {

// The extract helper, and a worker's place at it.
class Apart {
 public:
  FileInspector* inspector() { return &client_; }

 private:
  static HelperProcess start() {
    auto helper = HelperProcess::start(EXTRACT_HELPER, {}, 60s);
    if (!helper) FAIL(helper.error().message);
    return std::move(*helper);
  }
  FileDescriptor connect() {
    auto connection = helper_.connect();
    if (!connection) FAIL(connection.error().message);
    return std::move(*connection);
  }

  HelperProcess helper_ = start();
  ExtractClient client_{connect(), {}};
};

// All that looking into a mail's attachments leaves.
std::vector<std::string> found_in(const std::string& mail, FileInspector* inspector) {
  ParsedMessage message = parse_message(mail);
  std::vector<std::string> found = look_into_attachments(message, false, inspector);
  for (const auto& fact : message.document_facts)
    found.push_back(std::to_string(fact.attachment) + " " + fact.where + " " + fact.fact + " " +
                    fact.detail);
  for (const FoundLink& link : message.links)
    found.push_back(link.part + " " + std::to_string(static_cast<int>(link.kind)) + " " +
                    link.link.url);
  found.insert(found.end(), message.rule_uris.begin(), message.rule_uris.end());
  return found;
}

std::size_t facts_in(const std::string& mail) {
  ParsedMessage message = parse_message(mail);
  look_into_attachments(message, false);
  return message.document_facts.size();
}

std::string mail_with(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string mail =
      "From: a@b.example\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
  for (const auto& [name, content] : files)
    mail +=
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=" +
        name + "\r\n\r\n" + test::in_base64(content) + "\r\n";
  return mail + "--b--\r\n";
}

std::vector<std::string> mails_beneath(const std::string& directory) {
  std::vector<std::string> mails;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() != ".eml") continue;
    auto mail = read_file(entry.path().string(), std::size_t{64} << 20U);
    if (mail) mails.push_back(std::move(*mail));
  }
  return mails;
}

}  // namespace

TEST_CASE("of every mail of the cases the same is found apart") {
  Apart apart;
  std::size_t mails = 0, facts = 0;
  for (const char* cases : {"/deploy/rules/cases", "/tests/cases", "/deploy/demo_mails"})
    for (const std::string& mail : mails_beneath(std::string(TEST_CASES) + "/../.." + cases)) {
      const auto here = found_in(mail, nullptr);
      CHECK(found_in(mail, apart.inspector()) == here);
      ++mails;
      facts += facts_in(mail);
    }
  CHECK(mails > 300);
  CHECK(facts > 50);
}

TEST_CASE("files in files, pictures seen before and the bounds of one mail are the same apart") {
  Apart apart;
  const std::string code = test::as_png(test::draw_qr_code("https://code.example/1"));
  const std::string script =
      test::make_pdf({"<< /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert) >> >>"});
  const std::string inner =
      test::make_archive("zip", {{"b/code.png", code}, {"script.pdf", script}});
  std::vector<std::pair<std::string, std::string>> files = {
      {"code.png", code},
      {"again.png", code},
      {"docs.zip", inner},
      {"script.pdf", script},
      {"page.html", "<form action='https://evil.example/'><input type=password></form>"},
      {"drawn.html",
       "<img src='data:image/png;base64," +
           test::in_base64(test::as_png(test::draw_qr_code("https://code.example/2"))) + "'>"},
      {"invite.ics",
       "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nURL:https://calendar.example/3\r\n"
       "END:VEVENT\r\nEND:VCALENDAR\r\n"},
      {"damaged.pdf", "%PDF-1.4 obj but nothing else"}};
  const auto here = found_in(mail_with(files), nullptr);
  for (const char* link :
       {"https://code.example/1", "https://code.example/2", "https://calendar.example/3"})
    CHECK(std::ranges::any_of(
        here, [&](const std::string& text) { return text.find(link) != std::string::npos; }));
  CHECK(found_in(mail_with(files), apart.inspector()) == here);

  for (int i = 0; i < 120; ++i)  // more pictures than one mail may bring
    files.emplace_back(
        "p" + std::to_string(i) + ".png",
        test::as_png(test::draw_qr_code("https://code.example/" + std::to_string(i), 6)));
  const auto bounded = found_in(mail_with(files), nullptr);
  CHECK(std::ranges::any_of(bounded, [](const std::string& text) {
    return text.find("more or larger pictures") != std::string::npos;
  }));
  CHECK(found_in(mail_with(files), apart.inspector()) == bounded);
  CHECK(found_in(mail_with(files), apart.inspector()) == bounded);  // each mail begins anew
}
