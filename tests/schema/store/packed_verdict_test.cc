#include "schema/store/packed_verdict.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "schema/store/sql_functions.h"
#include "tests/schema/sample_verdict.h"

using namespace secondlook;

TEST_CASE("a verdict comes back as it was, in a third of its bytes") {
  const std::string json = to_json(full_verdict());
  const std::string packed = pack_verdict(json);
  CHECK(unpack_verdict(packed).value() == json);
  Verdict clean;
  clean.disposition = Disposition::clean;
  clean.digest = std::string(64, 'a');
  CHECK(pack_verdict(to_json(clean)).size() * 3 < to_json(clean).size());
  for (const std::string& text : {std::string(), std::string("{}"), std::string(5 << 20, 'x')})
    CHECK(unpack_verdict(pack_verdict(text)).value() == text);
}

TEST_CASE("what is damaged, cut or packed by another version is refused") {
  const std::string packed = pack_verdict(to_json(full_verdict()));
  CHECK_FALSE(unpack_verdict(""));
  CHECK_FALSE(unpack_verdict("{}"));
  CHECK_FALSE(unpack_verdict("\x03" + packed.substr(1)));
  for (std::size_t length = 0; length < packed.size(); length += 7)
    CHECK_FALSE(unpack_verdict(packed.substr(0, length)));
}

TEST_CASE("digits come back whatever their number, and stand beside the text as bytes") {
  std::string json = "{";
  for (std::size_t digits = 0; digits < 600; ++digits)
    json += '"' + std::string(digits, "abcdef"[digits % 6]) + "9\",";
  CHECK(unpack_verdict(pack_verdict(json)).value() == json);
  for (const char* text :
       {"ABCDEF0123456789", "deadbee", "deadbeef", "deadbeef0", "00000000-1111", "\x80\xFE"})
    CHECK(unpack_verdict(pack_verdict(text)).value() == text);
  CHECK(pack_verdict("\xFF").empty());
}

// A message of tests/bench/search_speed/made_message.cc, as version 17 of the schema packed it.
constexpr std::string_view kPackedByNumber1 =
    "0128b52ffd607f03a50900f20f2f1d6047eb0010354a471bb5cf3c2bf81ec27d40c75ae9148d178820082d0172ca03"
    "225994afbc6120db"
    "afa2e5e81a4f6d977b2f3d8463b588869e11ff8c89b7e730e6e5eddbce5b9229b40bb302be4427c89487f8131e6f10"
    "a27c6fbcc4bdfc0d"
    "000db240883f8f24be7124d12cc73c3572671b62c6ace6d68d43ad31f5ca5b53fd1a5ae78f6eef71e9994fbfdecaca"
    "29e6e4f048014e38"
    "070c088c5db48b160504c5c582e30f5c49e61878c49f01ec59573bf93e758825f5d242df2e2620200222204440a8f8"
    "018240c0c8f080f9"
    "7e8614cc0715687c2301738003921a0ed194821af5d5e32594d55c47f2c77c03249264ddb1845972c880b058011a96"
    "43929a5089067d38"
    "3d0ef1225503543f05acc8af825aac3cc1547bedf0000058003cd48cc1373ae443923ec640a9cea8c833d40a";
constexpr std::string_view kItsText =
    R"d({"version":1,"message_id":"<e5a6b7f97c6e0f28750204ac@salmi1317.example.jp>","disposition":"clean","score")d"
    R"d(:0.0,"scores":{"spam":0.5,"suspicious":0.5},"hits":[],"attributes":[],"parts":{"reader":3,"mimetic":3},"l)d"
    R"d(inks":[],"link_sites":[],"attachments":[],"errors":[],"rule_set":null,"signatures":null,"digest":"449e940)d"
    R"d(582a7a1f7e325203a3b6df59dd89a9cdd6e182edb11c6d23e6578ceb1","sender":"lumha@salmi1317.example.jp","sender_)d"
    R"d(name":"lumsal goki","from_domain":"salmi1317.example.jp","reply_to":null,"envelope_sender":"bounce+5a4254)d"
    R"d(7f@salmi1317.example.jp","subject":"hafol hamisal saltosnu","sent_at":"2026-05-28T21:50:17.248000Z","size)d"
    R"d(":52858,"direction":"inbound","network_message_id":"b44c332f-4caa-ca6d-b94e-30b588b2d781","connecting_ip")d"
    R"d(:"203.0.0.0","helo":"mail.salmi1317.example.jp","tls_version":"TLSv1.3","x_mailer":null,"authentication":)d"
    R"d({"spf":"pass","dmarc":"pass","compauth":"pass","dkim":[{"result":"pass","domain":"salmi1317.example.jp",")d"
    R"d(selector":"s1"}]},"eop":{"scl":null,"bcl":null,"sfv":null,"category":null},"recipients":[{"address":"bado)d"
    R"d(rha.follumha@contoso.example","role":"to","expanded_from":null,"forwarded_from":null}],"reported":[]})d";

TEST_CASE("what an older version packed is read") {
  const auto packed = from_hex(kPackedByNumber1);
  REQUIRE(packed);
  CHECK(unpack_verdict(std::string(packed->begin(), packed->end())).value() == kItsText);
}

// A dictionary that changed would make every database unreadable.
TEST_CASE("the dictionaries stay what they were") {
  CHECK(short_hash(std::string(first_verdict_dictionary())) == "85a3e01a43b830ff76b2043453f324f4");
  CHECK(short_hash(second_verdict_dictionary()) == "e4c6dbc3a841c98a5ca19008bf2f4572");
}

TEST_CASE("a short hash is the first half of SHA-256") {
  CHECK(short_hash("abc") == "ba7816bf8f01cfea414140de5dae2223");
  CHECK(short_hash("") == "e3b0c44298fc1c149afbf4c8996fb924");
}
