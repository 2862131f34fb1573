#include "base/result.h"

#include <memory>

#include <catch2/catch.hpp>

namespace secondlook {
namespace {

Result<int> half_of(int number) {
  if (number % 2 != 0) return malformed("odd");
  return number / 2;
}

TEST_CASE("a result is a value or a reason") {
  CHECK(*half_of(4) == 2);
  CHECK_FALSE(half_of(3));
  CHECK(half_of(3).error().kind == Error::Kind::malformed);
  CHECK(half_of(3).error().message == "odd");
  CHECK(half_of(3).value_or(7) == 7);
}

TEST_CASE("and_then goes on with the value and stops at the first reason") {
  CHECK(*half_of(8).and_then(half_of) == 2);
  CHECK(half_of(6).and_then(half_of).error().message == "odd");
  CHECK(half_of(5)
            .and_then([](int) -> Result<int> { return internal("not reached"); })
            .error()
            .message == "odd");
}

TEST_CASE("transform changes the value, transform_error the reason") {
  CHECK(*half_of(4).transform([](int number) { return std::to_string(number); }) == "2");
  const auto name_place = [](Error error) { return within("arithmetic", std::move(error)); };
  CHECK(half_of(3).transform_error(name_place).error().message == "arithmetic: odd");
  CHECK(*half_of(4).transform_error(name_place) == 2);
}

TEST_CASE("a result can hold what only moves") {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(*result);
  CHECK(*taken == 5);
}

TEST_CASE("success without value continues, failure keeps its reason") {
  Result<void> success;
  CHECK(success);
  CHECK(*std::move(success).and_then([] { return Result<int>(3); }) == 3);
  Result<void> failure = temporary("disk full");
  CHECK_FALSE(failure);
  CHECK(failure.error().kind == Error::Kind::temporary);
  CHECK(std::move(failure)
            .transform_error([](Error error) { return within("spool", std::move(error)); })
            .error()
            .message == "spool: disk full");
}

TEST_CASE("an error's place reads outside-in and its kind stays") {
  const Error error = within("journal log", within("segment 3", temporary("full")));
  CHECK(error.message == "journal log: segment 3: full");
  CHECK(error.kind == Error::Kind::temporary);
}

TEST_CASE("every kind of error has a name of its own") {
  CHECK(name_of(temporary("").kind) == "temporary");
  CHECK(name_of(malformed("").kind) == "malformed");
  CHECK(name_of(not_found("").kind) == "not_found");
  CHECK(name_of(forbidden("").kind) == "forbidden");
  CHECK(name_of(internal("").kind) == "internal");
}

}  // namespace
}  // namespace secondlook
