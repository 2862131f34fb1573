// What stands between the check of new rules and their taking: the files may change, or vanish.
#include "analyzer/rule_reload.h"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_directory.h"

using namespace secondlook;

namespace {

struct Service {
  TemporaryDirectory directory;
  Configuration configuration;
  SystemClock clock;
  FileDescriptor notices;  // the supervisor's end
  std::unique_ptr<ConfiguredRules> rules;

  Service() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    notices = FileDescriptor(ends[0]);
    notices_written_ = FileDescriptor(ends[1]);
    configuration.paths.database = directory.file("detections.db");
    configuration.analyzer.rules = {directory.file("rules")};
    std::filesystem::create_directory(directory.file("rules"));
    rules = std::make_unique<ConfiguredRules>(configuration, clock, notices_written_.number());
    auto handed = HandedRules::make();
    REQUIRE(handed);
    auto handed_lists = HandedRules::make();
    REQUIRE(handed_lists);
    rules->hand_over_by(std::move(*handed), std::move(*handed_lists));
  }

  void write(const std::string& text) const { directory.write("rules/site.cf", text); }

  // Of the set that the supervisor was told last.
  RulesNotice told() const { return told_notice().rules; }
  std::string told_detail() const { return told_notice().detail; }

 private:
  ProcessNotice told_notice() const {
    std::array<char, 8192> bytes{};
    const ssize_t count = ::read(notices.number(), bytes.data(), bytes.size());
    if (count <= 0) return {};
    const std::string all(bytes.data(), static_cast<std::size_t>(count));
    const std::size_t begin = all.rfind('\n', all.size() - 2) + 1;
    return *parse_process_notice(std::string_view(all).substr(begin));
  }

  FileDescriptor notices_written_;
};

}  // namespace

TEST_CASE("the set that was checked is the one that is taken, whatever its files are by then") {
  const Service service;
  service.write("body A /a/\nscore A 1\n");
  const RuleReload reload = service.rules->reload();
  const CheckAnswer answer = reload.check();
  REQUIRE(answer.kind == CheckAnswer::Kind::yes);
  SECTION("another set") {
    service.write("body B /b/\nscore B 9\n");
  }
  SECTION("a broken one") {
    service.write("body B /(/\n");
  }
  SECTION("a FIFO that nobody writes into") {
    std::filesystem::remove(service.directory.file("rules/site.cf"));
    REQUIRE(::mkfifo(service.directory.file("rules/site.cf").c_str(), 0600) == 0);
  }
  SECTION("nothing") {
    std::filesystem::remove_all(service.directory.file("rules"));
  }
  REQUIRE(reload.take(answer.text));
  CHECK(service.told().hash == answer.text);
}

TEST_CASE("without a check before it, and by another hash, nothing is taken") {
  const Service service;
  service.write("body A /a/\n");
  const RuleReload reload = service.rules->reload();
  CHECK_FALSE(reload.take("some hash"));
  const CheckAnswer answer = reload.check();
  REQUIRE(answer.kind == CheckAnswer::Kind::yes);
  CHECK_FALSE(reload.take("some hash"));
  CHECK(service.told().hash.empty());
}

TEST_CASE("host lists are taken as they were checked, and one that is gone changes nothing") {
  Service service;
  const std::string list = service.directory.write("hosts", "evil.example\n");
  service.configuration.analyzer.host_lists = {list};
  service.write("body A /a/\n");
  const RuleReload reload = service.rules->reload();
  const CheckAnswer answer = reload.check();
  REQUIRE(answer.kind == CheckAnswer::Kind::yes);
  std::filesystem::remove(list);
  REQUIRE(reload.take(answer.text));
  CHECK(service.told_detail().find(", 1 listed hosts, the oldest list of ") != std::string::npos);
  const CheckAnswer refused = reload.check();
  CHECK(refused.kind == CheckAnswer::Kind::no);
  CHECK(refused.text.find(list) != std::string::npos);
}

TEST_CASE("bad rules are refused with file and line") {
  const Service service;
  service.write("body A /a/\nbody B /(/\n");
  const CheckAnswer answer = service.rules->reload().check();
  CHECK(answer.kind == CheckAnswer::Kind::no);
  CHECK(answer.text.find("site.cf:2:") != std::string::npos);
}
