// The master's end of the verdict socket (schema/verdict_protocol.h): says hello, then sends
// without ever waiting and takes acknowledgements as they come. When the peer closes, the owner
// ends and is started again.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "schema/frame.h"
#include "schema/verdict_protocol.h"

namespace secondlook {

class VerdictConnection {
 public:
  // Connects, trying again for `patience` while remediation is not there yet.
  static Result<FileDescriptor> connect(const std::string& path, std::chrono::milliseconds patience,
                                        const Clock& clock);
  // Says hello and waits for the welcome.
  static Result<VerdictConnection> greet(FileDescriptor socket, const VerdictHello& hello,
                                         std::chrono::milliseconds patience);

  const VerdictWelcome& welcome() const { return welcome_; }
  int descriptor() const { return socket_.number(); }

  // Puts the frame in line; send_waiting() sends as much as the socket takes.
  void send_verdict(const VerdictStamp& stamp, std::string_view verdict_json);
  void send_attempt(const VerdictStamp& stamp, std::string_view reason);
  void send_progress(std::uint64_t durable_sequence);
  void send_not_judged(const NotJudged& answer);
  void send_rules(std::string_view rule_set);
  void send_signatures(std::string_view signatures);
  void send_host_lists(std::string_view digest);
  Result<void> send_waiting();
  std::size_t bytes_waiting() const { return outgoing_.size() - sent_; }

  // What has arrived, without waiting. An error: the peer closed or broke the protocol.
  struct Arrived {
    std::vector<std::uint64_t> recorded;  // committed
    std::vector<JudgeAgain> judge_again;
    std::optional<FileDescriptor> history, lists;  // the newest of each
  };
  Result<Arrived> read_arrived();

 private:
  VerdictConnection(FileDescriptor socket, VerdictWelcome welcome, FrameReader incoming,
                    std::deque<FileDescriptor> files);
  Result<void> take_frame(const Frame& frame, Arrived& arrived);
  void put_in_line(VerdictFrame type, std::string_view payload);

  FileDescriptor socket_;
  VerdictWelcome welcome_;
  FrameReader incoming_;
  std::deque<FileDescriptor> files_;  // that came with frames not read yet
  std::string outgoing_;
  std::size_t sent_ = 0;
};

}  // namespace secondlook
