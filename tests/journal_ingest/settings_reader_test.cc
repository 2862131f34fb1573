#include "journal_ingest/settings_reader.h"

#include <filesystem>

#include <catch2/catch.hpp>

#include "base/unix_socket.h"
#include "tests/support/temporary_directory.h"

namespace secondlook {
namespace {

// Asks the process behind `reader` and waits for its answer.
Result<SettingsFiles> ask(const FileDescriptor& reader) {
  REQUIRE(write_fully(reader.number(), "?"));
  SettingsAnswer answer;
  for (;;) {
    if (auto files = answer.next()) return *files;
    const auto received = receive_with_descriptors(reader.number(), 4096);
    REQUIRE(received);
    REQUIRE_FALSE(received->bytes.empty());
    answer.feed(received->bytes);
  }
}

std::string configuration_naming(const std::string& certificate, const std::string& key) {
  return "[smtp]\ntls_certificate_file = \"" + certificate + "\"\ntls_key_file = \"" + key + "\"\n";
}

TEST_CASE("the settings reader gives what stands in the files now, whatever replaced them") {
  const TemporaryDirectory place;
  const std::string key = place.write("key.pem", "key\n");
  const std::string old = place.write("old.pem", std::string(100'000, 'o'));
  const std::string live = place.file("live.pem");
  std::filesystem::create_symlink(old, live);
  const std::string path = place.write("secondlook.toml", configuration_naming(live, key));
  const auto reader = start_settings_reader(path);
  REQUIRE(reader);

  auto files = ask(*reader);
  REQUIRE(files);
  CHECK(files->certificate == std::string(100'000, 'o'));
  CHECK(files->key == "key\n");
  CHECK(files->configuration == content_of(path));

  std::filesystem::remove(live);
  std::filesystem::create_symlink(place.write("new.pem", "new\n"), live);
  files = ask(*reader);
  REQUIRE(files);
  CHECK(files->certificate == "new\n");

  // Another name in another directory, in a configuration that was replaced by rename.
  std::filesystem::create_directory(place.file("elsewhere"));
  const std::string other = place.write("elsewhere/other.pem", "other\n");
  std::filesystem::rename(place.write("fresh", configuration_naming(other, key)), path);
  files = ask(*reader);
  REQUIRE(files);
  CHECK(files->certificate == "other\n");
}

TEST_CASE("the settings reader says what is wrong, and answers the next question well") {
  const TemporaryDirectory place;
  const std::string path = place.write("secondlook.toml", "[smtp]\nnonsense = 1\n");
  const auto reader = start_settings_reader(path);
  REQUIRE(reader);
  auto files = ask(*reader);
  REQUIRE_FALSE(files);
  CHECK_THAT(files.error().message, Catch::Contains("secondlook.toml:2"));

  place.write("secondlook.toml", configuration_naming(place.file("gone.pem"), "gone.key"));
  files = ask(*reader);
  REQUIRE_FALSE(files);
  CHECK_THAT(files.error().message, Catch::Contains("gone.pem"));

  place.write("secondlook.toml", "[smtp]\nhostname = \"mx.archive.example\"\n");
  files = ask(*reader);
  REQUIRE(files);
  CHECK(files->certificate.empty());
}

TEST_CASE("an answer cut at any place is read the same, and what is no answer is an error") {
  const SettingsFiles files{"configuration", "certificate", "key", "networks"};
  const std::string bytes = encode_settings_answer(files);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    SettingsAnswer answer;
    answer.feed(std::string_view(bytes).substr(0, cut));
    CHECK_FALSE(answer.next());
    answer.feed(std::string_view(bytes).substr(cut));
    const auto read = answer.next();
    REQUIRE((read && *read));
    CHECK((*read)->certificate == "certificate");
    CHECK((*read)->key == "key");
    CHECK((*read)->networks == "networks");
  }
  SettingsAnswer answer;
  answer.feed(encode_frame(77, "no such frame"));
  const auto read = answer.next();
  REQUIRE(read);
  CHECK_FALSE(*read);
}

}  // namespace
}  // namespace secondlook
