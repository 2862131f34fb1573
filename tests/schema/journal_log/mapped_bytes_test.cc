#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>

#include "schema/journal_log/reader.h"
#include "tests/schema/journal_log/log_on_disk.h"

using namespace secondlook;

TEST_CASE("a part of a file is mapped wherever it begins, and never beyond the end") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/file";
  std::string content;
  for (int i = 0; i < 2000; ++i) content += std::to_string(i);
  write_bytes(path, content);
  const auto file = open_file(path, O_RDONLY);
  REQUIRE(file);
  for (const std::size_t offset : {0U, 1U, 4095U, 4096U, 5000U}) {
    const auto mapped = MappedBytes::map(file->number(), offset, content.size() - offset);
    REQUIRE(mapped);
    CHECK(mapped->bytes() == std::string_view(content).substr(offset));
  }
  CHECK(MappedBytes::map(file->number(), content.size(), 0)->bytes().empty());
  CHECK_FALSE(MappedBytes::map(file->number(), 1, content.size()));
  CHECK_FALSE(MappedBytes::map(file->number(), content.size() + 1, 0));
  CHECK_FALSE(MappedBytes::map(file->number(), 1, ~0ULL));
}
