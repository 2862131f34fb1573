#include "tests/journal_ingest/log_fixture.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace secondlook {

FinishedReport make_report(Files& files, int directory, std::size_t memory_limit,
                           const std::string& text) {
  ReportBody body(files, directory, memory_limit);
  Result<void> done = body.append(text);
  if (done) done = body.finish();
  if (!done) throw done.error();
  const RecordEnvelope envelope{"192.0.2.7", "contoso",      "", {"journal@archive.example"},
                                "TLSv1.3",   "mail.example", ""};
  return {envelope, Timestamp(), std::move(body)};
}

std::unique_ptr<OpenLog> LogFixture::open() {
  auto recovered = recover_log(path(), files, random);
  if (!recovered) return nullptr;
  auto log = std::make_unique<OpenLog>(std::move(*recovered), settings, kept, files, clock);
  if (!log->commit.publish()) return nullptr;
  return log;
}

std::size_t LogFixture::commit(OpenLog& log, const std::vector<std::string>& texts) {
  std::vector<FinishedReport> reports;
  std::vector<std::string> finished;
  for (const std::string& text : texts) {
    try {
      reports.push_back(make_report(files, log.recovered.directory.number(), memory_limit, text));
      finished.push_back(text);
    } catch (const Error&) {  // never handed over
    }
  }
  const auto outcomes = log.commit.commit(reports);
  REQUIRE(outcomes.size() == reports.size());
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i]) {
      REQUIRE(outcomes[i].error().kind == Error::Kind::temporary);
      continue;
    }
    REQUIRE(acknowledged.emplace(*outcomes[i], finished[i]).second);
    ++accepted;
  }
  return accepted;
}

void LogFixture::require_nothing_lost() const {
  const auto said = read_all(path());
  for (const auto& [sequence, text] : acknowledged)
    REQUIRE(std::count(said.begin(), said.end(), std::to_string(sequence) + ":" + text) == 1);
  for (const std::string& one : said) REQUIRE_FALSE(one.ends_with("!"));
}

}  // namespace secondlook
