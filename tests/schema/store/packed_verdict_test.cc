#include "schema/store/packed_verdict.h"

#include <catch2/catch.hpp>

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
  CHECK_FALSE(unpack_verdict("\x02" + packed.substr(1)));
  for (std::size_t length = 0; length < packed.size(); length += 7)
    CHECK_FALSE(unpack_verdict(packed.substr(0, length)));
}

// A dictionary that changed would make every database unreadable.
TEST_CASE("the first dictionary stays what it was") {
  CHECK(short_hash(std::string(first_verdict_dictionary())) == "85a3e01a43b830ff76b2043453f324f4");
}

TEST_CASE("a short hash is the first half of SHA-256") {
  CHECK(short_hash("abc") == "ba7816bf8f01cfea414140de5dae2223");
  CHECK(short_hash("") == "e3b0c44298fc1c149afbf4c8996fb924");
}
