#include "tests/bench/detection_quality/detection_table.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

LabelledMail written_on(const std::string& date) {
  LabelledMail mail;
  mail.written_at = parse_rfc3339(date);
  return mail;
}

}  // namespace

TEST_CASE("60 days lie between mails to choose thresholds on and mails to judge them on") {
  const std::vector<LabelledMail> mails = {written_on("2024-12-31"), written_on("2025-01-01"),
                                           written_on("2025-03-01"), written_on("2025-03-02"),
                                           LabelledMail{}};
  const SplitPlaces places = split_by_date(mails, *parse_rfc3339("2025-01-01"));
  CHECK(places.older == MailPlaces{0});
  CHECK(places.newer == MailPlaces{3});
  CHECK(all_places(mails) == MailPlaces{0, 1, 2, 3, 4});
}

}  // namespace secondlook
