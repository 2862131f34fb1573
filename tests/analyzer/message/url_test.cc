#include "analyzer/message/url.h"

#include <catch2/catch.hpp>

#include "analyzer/message/registrable_domain.h"

using namespace secondlook;

namespace {

std::string resolved(std::string_view written, std::string_view base = {}) {
  const auto url = resolve_url(written, base);
  return url ? url->text : "-";
}
std::string host_of(std::string_view written) {
  const auto url = resolve_url(written);
  return url ? url->host : "-";
}

}  // namespace

TEST_CASE("a target is written as a browser would open it") {
  CHECK(resolved(" HTTP://Example.COM:80/A?b#c ") == "http://example.com/A?b#c");
  CHECK(resolved("https://example.com") == "https://example.com/");
  CHECK(resolved("ht\ntp://exa\tmple.com/a b") == "http://example.com/a%20b");
  CHECK(resolved("http:\\\\example.com\\path\\?q=\\") == "http://example.com/path/?q=\\");
  CHECK(resolved("https:example.com/x") == "https://example.com/x");
  CHECK(resolved("https:////example.com/x") == "https://example.com/x");
  CHECK(resolved("//example.com/x") == "https://example.com/x");
  CHECK(resolved("www.example.com/x") == "http://www.example.com/x");
  CHECK(resolved("http://example.com:8080/") == "http://example.com:8080/");
}

TEST_CASE("user info is never the host") {
  CHECK(host_of("https://www.bank.example@evil.example/") == "evil.example");
  CHECK(host_of("https://www.bank.example%2F@evil.example/") == "evil.example");
  CHECK(host_of("https://a:b@c@evil.example:443/") == "evil.example");
  CHECK(host_of("https://evil.example\\@www.bank.example/") == "evil.example");
}

TEST_CASE("hosts are percent-decoded, mapped to A-labels and freed of their last dot") {
  CHECK(host_of("http://%65xample.com./") == "example.com");
  CHECK(host_of("http://b\xC3\xBC"
                "cher.example/") == "xn--bcher-kva.example");
  CHECK(host_of("http://\xEF\xBD\x85\xEF\xBD\x98.example/") == "ex.example");  // full width
  CHECK(host_of("http://a\xE3\x80\x82"
                "example/") == "a.example");                           // ideographic dot
  CHECK(host_of("http://p\xD0\xB0ypal.com/") == "xn--pypal-4ve.com");  // Cyrillic a
}

TEST_CASE("IPv4 addresses in disguise are recognised") {
  for (const char* host : {"127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001",
                           "0x7f000001", "127.0.0.1.", "%31%32%37.0.0.1"}) {
    INFO(host);
    CHECK(host_of("http://" + std::string(host) + "/") == "127.0.0.1");
  }
  CHECK(host_of("http://[2001:DB8::1]:8080/") == "[2001:db8::1]");
  CHECK(host_of("http://1.2.3.4.5/") == "1.2.3.4.5");
}

TEST_CASE("what leads nowhere gives nothing") {
  for (const char* target : {"", "#top", "cid:image001", "relative/path", "http://", "http:///",
                             "/x", "http://a b/", "javascript"}) {
    INFO(target);
    CHECK(resolved(target) == "-");
  }
}

TEST_CASE("other schemes keep their text and have no host") {
  CHECK(resolved("mailto:a@b.example") == "mailto:a@b.example");
  CHECK(host_of("javascript:alert(1)") == "");
  CHECK(host_of("data:text/html,<p>") == "");
}

TEST_CASE("relative targets follow the base") {
  CHECK(resolved("x?y", "http://b.example/a/c") == "http://b.example/a/x?y");
  CHECK(resolved("/x", "http://b.example/a/c") == "http://b.example/x");
  CHECK(resolved("//c.example/x", "http://b.example/") == "http://c.example/x");
  CHECK(resolved("x", "http://b.example") == "http://b.example/x");
  CHECK(resolved("x", "nonsense") == "-");
}

TEST_CASE("URLs are cut at 2,048 bytes") {
  CHECK(resolved("http://a.example/" + std::string(100'000, 'x')).size() == 2048);
}

TEST_CASE("the registrable domain follows the public suffix list") {
  CHECK(registrable_domain("www.shop.example.co.uk") == "example.co.uk");
  CHECK(registrable_domain("a.b.example.com") == "example.com");
  CHECK(registrable_domain("user.github.io") == "user.github.io");
  CHECK(registrable_domain("co.uk") == "co.uk");
  CHECK(registrable_domain("192.0.2.1") == "192.0.2.1");
  CHECK(registrable_domain("") == "");
  CHECK(registrable_domain(std::string(10'000, '.')) == std::string(9'999, '.'));
  CHECK(has_known_suffix("bank.co.jp"));
  CHECK_FALSE(has_known_suffix("node.js"));
  CHECK_FALSE(has_known_suffix("example"));
}
