#include "tests/support/stand_in_dns.h"

#include <algorithm>
#include <array>
#include <sstream>

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/system_error.h"

namespace secondlook {
namespace {

constexpr std::size_t kUdpBytes = 1232;
constexpr int kMostAliases = 30;
constexpr int kGlance = 50;  // milliseconds: how soon a stop is noticed

void put16(std::string& bytes, std::size_t value) {
  bytes += static_cast<char>(value >> 8U & 255U);
  bytes += static_cast<char>(value & 255U);
}

std::string wire_name(const std::string& name) {
  std::string wire;
  std::istringstream labels(name);
  for (std::string label; std::getline(labels, label, '.');)
    if (!label.empty()) wire += static_cast<char>(label.size()) + label;
  return wire + '\0';
}

std::string wire_address(int family, const std::string& text) {
  std::array<char, 16> bytes{};
  if (::inet_pton(family, text.c_str(), bytes.data()) != 1) return "";
  return {bytes.data(), family == AF_INET ? 4U : 16U};
}

std::string wire_data(const std::string& type, const std::string& value) {
  if (type == "A") return wire_address(AF_INET, value);
  if (type == "AAAA") return wire_address(AF_INET6, value);
  if (type == "CNAME") return wire_name(value);
  std::string data;
  if (type == "MX") {
    put16(data, static_cast<std::size_t>(std::atoi(value.c_str())));
    const auto blank = value.find(' ');
    return data + wire_name(value.substr(std::min(blank, value.size() - 1) + 1));
  }
  for (std::size_t at = 0; at < value.size() || data.empty(); at += 255) {
    const std::string part = value.substr(std::min(at, value.size()), 255);
    data += static_cast<char>(part.size()) + part;
  }
  return data;
}

std::string name_of_type(int type) {
  switch (type) {
    case ns_t_a: return "A";
    case ns_t_aaaa: return "AAAA";
    case ns_t_mx: return "MX";
    case ns_t_txt: return "TXT";
    case ns_t_cname: return "CNAME";
    default: return "?";
  }
}

int type_of_name(const std::string& name) {
  for (const int type : {ns_t_a, ns_t_aaaa, ns_t_mx, ns_t_txt, ns_t_cname})
    if (name_of_type(type) == name) return type;
  return 0;
}

std::string record(const std::string& owner, const std::string& type, const std::string& data) {
  std::string bytes = wire_name(owner);
  put16(bytes, static_cast<std::size_t>(type_of_name(type)));
  put16(bytes, ns_c_in);
  put16(bytes, 0);
  put16(bytes, 60);  // seconds to live
  put16(bytes, data.size());
  return bytes + data;
}

struct Question {
  std::string name, section;  // lower case; its bytes as they came
  int type = 0;
};

bool read_question(std::string_view bytes, Question& question) {
  std::size_t at = 12;
  while (at < bytes.size() && bytes[at] != 0) {
    const auto length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]));
    if (length > 63 || at + 1 + length > bytes.size()) return false;
    if (!question.name.empty()) question.name += '.';
    for (const char letter : bytes.substr(at + 1, length))
      question.name += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    at += 1 + length;
  }
  if (at + 5 > bytes.size()) return false;
  question.type =
      static_cast<unsigned char>(bytes[at + 1]) << 8 | static_cast<unsigned char>(bytes[at + 2]);
  question.section = bytes.substr(12, at + 5 - 12);
  return true;
}

std::string header(std::string_view id, unsigned flags, std::size_t answers) {
  std::string bytes(id.substr(0, 2));
  put16(bytes, 0x8180U | flags);  // an answer, recursion wished for and there
  put16(bytes, 1);
  put16(bytes, answers);
  put16(bytes, 0);
  put16(bytes, 0);
  return bytes;
}

std::string hostile(const std::string& how, std::string_view asked, const Question& question) {
  if (how == "silent") return "";
  if (how == "servfail") return header(asked, ns_r_servfail, 0) + question.section;
  if (how == "garbage")
    return header(asked, 0, 65535) + question.section + std::string(300, '\xff');
  const std::string type = name_of_type(question.type);
  if (how == "wrong_id") {
    const std::string other = {static_cast<char>(asked[0] ^ 1), asked[1]};
    return header(other, 0, 1) + question.section +
           record(question.name, type, wire_data(type, "1 x.example"));
  }
  std::string bytes = header(asked, 0, 1) + question.section;
  if (how == "pointer_loop") {
    const std::size_t here = bytes.size();
    put16(bytes, 0xC000U | here);  // the owner's name points at itself
    std::string rest;
    put16(rest, static_cast<std::size_t>(question.type));
    put16(rest, ns_c_in);
    put16(rest, 0);
    put16(rest, 60);
    put16(rest, 4);
    put16(rest, 10);
    put16(rest, 0xC000U | here);
    return bytes + rest;
  }
  const std::string whole = record(question.name, type, wire_data(type, "10 mx.example"));
  return bytes + whole.substr(0, whole.size() - 3);  // cut_record: ends before its length says
}

}  // namespace

