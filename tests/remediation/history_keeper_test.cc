#include "remediation/history_keeper.h"

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "tests/remediation/scene.h"

namespace secondlook {
namespace {

using namespace std::chrono_literals;

// The file has no name, and is read from its start.
std::string content_of(const FileDescriptor& file) {
  return value_of(read_file("/proc/self/fd/" + std::to_string(file.number()), 1 << 20));
}

struct Keeping {
  Verdict mail(const std::string& id, const std::string& sender,
               Disposition disposition = Disposition::clean) {
    Verdict verdict = scene.verdict(disposition, {"Ann@acme.example"});
    verdict.message_id = "<" + id + ">";
    verdict.sender = sender;
    verdict.from_domain = sender.substr(sender.find('@') + 1);
    verdict.direction = "inbound";
    return verdict;
  }
  void go_on() {
    if (auto done = keeper.go_on(); !done) FAIL(done.error().message);
  }
  // What the analyzer would see of the newest snapshot.
  template <typename Look>
  auto look(Look look) {
    const auto file = keeper.newest();
    REQUIRE(file != nullptr);
    const std::string bytes = content_of(*file);
    return look(value_of(HistorySnapshot::read(bytes)));
  }
  Seen sender(const std::string& address) {
    return look([&](const HistorySnapshot& history) {
      return history.find(history.keys().sender("acme", address)).value_or(Seen{});
    });
  }

