#include "graph_client/claims_challenge.h"

#include <catch2/catch.hpp>

namespace secondlook {

namespace {

// {"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}
constexpr std::string_view kClaims =
    R"({"access_token":{"nbf":{"essential":true,"value":"1604106651"}}})";
const std::string kEncoded =
    "eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==";

}  // namespace

TEST_CASE("the claims of a challenge are found wherever they stand in the field") {
  for (const std::string& field :
       {"Bearer realm=\"\", authorization_uri=\"https://login.example/common\", "
        "error=\"insufficient_claims\", claims=\"" +
            kEncoded + "\"",
        "Bearer claims=\"" + kEncoded + "\",error=\"insufficient_claims\"",
        "bearer CLAIMS=" + kEncoded.substr(0, kEncoded.size() - 2) + " , Error=insufficient_claims",
        "Negotiate, PoP error=\"x\", nonce=\"a, Bearer b\", Bearer error=\"insufficient_claims\", "
        "claims=\"" +
            kEncoded + "\"",
        "Bearer error=\"insufficient_claims\", claims=\"" + kEncoded +
            "\", Bearer error=\"invalid_token\"",
        "Bearer error=\"invalid_token\", claims=\"e30=\", Bearer realm=\"a\\\", b\", claims=\"" +
            kEncoded + "\", error=\"insufficient_claims\""}) {
    CAPTURE(field);
    CHECK(read_claims_challenge(field) == kClaims);
  }
}

TEST_CASE("what is no claims challenge asks for nothing") {
  for (const std::string& field :
       {std::string(), std::string("Bearer"),
        "Bearer error=\"invalid_token\", claims=\"" + kEncoded + "\"",
        "Basic error=\"insufficient_claims\", claims=\"" + kEncoded + "\"",
        "Bearer error=\"insufficient_claims\", PoP claims=\"" + kEncoded + "\"",
        std::string("Bearer error=\"insufficient_claims\", claims=\"!\""),
        std::string("Bearer error=\"insufficient_claims\", claims=\"W10=\""),  // []
        std::string("Bearer error=\"insufficient_claims\""), std::string(",,,=,\"\"\"\\"),
        "Bearer x=\"" + std::string(20'000, 'x') + "\", error=\"insufficient_claims\", claims=\"" +
            kEncoded + "\""}) {
    CAPTURE(field);
    CHECK_FALSE(read_claims_challenge(field).has_value());
  }
}

TEST_CASE("a token request says that challenges are understood, and repeats what was demanded") {
  CHECK(claims_to_request("") == R"({"access_token":{"xms_cc":{"values":["cp1"]}}})");
  CHECK(claims_to_request(kClaims) ==
        R"({"access_token":{"nbf":{"essential":true,"value":"1604106651"},)"
        R"("xms_cc":{"values":["cp1"]}}})");
  CHECK(claims_to_request(R"({"id_token":{"a":null},"access_token":7})") ==
        R"({"access_token":{"xms_cc":{"values":["cp1"]}},"id_token":{"a":null}})");
  CHECK(claims_to_request("nonsense") == claims_to_request(""));
}

}  // namespace secondlook
