// A DNS server for tests, over UDP and TCP on 127.0.0.1: answers from a zone written down as lines,
// and misbehaves where a line says so.
//
//   contoso.example        MX      10 contoso-example.mail.protection.outlook.com
//   contoso.example        TXT     v=spf1 include:a.example -all
//   alias.example          CNAME   contoso.example        (chains and loops as written)
//   mx.example             A       192.0.2.1              (AAAA too)
//   evil.example           HOSTILE silent | servfail | garbage | wrong_id | pointer_loop |
//   cut_record
//
// A name with any line exists; another one is NXDOMAIN. What does not fit into 1,232 bytes of UDP
// is cut (TC) and answered whole over TCP. A TXT value is split into strings of 255 bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace secondlook {

class StandInDns {
 public:
  static Result<std::unique_ptr<StandInDns>> start(std::string_view zone);
  ~StandInDns();

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  unsigned questions() const { return questions_; }
  unsigned over_tcp() const { return over_tcp_; }

 private:
  using Records = std::vector<std::pair<std::string, std::string>>;  // type and value

  StandInDns() = default;
  void serve();
  void serve_udp();
  void serve_tcp();
  // Empty: silence.
  std::string answer(std::string_view question, bool by_udp);

  std::map<std::string, Records> zone_;
  FileDescriptor udp_, tcp_;
  std::uint16_t port_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<unsigned> questions_ = 0, over_tcp_ = 0;
  std::thread thread_;
};

}  // namespace secondlook
