#include "cli/rule_cases.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"

using namespace secondlook;
using Wanted = RuleCase::Wanted;

namespace {

Verdict verdict_with(const std::vector<std::string>& rules,
                     Disposition disposition = Disposition::clean) {
  Verdict verdict;
  verdict.disposition = disposition;
  for (const std::string& rule : rules)
    verdict.hits.push_back({rule, 1, Disposition::spam, "", {}});
  return verdict;
}

void write_mail(const TemporaryDirectory& directory, const std::string& path) {
  const std::filesystem::path file = directory.file(path);
  std::filesystem::create_directories(file.parent_path());
  directory.write(path, "Subject: x\n\nx\n");
}

}  // namespace

TEST_CASE("cases are found by where they stand") {
  const TemporaryDirectory directory;
  for (const char* path : {"LUNCH/a.eml", "LUNCH/hit/b.eml", "LUNCH/miss/c.eml", "ordinary/d.eml",
                           "LUNCH/notes.txt", "readme.txt"})
    write_mail(directory, path);
  const auto cases = find_rule_cases(directory.file(""));
  REQUIRE(cases);
  std::vector<std::string> found;
  for (const RuleCase& each : *cases)
    found.push_back(std::filesystem::path(each.file).filename().string() + " " + each.rule + " " +
                    std::string(name_of(each.wanted)));
  CHECK(found == std::vector<std::string>{"a.eml LUNCH hit", "b.eml LUNCH hit", "c.eml LUNCH miss",
                                          "d.eml ordinary ordinary"});
}

TEST_CASE("no cases, and a directory that names no rule, are told") {
  const TemporaryDirectory directory;
  CHECK(find_rule_cases(directory.file("nowhere")).error().kind == Error::Kind::not_found);
  CHECK(find_rule_cases(directory.file("")).error().kind == Error::Kind::not_found);
  write_mail(directory, "not a rule/a.eml");
  CHECK(find_rule_cases(directory.file("")).error().kind == Error::Kind::malformed);
}

TEST_CASE(
    "a case passes when its rule did what is wanted, and on a mail not judged wholly only by a "
    "hit") {
  const RuleCase hit{"a.eml", "LUNCH", Wanted::hit}, miss{"a.eml", "LUNCH", Wanted::miss},
      ordinary{"a.eml", "ordinary", Wanted::ordinary};
  CHECK(failure_of(hit, verdict_with({"LUNCH", "OTHER"})).empty());
  CHECK(failure_of(hit, verdict_with({"OTHER"})) == "does not hit; what hit: OTHER");
  CHECK(failure_of(miss, verdict_with({"OTHER"})).empty());
  CHECK(failure_of(miss, verdict_with({"LUNCH"})) == "hits, and must not");
  CHECK(failure_of(ordinary, verdict_with({"A"}, Disposition::spam)).empty());
  CHECK(failure_of(ordinary, verdict_with({"A"}, Disposition::spoof)) == "spoof by A");
  Verdict partly = verdict_with({"OTHER"}, Disposition::unscanned);
  partly.errors = {"worker ended by signal 11"};
  CHECK(failure_of(miss, partly) == "not judged wholly: worker ended by signal 11");
  CHECK(failure_of(ordinary, partly) == "not judged wholly: worker ended by signal 11");
  partly.hits = verdict_with({"LUNCH"}).hits;
  CHECK(failure_of(hit, partly).empty());
}
