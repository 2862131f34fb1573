#include "cli/stored_mail.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/file_descriptor.h"
#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

std::vector<std::string> mails_of(const std::string& mbox) {
  std::vector<std::string> mails;
  for (const std::string_view mail : split_mbox(mbox)) mails.push_back(unquoted_mbox_mail(mail));
  return mails;
}

// Names and bytes, or complaints.
std::vector<std::string> all_of(std::vector<std::string> arguments, const std::string& directory) {
  std::vector<std::string> found;
  StoredMails mails(std::move(arguments));
  while (auto mail = mails.next()) {
    std::string text = *mail ? (*mail)->name + "=" + (*mail)->bytes : mail->error().message;
    if (text.starts_with(directory)) text.erase(0, directory.size());
    found.push_back(text);
  }
  return found;
}

}  // namespace

TEST_CASE("an mbox is cut at its From lines, with any line ends") {
  CHECK(mails_of("From a Mon\nSubject: 1\n\none\n\nFrom b Tue\nSubject: 2\n\ntwo\n") ==
        std::vector<std::string>{"Subject: 1\n\none\n", "Subject: 2\n\ntwo\n"});
  CHECK(mails_of("From a Mon\r\nS: 1\r\n\r\none\r\n\r\nFrom b Tue\r\nS: 2\r\n\r\n\xFF\xFE") ==
        std::vector<std::string>{"S: 1\r\n\r\none\r\n", "S: 2\r\n\r\n\xFF\xFE"});
  CHECK(mails_of("From a\nno empty line\nFrom here on\n").size() == 1);
  CHECK(mails_of("").empty());
  CHECK(mails_of("From a").size() == 1);
}

TEST_CASE("a quoted From line of an mbox loses one bracket, and only that") {
  CHECK(mails_of("From a\n\n>From here\n>>From there\n> From\n>Fro\n") ==
        std::vector<std::string>{"\nFrom here\n>From there\n> From\n>Fro\n"});
}

TEST_CASE("a line of millions of letters stays one line") {
  const std::string line(3'000'000, 'x');
  CHECK(mails_of("From a\n" + line + "\n\nFrom b\ny\n").at(0) == line + "\n");
}

TEST_CASE("mails come from files, mboxes, maildirs and directories, and what is empty is named") {
  const TemporaryDirectory directory;
  const std::string root = directory.file("");
  for (const char* folder : {"maildir/cur", "maildir/new", "maildir/tmp", "plain/deep"})
    std::filesystem::create_directories(root + folder);
  const auto write = [&](const std::string& name, const std::string& content) {
    REQUIRE(replace_file(root + name, content));
  };
  write("one.eml", "Subject: one\n\n");
  write("box", "From a\nS: 1\n\nFrom b\nS: 2\n");
  write("maildir/cur/1:2,S", "cur");
  write("maildir/new/2", "new");
  write("maildir/tmp/3", "tmp");
  write("plain/deep/4.eml", "deep");
  write("empty", "");
  const auto found = all_of({root + "one.eml", root + "box", root + "maildir", root + "plain",
                             root + "empty", root + "missing"},
                            root);
  REQUIRE(found.size() == 8);
  CHECK(found[0] == "one.eml=Subject: one\n\n");
  CHECK(found[1] == "box#1=S: 1\n");
  CHECK(found[2] == "box#2=S: 2\n");
  CHECK(found[3] == "maildir/cur/1:2,S=cur");
  CHECK(found[4] == "maildir/new/2=new");
  CHECK(found[5] == "plain/deep/4.eml=deep");
  CHECK(found[6] == "empty: empty");
  CHECK(found[7].find("missing") != std::string::npos);
}
