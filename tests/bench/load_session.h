// One kept-open SMTP session that sends what a LoadSource gives, and measures each message from its
// last byte written to its 250. Without threads: many sessions share one io_context, so that the
// load leaves most of the machine to the server. As an Exchange sender: envelope pipelined, BDAT in
// one chunk; or DATA, where the 354 is waited for.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl.hpp>

#include "tests/bench/load_source.h"

namespace secondlook {

struct LoadTarget {
  asio::ip::tcp::endpoint server;
  asio::ip::address_v4 from;  // the client's own address; 0.0.0.0: the kernel's choice
  std::string mail_from = "journal-ndr@contoso.example";
  std::string recipient;
  asio::ssl::context* tls = nullptr;  // null: plain
  bool use_data = false;              // DATA instead of BDAT
};

struct LoadMeasurements {
  std::vector<double> milliseconds;  // of each 250, from the last byte written
  std::uint64_t bytes = 0;
  std::string problem;  // the first; the session that had it has ended
};

class LoadSession : public std::enable_shared_from_this<LoadSession> {
 public:
  // All references must outlive the session, which lives until its last handler has run.
  LoadSession(asio::io_context& io, const LoadTarget& target, LoadSource& source,
              LoadMeasurements& measurements);
  // `ready` is called when the server has greeted and all handshakes are over; then send().
  void start(std::function<void()> ready);
  void send();

 private:
  using Step = std::function<void()>;

  void take_replies(unsigned count, Step then);
  void acknowledge_at_once();
  void read_more(unsigned count, Step then);
  // -1: not whole yet; else its code, taken off.
  int take_reply();
  void write(std::vector<asio::const_buffer> buffers, Step then);
  void say(std::string line, Step then);
  void send_bdat();
  void send_data();
  void wait_for_last_reply();
  std::vector<asio::const_buffer> message_buffers() const;
  void fail(const std::string& problem);

  asio::ip::tcp::socket socket_;
  std::optional<asio::ssl::stream<asio::ip::tcp::socket&>> tls_;
  const LoadTarget& target_;
  LoadSource& source_;
  LoadMeasurements& measurements_;
  std::optional<LoadMessage> message_;
  std::string command_;
  std::string received_;
  std::array<char, 4096> buffer_;
  std::chrono::steady_clock::time_point last_byte_;
};

}  // namespace secondlook
