#include "analyzer/rule_engine/stock_evals/machine_address.h"

#include <string>

#include <catch2/catch.hpp>

using namespace secondlook;

TEST_CASE("offices and machines are told from people by what stands before the @") {
  for (const std::string local :
       {"info", "abuse", "postmaster", "undisclosed-recipients", "request-0123456789abcdef",
        "deadbeef.01234567", "0f8fad5b-d9cb-469f-a165-70867728950e", "list+ann=x=y"}) {
    INFO(local);
    CHECK(is_office_or_machine(local + "@free.example"));
  }
  for (const std::string local : {"ann", "info.ann", "ann-info", "8613812345678", "deadbeef",
                                  "ann=bob", "bounced-ann", "support2"}) {
    INFO(local);
    CHECK_FALSE(is_office_or_machine(local + "@free.example"));
  }
  CHECK_FALSE(is_office_or_machine("info"));
  CHECK_FALSE(is_office_or_machine("@free.example"));
}

TEST_CASE("senders of lists and bounces, and those that want no answer, are bulk") {
  for (const std::string local :
       {"postmaster", "owner-users", "users-request", "users-bounces", "sentto-123", "return-x",
        "double-bounce", "noreply", "no-reply", "do_not_reply", "news-no.reply", "bounce-17",
        "users-bounces+ann=example.com", "x-donotreply", "noreplies"}) {
    INFO(local);
    CHECK(is_bulk_sender(local + "@lists.example"));
  }
  for (const std::string local : {"ann", "casinoreply", "owner", "request", "noreply-ann", "reply",
                                  "ann=", "=ann", "returns", "administrator"}) {
    INFO(local);
    CHECK_FALSE(is_bulk_sender(local + "@lists.example"));
  }
  CHECK_FALSE(is_bulk_sender(""));
}
