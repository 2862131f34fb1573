#include "analyzer/rule_engine/parser/rule_condition.h"

#include <string>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

bool holds(const std::string& text) {
  const Parsed<bool> parsed = evaluate_condition(text);
  if (const auto* mistake = std::get_if<Mistake>(&parsed)) FAIL(text + ": " + mistake->message);
  return std::get<bool>(parsed);
}

}  // namespace

TEST_CASE("we answer as SpamAssassin 4.0 with our own plugin") {
  CHECK(holds("plugin(Secondlook)"));
  CHECK(holds("plugin ( Mail::SpamAssassin::Plugin::MIMEHeader )"));
  CHECK(holds("plugin(Mail::SpamAssassin::Plugin::DKIM)"));
  CHECK_FALSE(holds("plugin(Mail::SpamAssassin::Plugin::TextCat)"));
  CHECK(holds("!plugin(Mail::SpamAssassin::Plugin::DecodeShortURLs)"));
  CHECK(holds("(version >= 3.004002)"));
  CHECK(holds("(version >= 4.000000)"));
  CHECK(holds("(version >= 4.000001)"));
  CHECK_FALSE(holds("(version >= 4.000002)"));
  CHECK(holds("local_tests_only"));
  CHECK(holds("can(Mail::SpamAssassin::Conf::feature_capture_rules)"));
  CHECK(holds("can(Mail::SpamAssassin::Conf::feature_bug6558_free)"));
  CHECK(holds("has(Mail::SpamAssassin::Plugin::BodyEval::has_check_body_length)"));
  CHECK_FALSE(holds("can(Mail::SpamAssassin::Plugin::ASN::has_check_asn)"));
}

TEST_CASE("conditions combine") {
  CHECK(holds("!(0) && (1 || 0)"));
  CHECK(holds("1 != 0"));
  CHECK_FALSE(holds("!1 || 0"));
}

TEST_CASE("a condition cut short or strange is a mistake") {
  for (const char* text : {"", "(", "plugin(", "plugin(X", "version >=", "1 1", "perl", "1 && "}) {
    INFO(text);
    CHECK(std::holds_alternative<Mistake>(evaluate_condition(text)));
  }
  CHECK(std::holds_alternative<Mistake>(evaluate_condition(std::string(100'000, '!'))));
}
