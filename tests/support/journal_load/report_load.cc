#include "tests/support/journal_load/report_load.h"

#include <algorithm>
#include <thread>

#include <fcntl.h>

#include "base/clock.h"
#include "base/random.h"
#include "tests/support/stand_in_tenant/exchange_delivery.h"

namespace secondlook {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kBetweenTries{50};

bool is_every(unsigned number, unsigned step) {
  return step != 0 && number % step == 0;
}

}  // namespace

struct ReportLoad::Session {
  std::unique_ptr<SmtpClient> client;
};

Result<LoadResult> ReportLoad::run() {
  if (!options_.acknowledged_file.empty()) {
    auto file = open_file(options_.acknowledged_file, O_WRONLY | O_CREAT | O_APPEND, 0644);
    if (!file) return std::move(file).error();
    acknowledged_ = *std::move(file);
  }
  next_ = options_.first;
  start_ = SteadyClock::now();
  std::vector<std::thread> threads;
  for (unsigned session = 0; session < std::max(options_.sessions, 1U); ++session) {
    threads.emplace_back([this] { run_session(); });
  }
  for (std::thread& thread : threads) thread.join();
  result_.seconds = std::chrono::duration<double>(SteadyClock::now() - start_).count();
  return result_;
}

void ReportLoad::wait_for_turn(unsigned number) const {
  if (options_.per_second == 0) return;
  const std::chrono::duration<double> due{double(number - options_.first) / options_.per_second};
  std::this_thread::sleep_until(start_ + std::chrono::duration_cast<SteadyClock::duration>(due));
}

void ReportLoad::run_session() {
  Session session;
  while (true) {
    const unsigned number = next_++;
    if (number >= options_.first + options_.count) break;
    wait_for_turn(number);
    const auto report = make_report(number);
    if (!report) {
      note(report.error().message, &LoadResult::given_up);
      continue;
    }
    const int times = is_every(number, options_.resend_every) ? 2 : 1;
    for (int time = 0; time < times; ++time) {
      if (!send_until_acknowledged(session, *report)) note("given up", &LoadResult::given_up);
    }
  }
  if (session.client) (void)session.client->quit();
}

Result<ReportLoad::Report> ReportLoad::make_report(unsigned number) const {
  NumberedMail mail;
  mail.number = number;
  mail.run = options_.run;
  mail.recipient = options_.recipients[number % options_.recipients.size()];
  mail.is_malicious = is_every(number, options_.malicious_every);
  mail.body_bytes = options_.body_bytes;
  stand_in::ExchangeDelivery delivery;
  delivery.envelope_from = numbered_mail_sender(mail);
  delivery.recipients = {mail.recipient};
  if (mail.is_malicious) delivery.stamps.dmarc = "fail";
  const SystemClock clock;
  SystemRandom random;
  const stand_in::TenantControl tenant(options_.tenant_url);
  auto made = stand_in::deliver_as_exchange(
      make_numbered_mail(mail, options_.malicious_template), std::move(delivery),
      options_.tenant_url.empty() ? nullptr : &tenant, clock, random);
  if (!made) return std::move(made).error();
  return Report{made->message_id, std::move(made->report)};
}

bool ReportLoad::send_until_acknowledged(Session& session, const Report& report) {
  const auto end = SteadyClock::now() + options_.give_up_after;
  while (!try_once(session, report)) {
    if (SteadyClock::now() >= end) return false;
    std::this_thread::sleep_for(kBetweenTries);
  }
  remember(report.message_id);
  return true;
}

bool ReportLoad::try_once(Session& session, const Report& report) {
  if (!session.client) {
    SmtpOptions smtp;
    smtp.use_tls = options_.use_tls;
    auto client = SmtpClient::connect(options_.host, options_.port, smtp);
    if (!client) {
      note(client.error().message, &LoadResult::lost_sessions);
      return false;
    }
    session.client = *std::move(client);
  }
  const auto reply =
      session.client->send(options_.report_from, {options_.journal_address}, report.bytes);
  if (!reply) {
    session.client.reset();
    note(reply.error().message, &LoadResult::lost_sessions);
    return false;
  }
  if (reply->code == 250) return true;
  note(std::to_string(reply->code) + " " + reply->text, &LoadResult::refusals);
  if (reply->code == 421) session.client.reset();
  return false;
}

void ReportLoad::remember(const std::string& message_id) {
  const std::scoped_lock lock(mutex_);
  ++result_.acknowledged;
  if (!acknowledged_.is_open()) return;
  if (auto written = write_fully(acknowledged_.number(), message_id + "\n"); !written) {
    result_.last_problem = written.error().message;
  }
}

void ReportLoad::note(const std::string& problem, unsigned LoadResult::*counter) {
  const std::scoped_lock lock(mutex_);
  ++(result_.*counter);
  result_.last_problem = problem;
}

}  // namespace secondlook
