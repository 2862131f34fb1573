#include "journal_ingest/dsn_parameters.h"

#include <string>

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("DSN parameters that RFC 3461 allows are sound") {
  CHECK(is_sound_dsn_value("RET", "full"));
  CHECK(is_sound_dsn_value("RET", "HDRS"));
  CHECK(is_sound_dsn_value("ENVID", "QQ314159+2B"));
  CHECK(is_sound_dsn_value("NOTIFY", "NEVER"));
  CHECK(is_sound_dsn_value("NOTIFY", "SUCCESS,failure,DELAY"));
  CHECK(is_sound_dsn_value("ORCPT", "rfc822;louisl@larry.example"));
  CHECK(is_sound_dsn_value("ORCPT", "utf-8;用户@例.example"));
}

TEST_CASE("DSN parameters of another shape are not") {
  for (const char* value : {"", "BODY", "FULL,HDRS"}) CHECK_FALSE(is_sound_dsn_value("RET", value));
  for (const std::string& value : {std::string(), std::string("a=b"), std::string("+4"),
                                   std::string("+zz"), std::string("a b"), std::string(101, 'a')})
    CHECK_FALSE(is_sound_dsn_value("ENVID", value));
  for (const char* value : {"", "NEVER,SUCCESS", "SUCCESS,", "SOMETIMES"})
    CHECK_FALSE(is_sound_dsn_value("NOTIFY", value));
  for (const std::string& value : {std::string(), std::string("a@b.example"),
                                   std::string(";a@b.example"), "rfc822;" + std::string(500, 'a')})
    CHECK_FALSE(is_sound_dsn_value("ORCPT", value));
  CHECK_FALSE(is_dsn_parameter("SIZE"));
}