  Scene scene;
  StopEvent stop = value_of(StopEvent::make());
  HistoryKeeper keeper{
      scene.store, scene.directory.file("detections.db"), scene.clock, scene.random, stop, {}};
};

}  // namespace

TEST_CASE("correspondents are counted once, by what became of their mails") {
  Keeping keeping;
  keeping.scene.record(keeping.mail("1", "Bob@partner.example"));
  keeping.scene.record(keeping.mail("2", "bob@partner.example"));
  keeping.scene.record(keeping.mail("3", "bob@partner.example", Disposition::malicious));
  keeping.scene.record(keeping.mail("4", "spammer@partner.example", Disposition::spam));
  keeping.go_on();
  keeping.go_on();
  const Seen bob = keeping.sender("bob@partner.example");
  CHECK(bob.mails == 2);
  CHECK(bob.bad == 1);
  CHECK(bob.first_day == day_of(keeping.scene.clock.now()));
  CHECK(keeping.sender("spammer@partner.example").mails == 0);
  keeping.look([&](const HistorySnapshot& history) {
    const HistoryKeys& keys = history.keys();
    CHECK(history.find(keys.domain("acme", "partner.example"))->mails == 2);
    CHECK(history.find(keys.pair("acme", "bob@partner.example", "ann@acme.example"))->mails == 2);
    CHECK(history.find(keys.tenant("acme"))->mails == 4);
    CHECK(history.has_mail(keys.message_id("acme", "<4>")));
    CHECK_FALSE(history.has_mail(keys.message_id("acme", "<5>")));
  });
}

TEST_CASE("whom the organisation writes to is no stranger when the answer comes") {
  Keeping keeping;
  Verdict sent = keeping.mail("1", "ann@acme.example");
  sent.direction = "outbound";
  sent.recipients = {{"Client@elsewhere.example", "to", "", ""}};
  keeping.scene.record(sent);
  keeping.go_on();
  CHECK(keeping.sender("client@elsewhere.example").written_to == 1);
  CHECK(keeping.sender("client@elsewhere.example").mails == 0);
  CHECK(keeping.sender("client@elsewhere.example").first_day == 0xFFFF);
}

TEST_CASE("a mail that was restored by hand was not bad") {
  Keeping keeping;
  keeping.scene.record(keeping.mail("1", "bob@partner.example", Disposition::malicious));
  REQUIRE(keeping.scene.store.with([](Store& store) { return store.mark_restored(1, false); }));
  keeping.go_on();
  CHECK(keeping.sender("bob@partner.example").bad == 0);
}

TEST_CASE("sites are counted by the mails that linked to them and what became of these") {
  Keeping keeping;
  const auto mail = [&](const std::string& id, std::vector<std::string> sites,
                        Disposition disposition) {
    Verdict verdict = keeping.mail(id, "bob@partner.example", disposition);
    verdict.link_sites = std::move(sites);
    keeping.scene.record(verdict);
  };
  mail("1", {"good.example", "shared.example"}, Disposition::clean);
  mail("2", {"good.example"}, Disposition::bulk);
  mail("3", {"evil.example", "shared.example"}, Disposition::malicious);
  mail("4", {"doubtful.example"}, Disposition::suspicious);
  mail("5", {}, Disposition::clean);
  mail("6", {"released.example"}, Disposition::malicious);
  REQUIRE(keeping.scene.store.with([](Store& store) { return store.mark_restored(6, false); }));
  keeping.go_on();
  keeping.look([&](const HistorySnapshot& history) {
    const auto site = [&](const std::string& name) {
      return history.find(history.keys().link_site("acme", name)).value_or(Seen{});
    };
    CHECK(site("good.example").mails == 2);
    CHECK(site("shared.example").mails == 1);
    CHECK(site("shared.example").bad == 1);
    CHECK(site("evil.example").bad == 1);
    CHECK(site("evil.example").mails == 0);
    CHECK(site("doubtful.example") == Seen{});
    CHECK(site("released.example") == Seen{});
    CHECK(site("").mails == 3);
  });
}

TEST_CASE("a snapshot is made when something is new and the last is five minutes old") {
  Keeping keeping;
  keeping.scene.record(keeping.mail("1", "bob@partner.example"));
  keeping.go_on();
  const auto first = keeping.keeper.newest();
  keeping.scene.record(keeping.mail("2", "bob@partner.example"));
  keeping.go_on();
  CHECK(keeping.keeper.newest() == first);
  keeping.scene.clock.advance(301s);
  keeping.go_on();
  const auto second = keeping.keeper.newest();
  CHECK(second != first);
  CHECK(keeping.sender("bob@partner.example").mails == 2);
  keeping.scene.clock.advance(301s);
  keeping.go_on();
  CHECK(keeping.keeper.newest() == second);  // nothing new
}

TEST_CASE("another process goes on counting with the same keys") {
  Keeping keeping;
  keeping.scene.record(keeping.mail("1", "bob@partner.example"));
  keeping.go_on();
  keeping.scene.record(keeping.mail("2", "bob@partner.example"));
  HistoryKeeper again(keeping.scene.store, keeping.scene.directory.file("detections.db"),
                      keeping.scene.clock, keeping.scene.random, keeping.stop, {});
  REQUIRE(again.go_on());
  const auto file = again.newest();
  struct stat status {};
  REQUIRE(::fstat(file->number(), &status) == 0);
  const std::string bytes = content_of(*file);
  const auto history = value_of(HistorySnapshot::read(bytes));
  CHECK(history.find(history.keys().sender("acme", "bob@partner.example"))->mails == 2);
  CHECK(status.st_nlink == 0);  // nobody finds it by a name
}

TEST_CASE("who was not heard of for more than a year is forgotten") {
  Keeping keeping;
  keeping.scene.record(keeping.mail("1", "bob@partner.example"));
  keeping.go_on();
  keeping.scene.clock.advance(std::chrono::days(401));
  keeping.scene.record(keeping.mail("2", "eve@partner.example"));
  for (int slice = 0; slice < StoredHistory::kSlices; ++slice) keeping.go_on();
  keeping.scene.clock.advance(301s);
  keeping.scene.record(keeping.mail("3", "eve@partner.example"));
  keeping.go_on();
  CHECK(keeping.sender("bob@partner.example").mails == 0);
  CHECK(keeping.sender("eve@partner.example").mails == 2);
}

// remediation_test "[history bench]": what counting costs beside recording, with every sender new.
TEST_CASE("the cost of counting a mail beside that of recording it", "[.][history bench]") {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  Keeping keeping;
  for (int thousand = 1; thousand <= 10; ++thousand) {
    const auto start = std::chrono::steady_clock::now();
    for (int hundred = 0; hundred < 10; ++hundred) {
      std::vector<Delivery> batch;
      for (int i = 0; i < 100; ++i) {
        const std::string id = std::to_string(keeping.scene.next_sequence);
        Verdict verdict = keeping.mail(id, "sender" + id + "@domain" + id + ".example");
        verdict.digest = id;
        verdict.recipients.push_back({"bob@acme.example", "cc", "", ""});
        batch.push_back(keeping.scene.delivery(keeping.scene.next_sequence++, verdict));
      }
      REQUIRE(keeping.scene.recorder.record(batch));
    }
    const Milliseconds recorded = std::chrono::steady_clock::now() - start;
    const auto begun = std::chrono::steady_clock::now();
    keeping.go_on();
    const Milliseconds counted = std::chrono::steady_clock::now() - begun;
    WARN(thousand << ",000 mails: recording " << recorded.count() << " us a mail, counting "
                  << counted.count() << " us, " << counted / recorded << " of it");
  }
}

}  // namespace secondlook
