#include "tests/bench/detection_quality/labelled_mail.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

void put_mail(const std::filesystem::path& file) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << "From: a@b.example\n\nHello\n";
}

}  // namespace

TEST_CASE("folders say what a mail is, in the order of paths") {
  const TemporaryDirectory directory;
  const std::filesystem::path root = directory.path();
  put_mail(root / "phish/some/1.eml");
  put_mail(root / "ham/list_usrp/1.eml");
  put_mail(root / "ham/old_list/1.eml");
  const auto mails = find_labelled_mails(root.string());
  REQUIRE(mails);
  REQUIRE(mails->size() == 3);
  CHECK((*mails)[0].is_modern_ham);
  CHECK_FALSE((*mails)[1].is_modern_ham);
  CHECK_FALSE((*mails)[1].is_phish);
  CHECK((*mails)[2].is_phish);
}

TEST_CASE("without ham of today's sources all ham counts as modern") {
  const TemporaryDirectory directory;
  const std::filesystem::path root = directory.path();
  put_mail(root / "phish/some/1.eml");
  put_mail(root / "ham/own/1.eml");
  const auto mails = find_labelled_mails(root.string());
  REQUIRE(mails);
  CHECK((*mails)[0].is_modern_ham);
}

TEST_CASE("a directory without one of the classes is refused") {
  const TemporaryDirectory directory;
  put_mail(directory.path() / "ham/own/1.eml");
  CHECK_FALSE(find_labelled_mails(directory.path().string()));
  CHECK_FALSE(find_labelled_mails(directory.file("nowhere")));
}

TEST_CASE("labels are read as they were written") {
  const TemporaryDirectory directory;
  const std::string file = directory.file("labels");
  LabelledMail phish, ham;
  phish.path = "/a/with space";
  phish.is_phish = phish.passed_by_microsoft = true;
  phish.written_at = parse_rfc3339("2025-03-01");
  ham.path = "/b";
  ham.is_modern_ham = true;
  REQUIRE(write_labels(file, {phish, ham}));
  const auto read = read_labels(file);
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK((*read)[0].path == phish.path);
  CHECK((*read)[0].passed_by_microsoft);
  CHECK((*read)[0].written_at == phish.written_at);
  CHECK_FALSE((*read)[1].written_at);
  CHECK((*read)[1].is_modern_ham);
}

}  // namespace secondlook