Result<std::unique_ptr<StandInDns>> StandInDns::start(std::string_view zone) {
  std::unique_ptr<StandInDns> server(new StandInDns());
  std::istringstream lines{std::string(zone)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name, type, value;
    if (!(words >> name >> type) || name.starts_with('#')) continue;
    std::getline(words >> std::ws, value);
    server->zone_[name].emplace_back(type, value);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  server->tcp_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  server->udp_ = FileDescriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  socklen_t length = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(server->tcp_.number(), raw, length) != 0 || ::listen(server->tcp_.number(), 16) != 0 ||
      ::getsockname(server->tcp_.number(), raw, &length) != 0 ||
      ::bind(server->udp_.number(), raw, length) != 0)
    return last_system_error("DNS sockets");
  server->port_ = ntohs(address.sin_port);
  server->thread_ = std::thread([it = server.get()] { it->serve(); });
  return server;
}

StandInDns::~StandInDns() {
  is_stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void StandInDns::serve() {
  while (!is_stopping_) {
    std::array<pollfd, 2> waiting = {pollfd{udp_.number(), POLLIN, 0},
                                     pollfd{tcp_.number(), POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), kGlance) <= 0) continue;
    if (waiting[0].revents != 0) serve_udp();
    if (waiting[1].revents != 0) serve_tcp();
  }
}

void StandInDns::serve_udp() {
  std::array<char, 4096> bytes{};
  sockaddr_in peer{};
  socklen_t length = sizeof peer;
  const auto count = ::recvfrom(udp_.number(), bytes.data(), bytes.size(), 0,
                                reinterpret_cast<sockaddr*>(&peer), &length);
  if (count < 17) return;
  const std::string reply = answer({bytes.data(), static_cast<std::size_t>(count)}, true);
  if (!reply.empty())
    (void)::sendto(udp_.number(), reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&peer),
                   length);
}

void StandInDns::serve_tcp() {
  const FileDescriptor peer(::accept4(tcp_.number(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!peer.is_open()) return;
  const timeval limit{2, 0};
  ::setsockopt(peer.number(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::array<char, 4096> bytes{};
  if (::recv(peer.number(), bytes.data(), 2, MSG_WAITALL) != 2) return;
  const auto wanted = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8U |
                      static_cast<unsigned char>(bytes[1]);
  if (wanted > bytes.size() || wanted < 17 ||
      ::recv(peer.number(), bytes.data(), wanted, MSG_WAITALL) != static_cast<ssize_t>(wanted))
    return;
  ++over_tcp_;
  const std::string reply = answer({bytes.data(), wanted}, false);
  std::string framed;
  put16(framed, reply.size());
  if (!reply.empty()) (void)write_fully(peer.number(), framed + reply);
}

std::string StandInDns::answer(std::string_view asked, bool by_udp) {
  Question question;
  if (!read_question(asked, question)) return "";
  ++questions_;
  std::string records, name = question.name;
  std::size_t count = 0;
  const std::string type = name_of_type(question.type);
  bool exists = false;
  for (int aliases = 0; aliases < kMostAliases; ++aliases) {
    const auto found = zone_.find(name);
    if (found == zone_.end()) break;
    exists = true;
    std::string alias;
    for (const auto& [each, value] : found->second) {
      if (each == "HOSTILE") return hostile(value, asked, question);
      if (each == "CNAME" && type != "CNAME") alias = value;
      if (each != type && alias != value) continue;
      records += record(name, each, wire_data(each, value));
      ++count;
    }
    if (alias.empty()) break;
    name = alias;
  }
  const unsigned code = exists ? ns_r_noerror : ns_r_nxdomain;
  std::string whole = header(asked, code, count) + question.section + records;
  if (by_udp && whole.size() > kUdpBytes)
    return header(asked, 0x0200U, 0) + question.section;  // TC
  return whole.size() > 65535 ? header(asked, ns_r_servfail, 0) + question.section : whole;
}

}  // namespace secondlook
