// reception INGEST [SESSIONS [SECONDS [DIRECTORY]]]: how many reports of 20 kB the real process
// takes over loopback on kept-open sessions, and p50/p99 from the last byte to its 250; beside it,
// in the same run and directory, the ceiling: groups of the same bytes written and synced without
// any SMTP. Ends by itself.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "journal_ingest/log_writer.h"

using namespace secondlook;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kReportBytes = 20'000;

struct Measured {
  std::vector<double> milliseconds;  // of each report
  double seconds = 0;
};

std::string make_text() {
  std::string text = "Subject: report\r\n\r\n";
  while (text.size() < kReportBytes) text += std::string(76, 'x') + "\r\n";
  return text;
}

void print(const char* name, std::vector<Measured> sessions) {
  std::vector<double> all;
  double seconds = 0;
  for (const Measured& one : sessions) {
    all.insert(all.end(), one.milliseconds.begin(), one.milliseconds.end());
    seconds = std::max(seconds, one.seconds);
  }
  if (all.empty() || seconds <= 0) {
    std::printf("%-10s nothing measured\n", name);
    return;
  }
  std::sort(all.begin(), all.end());
  std::printf("%-10s %8.0f reports/s   p50 %7.2f ms   p99 %7.2f ms\n", name,
              static_cast<double>(all.size()) / seconds, all[all.size() / 2],
              all[all.size() * 99 / 100]);
}

template <typename One>
Measured repeat(double seconds, One&& one) {
  Measured measured;
  const auto begin = SteadyClock::now();
  for (auto now = begin; now < begin + std::chrono::duration<double>(seconds);) {
    one();
    const auto done = SteadyClock::now();
    measured.milliseconds.push_back(std::chrono::duration<double, std::milli>(done - now).count());
    now = done;
  }
  measured.seconds = std::chrono::duration<double>(SteadyClock::now() - begin).count();
  return measured;
}

template <typename Session>
std::vector<Measured> run_sessions(unsigned count, Session&& session) {
  std::vector<Measured> measured(count);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < count; ++i) threads.emplace_back([&, i] { measured[i] = session(); });
  for (std::thread& thread : threads) thread.join();
  return measured;
}

// One client; EHLO once, then MAIL, RCPT and BDAT in one write for each report.
Measured send_reports(unsigned short port, double seconds, const std::string& text) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  socket.connect({asio::ip::make_address("127.0.0.1"), port});
  socket.set_option(asio::ip::tcp::no_delay(true));
  std::string received;
  const auto take_line = [&](const char* code) {
    const std::size_t end = asio::read_until(socket, asio::dynamic_buffer(received), "\r\n");
    if (received.compare(0, 3, code) != 0) {
      std::fprintf(stderr, "unexpected: %s", received.substr(0, end).c_str());
      std::exit(1);
    }
    received.erase(0, end);
  };
  take_line("220");
  asio::write(socket, asio::buffer(std::string("HELO bench\r\n")));
  take_line("250");
  const std::string message = "MAIL FROM:<>\r\nRCPT TO:<reports@archive.example>\r\nBDAT " +
                              std::to_string(text.size()) + " LAST\r\n" + text;
  return repeat(seconds, [&] {
    asio::write(socket, asio::buffer(message));
    for (int i = 0; i < 3; ++i) take_line("250");
  });
}

// The same bytes, the same number of writers, one sync for all that wait: no SMTP, no sockets.
std::vector<Measured> run_ceiling(const std::string& directory, unsigned sessions, double seconds,
                                  const std::string& text) {
  SystemFiles files;
  SystemClock clock;
  SystemRandom random;
  auto writer = LogWriter::open({directory + "/ceiling", "", {}, {}}, files, clock, random);
  if (!writer) std::exit(1);
  (*writer)->start();
  return run_sessions(sessions, [&] {
    return repeat(seconds, [&] {
      ReportBody body = (*writer)->make_body(0);
      if (!body.append(text) || !body.finish()) std::exit(1);
      std::atomic<bool> done = false;
      (*writer)->append({{"127.0.0.1", "t", "", {"reports@archive.example"}, "", "", ""},
                         clock.now(),
                         std::move(body)},
                        [&](const Result<std::uint64_t>&) {
                          done = true;
                          done.notify_one();
                        });
      done.wait(false);
    });
  });
}

unsigned short port_from(const std::string& log) {
  for (int i = 0; i < 100; ++i) {
    std::ifstream file(log);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    const std::string wanted = "listening on 127.0.0.1:";
    if (const auto place = content.find(wanted); place != std::string::npos)
      return static_cast<unsigned short>(std::stoi(content.substr(place + wanted.size())));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::fprintf(stderr, "the process does not start, see %s\n", log.c_str());
  std::exit(1);
}

pid_t start_process(const std::string& ingest, const std::string& directory) {
  std::ofstream(directory + "/secondlook.toml")
      << "[paths]\njournal = \"" << directory << "/journal\"\ndatabase = \"" << directory
      << "/database/detections.db\"\n[smtp]\nlisten = [\"127.0.0.1:0\"]\n[[tenant]]\n"
      << "name = \"t\"\ntenant_id = \"1\"\njournal_addresses = [\"reports@archive.example\"]\n"
      << "domains = [\"a.example\"]\n[tenant.graph]\nclient_id = \"x\"\n"
      << "client_secret_file = \"/nonexistent\"\n";
  const pid_t process = ::fork();
  if (process != 0) return process;
  if (std::freopen((directory + "/log").c_str(), "w", stderr) == nullptr) ::_exit(1);
  ::execl(ingest.c_str(), ingest.c_str(), "--config", (directory + "/secondlook.toml").c_str(),
          static_cast<char*>(nullptr));
  ::_exit(1);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const unsigned sessions = count > 2 ? static_cast<unsigned>(std::atoi(arguments[2])) : 32;
  const double seconds = count > 3 ? std::atof(arguments[3]) : 3;
  std::string directory = (count > 4 ? arguments[4] : std::string("/tmp")) + "/reception-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return 1;
  const std::string text = make_text();
  const pid_t process = start_process(arguments[1], directory);
  const unsigned short port = port_from(directory + "/log");
  print("reception", run_sessions(sessions, [&] { return send_reports(port, seconds, text); }));
  ::kill(process, SIGTERM);
  ::waitpid(process, nullptr, 0);
  print("ceiling", run_ceiling(directory, sessions, seconds, text));
  std::filesystem::remove_all(directory);
  return 0;
}
