#include "remediation/directory/override_file.h"

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

const std::string kHeading = "address,setting,note\n";

std::string refusal(const std::string& csv) {
  const auto overrides = parse_overrides(csv);
  return overrides ? "taken" : overrides.error().message;
}

}  // namespace

TEST_CASE("a file of overrides is read as spreadsheets write it") {
  const auto overrides = parse_overrides(
      "\xef\xbb\xbf"
      "Address,Setting,Note\r\n"
      "SOC@corp.example, protect ,\"watches, \"\"us\"\"\"\r\n"
      "\r\n# a remark\r\n"
      "'+pf@corp.example,public_folder\n"
      "o'neil@corp.example,include,");
  REQUIRE(overrides);
  CHECK(*overrides == std::vector<DirectoryOverride>{
                          {"soc@corp.example", OverrideSetting::protect, "watches, \"us\""},
                          {"+pf@corp.example", OverrideSetting::public_folder, ""},
                          {"o'neil@corp.example", OverrideSetting::include, ""}});
}

TEST_CASE("a mistake is told with its line, and nothing is taken") {
  CHECK(refusal("") == "the heading address,setting,note is missing");
  CHECK(refusal("a@x.example,exclude\n") == "line 1: the heading address,setting,note is missing");
  CHECK(refusal(kHeading + "a@x.example,exclude\nb@x.example,ignore\n").find("line 3: setting") ==
        0);
  CHECK(refusal(kHeading + "nobody,exclude\n") == "line 2: \"nobody\" is no address");
  CHECK(refusal(kHeading + "a@x.example,exclude\nA@x.example,include\n") ==
        "line 3: a@x.example stands here twice");
  CHECK(refusal(kHeading + "a@x.example\n").find("line 2: two or three fields") == 0);
  CHECK(refusal(kHeading + "a@x.example,exclude,a,b\n").find("line 2: two or three fields") == 0);
  CHECK(refusal(kHeading + "\"a@x.example,exclude\n") == "line 2: a quote that is not closed");
  CHECK(refusal(kHeading + std::string("a@x.example\0,exclude\n", 21)) ==
        "line 2: a control character");
  CHECK(refusal(std::string(600 << 10, 'x')) == "more than 512 KiB");
}

TEST_CASE("a heading alone means no overrides") {
  const auto overrides = parse_overrides(kHeading);
  REQUIRE(overrides);
  CHECK(overrides->empty());
}

}  // namespace secondlook
