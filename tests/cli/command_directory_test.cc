#include <catch2/catch.hpp>

#include "tests/cli/desk.h"

namespace secondlook {
namespace {

constexpr const char* kAnn =
    R"({"address":"a@corp.example","tenant":"corp","source":"directory","kind":"mailbox",)"
    R"("mailbox":"ann@corp.example","treatment":"excluded","because":"exclude: attribute7 = x",)"
    R"("display_name":"=Ann","addresses":["ann@corp.example","a@corp.example"]})";

}  // namespace

TEST_CASE("directory show tells the mailbox and why it is in or out") {
  Desk desk;
  FakeService service(desk.paths().control_socket(),
                      {{{ControlFrame::item, kAnn}, {ControlFrame::done, R"({"found":1})"}},
                       {{ControlFrame::item, kAnn}, {ControlFrame::done, R"({"found":1})"}},
                       {{ControlFrame::done, R"({"found":0})"}}});
  const Ran ran = desk.run({"directory", "show", "a@corp.example"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("ann@corp.example") != std::string::npos);
  CHECK(ran.out.find("exclude: attribute7 = x") != std::string::npos);
  const Ran csv = desk.run({"directory", "show", "--csv"});
  CHECK(csv.out ==
        "tenant,address,kind,mailbox,treatment,because,display_name,addresses\r\n"
        "corp,a@corp.example,mailbox,ann@corp.example,excluded,exclude: attribute7 = x,'=Ann,"
        "ann@corp.example a@corp.example\r\n");
  const Ran none = desk.run({"directory", "show", "x@corp.example"});
  CHECK(none.status == 1);
  CHECK(service.requests()[0].address == "a@corp.example");
  CHECK(service.requests()[1].address.empty());
}

TEST_CASE("directory sync prints differences and outcome, and ends with 1 when one failed") {
  Desk desk;
  FakeService service(
      desk.paths().control_socket(),
      {{{ControlFrame::item,
         R"({"tenant":"corp","difference":"changed","address":"a@x","detail":"+b@x"})"},
        {ControlFrame::item,
         R"({"tenant":"corp","whole":false,"added":0,"changed":1,"removed":0,"users":3,)"
         R"("guests":0,"groups":1,"contacts":0,"addresses":4,"error":null})"},
        {ControlFrame::item, R"({"tenant":"other","error":"only 1 of 3 users"})"},
        {ControlFrame::done, R"({"synced":1,"failed":1,"dry_run":true})"}}});
  const Ran ran = desk.run({"directory", "sync", "--dry-run", "--accept-shrinking"});
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "changed a@x  +b@x\n"
        "corp: changes read, 0 added, 1 changed, 0 removed (nothing was changed); 3 users, 0 "
        "guests, 1 groups, 0 contacts, 4 addresses\n"
        "other: only 1 of 3 users\n");
  CHECK(service.requests()[0].dry_run);
  CHECK(service.requests()[0].accept_shrinking);
  CHECK_FALSE(service.requests()[0].whole);
}

TEST_CASE("directory import sends the file, and export prints it in the same form") {
  Desk desk;
  const std::string csv = "address,setting,note\r\npf@corp.example,public_folder,\"a, b\"\r\n";
  REQUIRE(replace_file(desk.file("o.csv"), csv));
  FakeService service(
      desk.paths().control_socket(),
      {{{ControlFrame::done, R"({"tenant":"corp","overrides":1})"}},
       {{ControlFrame::item,
         R"({"tenant":"corp","address":"pf@corp.example","setting":"public_folder","note":"a, b"})"},
        {ControlFrame::done, R"({"overrides":1})"}}});
  CHECK(desk.run({"directory", "import", desk.file("o.csv"), "--tenant", "corp"}).out ==
        "corp: 1 overrides\n");
  CHECK(desk.run({"directory", "export"}).out == csv);
  CHECK(service.requests()[0].content == csv);
  CHECK(service.requests()[0].tenant == "corp");
}

TEST_CASE("directory needs one of its words, a file that is there, and a service") {
  Desk desk;
  CHECK(desk.run({"directory"}).status == 2);
  CHECK(desk.run({"directory", "sync", "x"}).status == 2);
  CHECK(desk.run({"directory", "import", desk.file("none.csv")}).status == 2);
  CHECK(desk.run({"directory", "show", "--json", "--csv"}).status == 2);
  CHECK(desk.run({"directory", "show", "a@b.example"}).status == 3);
}

}  // namespace secondlook
