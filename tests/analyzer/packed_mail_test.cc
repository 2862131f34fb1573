#include "analyzer/packed_mail.h"

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("a packed mail comes back byte by byte") {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  for (const std::string& mail : {std::string(), std::string("x"), std::string("ab"), every_byte,
                                  std::string(100'000, 'z')}) {
    const std::string packed = pack_mail(mail);
    CHECK(packed.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                   "+/=") == std::string::npos);
    const auto unpacked = unpack_mail(packed, 200'000);
    REQUIRE(unpacked);
    CHECK(*unpacked == mail);
  }
}

TEST_CASE("what is no packed mail, or would be a bomb, is refused") {
  CHECK(unpack_mail(pack_mail(std::string(1'000'000, '\0')), 999'999).error().kind ==
        Error::Kind::malformed);
  for (const char* text : {"x", "====", "AAAA", "not base64 at all", "AAAA="})
    CHECK(unpack_mail(text, 1000).error().kind == Error::Kind::malformed);
  std::string cut = pack_mail("Subject: hello\r\n\r\nGood morning");
  cut.resize(cut.size() - 8);
  CHECK(unpack_mail(cut, 1000).error().kind == Error::Kind::malformed);
}
