#include "tests/bench/detection_quality/mail_scores.h"

#include <catch2/catch.hpp>

#include "analyzer/signals/signals.h"
#include "tests/bench/detection_quality/neutral_mail.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

LabelledMail mail_at(const std::string& path) {
  LabelledMail mail;
  mail.path = path;
  return mail;
}

}  // namespace

TEST_CASE("a neutral mail is judged as a journal report, sums and hits are kept") {
  const TemporaryDirectory directory;
  const std::string rules =
      directory.write("rules.cf",
                      "ifplugin Secondlook\n"
                      "body LURE /your account/\nscore LURE 7\ndisposition LURE suspicious\n"
                      "header TO_US To =~ /contoso/\nscore TO_US 1.5\nendif\n");
  const auto loaded = load_rules({rules}, all_signals(), "");
  REQUIRE(loaded);
  const std::vector<LabelledMail> mails = {
      mail_at(directory.write("1", neutral_mail("From: a@b.example\nTo: phishing@pot\n\n"
                                                "It is about your account.\n"))),
      mail_at(directory.write("2", neutral_mail("From: a@b.example\nTo: c@d.example\n\nHello\n")))};
  const auto judged = judge_mails(mails, *loaded);
  REQUIRE(judged);
  CHECK(judged->front().disposition == Disposition::suspicious);
  CHECK(judged->front().suspicious_sum == 7);
  CHECK(judged->front().whole_sum == 8.5);
  CHECK(judged->front().hits.size() == 2);
  CHECK(judged->back().disposition == Disposition::clean);
  CHECK(judged->back().hits.empty());
}

TEST_CASE("another engine's scores are read in the order of the labels") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("scores", "/b\t-1.5\n/a\t7\n");
  const auto scores = read_scores(file, {mail_at("/a"), mail_at("/b")});
  REQUIRE(scores);
  CHECK(*scores == std::vector<double>{7, -1.5});
}

TEST_CASE("a mail without a score, or a line without a number, is an error and no zero") {
  const TemporaryDirectory directory;
  const std::string file = directory.write("scores", "/a\t7\n");
  CHECK_FALSE(read_scores(file, {mail_at("/a"), mail_at("/b")}));
  CHECK_FALSE(read_scores(directory.write("bad", "/a\tnull\n"), {mail_at("/a")}));
  CHECK_FALSE(read_scores(directory.file("nowhere"), {mail_at("/a")}));
}

}  // namespace secondlook
