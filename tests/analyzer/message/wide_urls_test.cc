#include "analyzer/message/wide_urls.h"

#include <catch2/catch.hpp>

#include "analyzer/message/parsed_message.h"

using namespace secondlook;

namespace {

using Urls = std::vector<std::string>;

Urls found(std::string_view text) {
  return wide_urls(text, 100);
}

}  // namespace

TEST_CASE("URLs in full-width characters are URLs") {
  CHECK(found("こちら：ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ／ａ？ｂ＝１　まで") ==
        Urls{"https://example.com/a?b=1"});
  CHECK(found("ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ。") == Urls{"www.example.com"});
  CHECK(found("ＨＴＴＰ：／／ＥＸＡＭＰＬＥ．ＣＯＭ") == Urls{"HTTP://EXAMPLE.COM"});
}

TEST_CASE("one full-width character before the path is enough") {
  CHECK(found("https：//example.com/x") == Urls{"https://example.com/x"});
  CHECK(found("http://example．com/x y") == Urls{"http://example.com/x"});
  CHECK(found("https://example。com/x") == Urls{"https://example.com/x"});
}

TEST_CASE("URLs in ASCII are left to those who find them") {
  CHECK(found("https://example.com/ｘ（ログイン）").empty());
  CHECK(found("ＵＲＬ：https://example.com/").empty());
  CHECK(found("ｈｔｔｐとｗｗｗ、ｗｗｗ．").empty());
}

TEST_CASE("Japanese brackets and stops end a URL") {
  CHECK(found("（ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ）") == Urls{"https://example.com"});
  CHECK(found("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ。ｄｅ") == Urls{"https://example.com"});
  CHECK(found("ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍへ") == Urls{"https://example.com"});
}

TEST_CASE("no more than asked for, and hostile repetition is read once") {
  CHECK(wide_urls("ｗｗｗ．ａ．ｃｏｍ ｗｗｗ．ｂ．ｃｏｍ", 1).size() == 1);
  std::string text = "：";
  for (int i = 0; i < 300'000; ++i) text += "www.";
  CHECK(found(text).empty());
}

TEST_CASE("a URL in full-width characters is a link, for people and for uri rules") {
  const ParsedMessage message = parse_message(
      "Subject: x\nContent-Type: text/plain; charset=utf-8\n\n"
      "ｈｔｔｐｓ：／／ｅｘａｍｐｌｅ．ｃｏｍ／ｌｏｇｉｎ\n");
  REQUIRE(message.links.size() == 1);
  CHECK(message.links.front().link.url == "https://example.com/login");
  CHECK(message.links.front().link.host == "example.com");
  CHECK(message.rule_uris == std::vector<std::string>{"https://example.com/login"});
}
