#include "base/secret.h"

#include <catch2/catch.hpp>

#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

TEST_CASE("a secret file is read without its line end") {
  TemporaryDirectory directory;
  CHECK(read_secret_file(directory.write("a", "s3cret \n", 0600))->reveal() == "s3cret ");
  CHECK(read_secret_file(directory.write("b", "s3cret\r\n", 0640))->reveal() == "s3cret");
}

TEST_CASE("a secret that everybody may read is refused, with the remedy and without the secret") {
  TemporaryDirectory directory;
  const auto refused = read_secret_file(directory.write("a", "s3cret", 0644));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Error::Kind::forbidden);
  CHECK(refused.error().message.find("chmod 0600") != std::string::npos);
  CHECK(refused.error().message.find("s3cret") == std::string::npos);
}

TEST_CASE("an empty, a missing and a too large secret file are refused") {
  TemporaryDirectory directory;
  CHECK(read_secret_file(directory.write("a", "\n")).error().kind == Error::Kind::malformed);
  CHECK(read_secret_file(directory.file("none")).error().kind == Error::Kind::not_found);
  CHECK_FALSE(read_secret_file(directory.write("b", std::string(65 * 1024, 'x'))));
}

TEST_CASE("a moved secret is gone where it was") {
  Secret first("s3cret");
  Secret second(std::move(first));
  CHECK(first.empty());
  CHECK(second.reveal() == "s3cret");
  first = std::move(second);
  CHECK(second.empty());
  CHECK(first.reveal() == "s3cret");
}

}  // namespace
}  // namespace secondlook
