#include "analyzer/known_brands.h"

#include <catch2/catch.hpp>

#include "analyzer/domain_name.h"

using namespace secondlook;

namespace {

const KnownBrands& brands() {
  static const KnownBrands known({{"PayPal", "paypal.com"},
                                  {"Binance", "binance.com", true},
                                  {"PayPal", "paypal.me"},
                                  {"SMBC", "smbc-card.com"},
                                  {"NTA", "e-tax.nta.go.jp"},
                                  {"LINE", "line.me"},
                                  {"Apple", "apple.com"}});
  return known;
}

std::string way(std::string_view host) {
  const auto found = brands().imitated_by(readable_domain(host));
  return found ? found->brand->domain + " " + std::string(name_of(found->way)) : "";
}

}  // namespace

TEST_CASE("a host that imitates a brand is told with the brand and the way") {
  CHECK(way("paypa1.example") == "paypal.com confusable");
  CHECK(way("xn--pypal-4ve.example") == "paypal.com confusable");
  CHECK(way("www.paypall.example") == "paypal.com edit");
  CHECK(way("paypal.com.evil.example") == "paypal.com subdomain");
  CHECK(way("login-paypal-com.evil.example") == "paypal.com subdomain");
  CHECK(way("smbc-card-com.example") == "smbc-card.com subdomain");
  CHECK(way("e-tax.nta.go.jp.evil.example") == "e-tax.nta.go.jp subdomain");
  CHECK(way("line.me.evil.example") == "line.me subdomain");
  CHECK(way("b1nance.com.example") == "");
  CHECK(way("binance.com.example") == "binance.com subdomain");
  CHECK(way("paypal.test") == "paypal.com ending");
  CHECK(way("apple-id.example") == "apple.com word");
  CHECK(way("paypal.evil.example") == "paypal.com word");
}

TEST_CASE("what is a brand's own, or far enough from it, imitates nobody") {
  for (const char* host :
       {"paypal.com", "www.paypal.com", "paypal.me", "paypal.de", "paypal.net", "smbc-card.com",
        "nta.go.jp", "lime.example", "appel.example", "raypak.example", "finance.example",
        "binance-news.example", "", "localhost", "192.0.2.1", "[2001:db8::1]"}) {
    INFO(host);
    CHECK(way(host).empty());
  }
  CHECK_FALSE(KnownBrands().imitated_by("paypa1.example"));
}

TEST_CASE("a brand without a domain owns nothing") {
  const KnownBrands known({{"Nobody", "\t"}, {"Nobody", "."}});
  for (const char* host : {"", "a", "a.", "shop.example"}) {
    CHECK_FALSE(known.own(host));
    CHECK_FALSE(known.imitated_by(host));
  }
}

TEST_CASE("a host of many words and one beyond every length are looked at in bounded time") {
  std::string long_host;
  for (int i = 0; i < 20'000; ++i) long_host += "paypal-";
  CHECK_NOTHROW(way(long_host + "com.example"));
  CHECK_NOTHROW(way(std::string(100'000, 'a') + ".example"));
}
