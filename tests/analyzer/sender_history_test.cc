#include "analyzer/sender_history.h"

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

constexpr std::uint16_t kToday = 20'783;
constexpr Timestamp kNow{std::chrono::hours(24 * kToday + 10)};

struct Known {
  HistoryContent content;
  HistoryKeys keys{content.secret};

  void tenant_since(std::uint16_t day) {
    content.seen.push_back({keys.tenant("acme"), 1, 0, 0, day, kToday});
  }
  void sender(const std::string& address, std::uint16_t first_day) {
    content.seen.push_back({keys.sender("acme", address), 3, 0, 0, first_day, kToday});
  }
  SenderHistory look_up(const std::string& mail,
                        const std::vector<Recipient>& recipients = {}) const {
    const std::string bytes = encode_history(content);
    const auto snapshot = HistorySnapshot::read(bytes);
    REQUIRE(snapshot);
    return look_up_history(*snapshot, "acme", parse_message(mail), recipients, kNow);
  }
};

const std::string kMail = "From: Ann <Ann@Partner.example>\r\n\r\nHello\r\n";

}  // namespace

TEST_CASE("a history says nothing until it is two weeks old") {
  Known young;
  young.tenant_since(kToday - kHistoryWarmUpDays + 1);
  CHECK_FALSE(young.look_up(kMail).is_known);
  Known old;
  old.tenant_since(kToday - kHistoryWarmUpDays);
  CHECK(old.look_up(kMail).is_known);
  CHECK(old.look_up(kMail).sender_is_new);
  Known empty;
  CHECK_FALSE(empty.look_up(kMail).is_known);
}

TEST_CASE("a mail that is judged again does not find itself") {
  Known known;
  known.tenant_since(20'000);
  known.sender("ann@partner.example", kToday);
  CHECK(known.look_up(kMail).sender_is_new);
  Known before;
  before.tenant_since(20'000);
  before.sender("ann@partner.example", kToday - 1);
  CHECK_FALSE(before.look_up(kMail).sender_is_new);
}

TEST_CASE("another tenant's correspondents are strangers") {
  Known known;
  known.tenant_since(20'000);
  known.content.seen.push_back(
      {known.keys.sender("other", "ann@partner.example"), 3, 0, 0, 20'000, kToday});
  CHECK(known.look_up(kMail).sender_is_new);
}

TEST_CASE("one recipient who knows the sender is enough for the pair") {
  Known known;
  known.tenant_since(20'000);
  known.content.seen.push_back({known.keys.pair("acme", "ann@partner.example", "taro@acme.example"),
                                1, 0, 0, 20'000, kToday});
  CHECK(known.look_up(kMail, {{"hana@acme.example", "to", "", ""}}).pair_is_new);
  CHECK_FALSE(known
                  .look_up(kMail, {{"hana@acme.example", "to", "", ""},
                                   {"Taro@acme.example", "to", "", ""}})
                  .pair_is_new);
}

TEST_CASE("mails that are named are looked for among those seen") {
  Known known;
  known.tenant_since(20'000);
  known.content.mails = {known.keys.message_id("acme", "<seen@acme.example>")};
  const auto with = [&](const std::string& header) {
    return known.look_up("From: a@b.example\r\n" + header + "\r\n\r\n");
  };
  CHECK_FALSE(with("Subject: x").names_mails);
  CHECK(with("In-Reply-To: <other@acme.example>").names_mails);
  CHECK_FALSE(with("In-Reply-To: <other@acme.example>").names_known_mail);
  CHECK(with("References: <a@b>\r\n <seen@acme.example>").names_known_mail);
  CHECK_FALSE(with("References: <unclosed").names_mails);
}

TEST_CASE("a mail without a sender, or with a strange one, is looked up without harm") {
  Known known;
  known.tenant_since(20'000);
  CHECK(known.look_up("Subject: x\r\n\r\n").sender_is_new);
  CHECK(known.look_up("From: nobody\r\n\r\n").domain_is_new);
}

namespace {

const std::string kLinks =
    "From: Ann <ann@partner.example>\r\n\r\nhttps://a.known.example/ https://b.seldom.example/ "
    "https://c.unheard.example/ https://d.lure.example/\r\n";

struct KnownSites : Known {
  explicit KnownSites(std::uint16_t counted_since) {
    tenant_since(20'000);
    site("", 500, 0, counted_since);
    site("known.example", 3, 1, 20'000);
    site("seldom.example", kMailsOfRareSite, 0, 20'000);
    site("today.example", 9, 0, kToday);
    site("lure.example", 0, 2, 0xFFFF);
  }
  void site(const std::string& name, std::uint32_t mails, std::uint32_t bad, std::uint16_t first) {
    content.seen.push_back({keys.link_site("acme", name), mails, bad, 0, first, kToday});
  }
};

}  // namespace

TEST_CASE("sites are asked for by what is registered, and told by how often mails led there") {
  const SenderHistory found = KnownSites(20'000).look_up(kLinks);
  CHECK(found.knows_sites);
  CHECK(found.new_sites == std::vector<std::string>{"lure.example", "unheard.example"});
  CHECK(found.rare_sites ==
        std::vector<std::string>{"lure.example", "seldom.example", "unheard.example"});
  CHECK(found.bad_sites == std::vector<std::string>{"lure.example"});
  CHECK(KnownSites(20'000)
            .look_up("From: a@b.example\r\n\r\nhttps://today.example/\r\n")
            .new_sites.size() == 1);
}

TEST_CASE("sites are not known before they were counted for two weeks") {
  const SenderHistory found = KnownSites(kToday - kHistoryWarmUpDays + 1).look_up(kLinks);
  CHECK(found.is_known);
  CHECK_FALSE(found.knows_sites);
  CHECK(found.new_sites.empty());
  CHECK(found.bad_sites.empty());
}

TEST_CASE("what a mail may be counted in itself is not held against it") {
  KnownSites known(20'000);
  known.content.seen.push_back(
      {known.keys.sender("acme", "ann@partner.example"), 1, 2, 0, 20'000, kToday});
  CHECK(known.look_up(kLinks).bad == 2);
  known.content.made_at = kNow;
  const SenderHistory found = known.look_up(kLinks);
  CHECK(found.bad == 0);
  CHECK(found.bad_sites.empty());
  CHECK(found.new_sites.size() == 2);
}
