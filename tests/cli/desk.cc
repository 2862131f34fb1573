#include "tests/cli/desk.h"

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include "base/unix_socket.h"
#include "cli/commands.h"
#include "schema/frame.h"
#include "schema/store/store.h"

namespace secondlook {
namespace {

constexpr std::chrono::seconds kPatience{60};

template <typename Value>
Value must(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().message);
}

const std::string kLog = "11111111-2222-4333-8444-555555555555";

VerdictStamp stamp(std::uint64_t sequence) {
  VerdictStamp stamp;
  stamp.log = kLog;
  stamp.sequence = sequence;
  stamp.tenant = "contoso";
  stamp.received_at = *parse_rfc3339("2026-11-22T11:00:00.25Z") + std::chrono::minutes(sequence);
  stamp.peer = "192.0.2.7";
  return stamp;
}

// Every text does what it can to the terminal that shows it.
Verdict hostile_verdict() {
  Verdict verdict;
  verdict.disposition = Disposition::malicious;
  verdict.score = 12.5;
  verdict.scores = {{"malicious", 12.5}};
  verdict.hits = {{"FROM_LOOKALIKE",
                   12.5,
                   Disposition::malicious,
                   "From looks like an own domain",
                   {{"header From", 7, "c0ntoso\x1b]0;owned\x07.example"}}}};
  verdict.attributes = {"executable"};
  verdict.message_id = "<1@evil.example>";
  verdict.digest = "aa";
  verdict.sender = "ceo@c0ntoso.example";
  verdict.sender_name = "\u202eoeC\x1b[31m";
  verdict.from_domain = "c0ntoso.example";
  verdict.reply_to = "=cmd|' /C calc'!A0@evil.example";
  verdict.subject = "=HYPERLINK(\"http://evil.example\")\r\n2  clean  請求書";
  verdict.sent_at = "2026-11-22T10:59:00Z";
  verdict.direction = "inbound";
  verdict.connecting_ip = "198.51.100.9";
  verdict.authentication = {"fail", "none", "", {{"none", "", ""}}};
  verdict.recipients = {{"alice@contoso.example", "to", "", ""}};
  verdict.attachments = {{"invoice\u202efdp.exe", "application/pdf", "application/x-dosexec", 4096,
                          std::string(64, 'a'), false, ""}};
  return verdict;
}

Verdict clean_verdict() {
  Verdict verdict;
  verdict.disposition = Disposition::clean;
  verdict.message_id = "<2@fabrikam.example>";
  verdict.digest = "bb";
  verdict.sender = "dana@fabrikam.example";
  verdict.subject = "Lunch";
  verdict.direction = "inbound";
  verdict.recipients = {{"alice@contoso.example", "to", "", ""}};
  return verdict;
}

Step removed_step(MessageRowId message) {
  Step step;
  step.message = message;
  step.tenant = "contoso";
  step.mailbox = "alice@contoso.example";
  step.action = Action::recoverable;
  step.cause = "automatic";
  step.state = StepState::removed;
  step.detail = "found by \x1b[5msubject";
  step.planned_at = *parse_rfc3339("2026-11-22T11:01:01Z");
  step.finished_at = *parse_rfc3339("2026-11-22T11:01:02Z");
  step.undo_until = *parse_rfc3339("2026-12-06T11:01:02Z");
  step.before = PreImage{"id", "Inbox\u2066", false, {}, "", ""};
  return step;
}

}  // namespace

Desk::Desk() {
  ::setenv("LC_ALL", "C.UTF-8", 1);  // the machine's language is no part of a test
  paths_.journal = directory_.file("journal");
  paths_.database = directory_.file("detections.db");
  paths_.runtime = directory_.path().string();
  paths_.cache = directory_.file("cache");
  configuration_ = directory_.write("secondlook.toml",
                                    "[paths]\njournal = \"" + paths_.journal + "\"\ndatabase = \"" +
                                        paths_.database + "\"\nruntime = \"" + paths_.runtime +
                                        "\"\ncache = \"" + paths_.cache + "\"\n");
}

void Desk::configure(const std::string& more) {
  directory_.write("secondlook.toml", content_of(configuration_) + more);
}

void Desk::type(const std::string& input) {
  typed_ = input;
  in_is_terminal_ = true;
}

Ran Desk::run(const std::vector<std::string>& arguments) {
  std::istringstream in(typed_);
  std::ostringstream out;
  std::ostringstream err;
  const Console console{in, out, err, in_is_terminal_};
  std::vector<std::string> words = {"--config", configuration_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const int status = run_command_line(words, console, clock_, all_commands());
  return {status, out.str(), err.str()};
}

FakeService::FakeService(const std::string& control_socket, std::vector<Conversation> conversations)
    : listening_(must(listen_on_unix_socket(control_socket))),
      thread_([this, conversations = std::move(conversations)] { answer(conversations); }) {}

FakeService::~FakeService() {
  if (thread_.joinable()) thread_.join();
}

const std::vector<ControlRequest>& FakeService::requests() {
  if (thread_.joinable()) thread_.join();
  return requests_;
}

void FakeService::answer(const std::vector<Conversation>& conversations) {
  for (const Conversation& conversation : conversations) {
    const auto asked = wait_readable(listening_.number(), kPatience);
    if (!asked || !*asked) return;
    const auto connection = accept_unix_connection(listening_.number());
    if (!connection) return;
    FrameReader reader(kLargestControlFrame);
    const auto frame = receive_frame(connection->number(), reader, kPatience);
    if (!frame) return;
    if (auto request = parse_control_request(frame->payload)) requests_.push_back(*request);
    for (const auto& [type, payload] : conversation)
      if (!send_frame(connection->number(), static_cast<std::uint8_t>(type), payload)) return;
  }
}

void record_two_mails(const PathSettings& paths) {
  const auto store = must(Store::open(paths.database));
  const auto transaction = must(store->begin());
  const MessageRow first = must(store->record({stamp(1), hostile_verdict()}));
  must(store->record({stamp(2), clean_verdict()}));
  must(store->add_step(removed_step(first.id)));
  must(transaction->commit());
}

std::string golden(const std::string& name) {
  return content_of(std::string(TEST_CASES) + "/cli/" + name);
}

}  // namespace secondlook
