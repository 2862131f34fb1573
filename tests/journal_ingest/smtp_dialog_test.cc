// Runs tests/cases/smtp_dialogs/*.dialog against the session; the format is told in README.md
// there.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/journal_ingest/session_fixture.h"

using namespace secondlook;

namespace {

struct Step {
  std::string word;  // "->" "=>" "<-" "tls" ...
  std::string rest;
};

std::vector<Step> read_steps(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<Step> steps;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto space = line.find(' ');
    steps.push_back({line.substr(0, space),
                     space == std::string::npos ? std::string() : line.substr(space + 1)});
  }
  REQUIRE_FALSE(steps.empty());
  return steps;
}

std::string unescape(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    REQUIRE(++i < text.size());
    const auto place = std::string("rn0\\").find(text[i]);
    REQUIRE(place != std::string::npos);
    result += std::string("\r\n\0\\", 4)[place];
  }
  return result;
}

bool matches(const std::string& said, const std::string& expected) {
  const std::string anything = "…";
  if (!expected.ends_with(anything)) return said == expected;
  return said.starts_with(expected.substr(0, expected.size() - anything.size()));
}

std::string joined(const std::vector<std::string>& words) {
  std::string result;
  for (const std::string& word : words) result += (result.empty() ? "" : ",") + word;
  return result;
}

std::string describe(const RecordEnvelope& envelope) {
  std::string notes = envelope.notes.empty() ? "-" : envelope.notes;
  std::replace(notes.begin(), notes.end(), ' ', '+');
  return (envelope.mail_from.empty() ? "<>" : envelope.mail_from) + " " +
         joined(envelope.recipients) + " " + envelope.tenant + " " + notes;
}

// How the client's bytes are handed to the session.
struct Cut {
  bool every_byte = false;
  std::size_t place = std::string::npos;  // counted over the whole dialog
};

class Dialog {
 public:
  Dialog(const std::vector<Step>& steps, Cut cut) : cut_(cut) {
    for (const Step& step : steps)
      if (step.word == "set") before_start(step.rest);
    talk_ = std::make_unique<Talk>(fixture_);
    for (const Step& step : steps) take(step);
    flush();
    CHECK(talk_->said.empty());
  }
  std::size_t sent() const { return sent_; }

 private:
  void before_start(const std::string& word) {
    if (word == "offer_tls") fixture_.settings.offer_tls = true;
    if (word == "require_tls") fixture_.settings.require_tls = true;
    if (word == "small") fixture_.settings.max_message_bytes = 40;
  }

  void take(const Step& step) {
    if (step.word == "->" || step.word == "=>") {
      unsent_ += step.word == "->" ? step.rest + "\r\n" : unescape(step.rest);
      return;
    }
    flush();
    if (step.word == "<-") return expect_reply(step.rest);
    if (step.word == "set") return set(step.rest);
    if (step.word == "report") return expect_report(step.rest);
    if (step.word == "text") {
      REQUIRE(report_.has_value());
      CHECK(report_->body.bytes() == unescape(step.rest));
    } else if (step.word == "tls") {
      REQUIRE(talk_->session.wish() == SmtpSession::Wish::start_tls);
      talk_->session.tls_started("TLSv1.3");
    } else {
      REQUIRE(step.word == "closed");
      CHECK(talk_->session.wish() == SmtpSession::Wish::close);
    }
  }

  void set(const std::string& word) {
    if (word == "full" || word == "room") fixture_.intake.room = word == "room";
    if (word == "broken") fixture_.intake.break_disk();
    if (word == "lost") talk_->accepts = false;
  }

  void expect_reply(const std::string& expected) {
    INFO("expected: " << expected);
    REQUIRE_FALSE(talk_->said.empty());
    INFO("said: " << talk_->said.front());
    REQUIRE(matches(talk_->said.front(), expected));
    talk_->said.pop_front();
  }

  void expect_report(const std::string& expected) {
    REQUIRE_FALSE(talk_->reports.empty());
    report_ = std::move(talk_->reports.front());
    talk_->reports.pop_front();
    CHECK(describe(report_->envelope) == expected);
  }

  void flush() {
    const std::string bytes = std::exchange(unsent_, {});
    const std::size_t begin = sent_;
    sent_ += bytes.size();
    if (cut_.every_byte) {
      for (const char& byte : bytes) talk_->send({&byte, 1});
    } else if (cut_.place >= begin && cut_.place < sent_) {
      talk_->send(std::string_view(bytes).substr(0, cut_.place - begin));
      talk_->send(std::string_view(bytes).substr(cut_.place - begin));
    } else if (!bytes.empty()) {
      talk_->send(bytes);
    }
  }

  const Cut cut_;
  SessionFixture fixture_;
  std::unique_ptr<Talk> talk_;
  std::string unsent_;
  std::size_t sent_ = 0;
  std::optional<CompleteReport> report_;
};

}  // namespace

TEST_CASE("every SMTP dialog goes as written, whole, byte by byte and cut anywhere") {
  std::size_t dialogs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_CASES "/smtp_dialogs")) {
    if (entry.path().extension() != ".dialog") continue;
    ++dialogs;
    INFO("dialog: " << entry.path().filename().string());
    const auto steps = read_steps(entry.path());
    const std::size_t length = Dialog(steps, {}).sent();
    Dialog(steps, {true, std::string::npos});
    for (std::size_t place = 0; place < length; ++place) Dialog(steps, {false, place});
  }
  CHECK(dialogs >= 20);
}
