#include <catch2/catch.hpp>

#include "tests/analyzer/rule_engine/loaded_rules.h"
#include "tests/analyzer/rule_engine/stock_evals/hits_on_mail.h"

using namespace secondlook;
using test::hits_on;

namespace {

const std::string kSearch =
    "redirector_pattern "
    "m'^https?:/*www\\.search\\.example/url\\?.*?(?<=[?&])q=(.*?)(?:$|[&\\#])'i\n"
    "redirector_pattern /^http:\\/\\/out\\.example\\/\\w+\\/(.*)$/i\n";

// Whether a rule sees this URI in a mail with one link.
bool sees(const std::string& uri_pattern, const std::string& link,
          const std::string& settings = kSearch) {
  return hits_on(settings + "uri HIT m{" + uri_pattern + "}\n",
                 "Content-Type: text/html\n\n<a href=\"" + link + "\">here</a>\n") == "HIT";
}

}  // namespace

TEST_CASE("rules see where a redirector leads, with a scheme or without") {
  CHECK(sees("^http://trap\\.example\\.com/a$",
             "http://www.search.example/url?sa=t&q=trap.example.com/a&x=1"));
  CHECK(sees("^https://trap\\.example\\.com/a$",
             "HTTP://WWW.search.example/url?q=https://trap.example.com/a#b"));
  CHECK(sees("^http://trap\\.example\\.com/a$", "http://out.example/go/trap.example.com/a"));
  CHECK_FALSE(sees("^http://trap\\.example\\.com/a$",
                   "http://www.search.example/url?sa=t&q=trap.example.com/a", ""));
  CHECK_FALSE(sees("^http://trap\\.example\\.com/a$",
                   "http://other.example/url?sa=t&q=trap.example.com/a"));
}

TEST_CASE("percent signs and a user name before the host hide no redirector") {
  CHECK(sees("^http://trap\\.example\\.com/a$",
             "http://me@www.search.example/%75rl?q=trap%2Eexample.com%2Fa"));
}

TEST_CASE("what has no dot is no target") {
  CHECK_FALSE(sees("^http://weather", "http://www.search.example/url?q=weather"));
}

TEST_CASE("redirectors inside redirectors are followed three levels deep") {
  CHECK(sees("^http://d\\.example\\.com$",
             "http://out.example/1/out.example/2/out.example/3/d.example.com"));
  CHECK_FALSE(sees("^http://d\\.example\\.com$",
                   "http://out.example/1/out.example/2/out.example/3/out.example/4/d.example.com"));
}

TEST_CASE("uri_detail rules see the target among the forms of its link") {
  const std::string mail =
      "Content-Type: text/html\n\n<a href=\"http://out.example/x/trap.example.com\">Bank</a>\n";
  CHECK(hits_on(kSearch + "uri_detail HIT domain =~ /^example\\.com$/ text =~ /Bank/\n", mail) ==
        "HIT");
  CHECK(hits_on("uri_detail HIT domain =~ /^example\\.com$/ text =~ /Bank/\n", mail).empty());
}

TEST_CASE("beyond two thousand redirectors no more are followed, and it is told") {
  const auto loaded = test::load_text(kSearch + "uri A /x/\n");
  REQUIRE(loaded);
  ParsedMessage message = test::message_with({});
  for (int i = 0; i < 2'000; ++i) {
    test::add_link(message, "http://out.example/x/t" + std::to_string(i) + ".example");
  }
  CHECK(test::scan_with(*loaded, message).errors.empty());
  for (int i = 0; i < 10; ++i) {
    test::add_link(message, "http://out.example/y/t" + std::to_string(i) + ".example");
  }
  CHECK(test::scan_with(*loaded, message).errors ==
        std::vector<std::string>{"redirector_pattern: limit reached"});
}
