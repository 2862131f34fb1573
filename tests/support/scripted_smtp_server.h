// An SMTP server of a few lines for tests of senders: accepts every report, but can refuse or drop
// at the moment a test names. One thread per connection; ends with its owner.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/tcp_stream.h"

namespace secondlook {

class ScriptedSmtpServer {
 public:
  enum class Answer { accept, refuse_temporarily, drop_before_reply };
  // Asked for each mail, counted from 1, when its final dot has come.
  using Script = std::function<Answer(unsigned mail)>;

  explicit ScriptedSmtpServer(Script script, std::uint16_t port = 0);  // 0: any
  ~ScriptedSmtpServer();

  std::string port() const { return std::to_string(listener_.port()); }
  std::vector<std::string> accepted() const;  // dots unstuffed
  std::vector<std::string> commands() const;

 private:
  void accept_connections();
  void serve(TcpStream& stream);
  bool answer(TcpStream& stream, const std::string& line);
  bool take_mail(TcpStream& stream, std::string& bytes);

  TcpListener listener_;
  Script script_;
  std::atomic<bool> is_stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> accepted_, commands_;
  unsigned mails_ = 0;
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace secondlook
