// Questions to DNS, few and bounded: libc's stub resolver (resolver(3)), which checks ids, sources
// and compression for us, repeats a cut answer over TCP, and gives up after seconds. What comes is
// a stranger's: sizes and numbers have limits, a name is never trusted to end.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace secondlook {

enum class DnsType { address, mail_exchanger, text, alias };  // A and AAAA, MX, TXT, CNAME

struct DnsAnswer {
  enum class Kind {
    found,
    empty,  // the name exists, or does not, without such a record: a "void" answer of RFC 7208
    failed  // no answer, a refusal, or one that cannot be read: `failure`
  };
  Kind kind = Kind::failed;
  // Texts joined as RFC 7208 3.3 has it; exchangers as "10 mx.example", sorted by preference, names
  // in lower case without the last dot; addresses as inet_ntop writes them.
  std::vector<std::string> records;
  std::string failure;
};

class Dns {
 public:
  virtual ~Dns() = default;
  virtual DnsAnswer ask(const std::string& name, DnsType type) const = 0;
};

class DnsResolver final : public Dns {
 public:
  static constexpr std::size_t kMostRecords = 100;
  static constexpr std::size_t kLongestText = 16 << 10;
  static constexpr int kMostAliases = 8;

  // `server`: "192.0.2.1" or "192.0.2.1:5353"; empty: those of resolv.conf.
  static Result<DnsResolver> open(const std::string& server);
  DnsResolver(DnsResolver&&) noexcept;
  DnsResolver& operator=(DnsResolver&&) noexcept;
  ~DnsResolver() override;

  // Follows aliases, so many. At most two tries of two seconds a server and alias.
  DnsAnswer ask(const std::string& name, DnsType type) const override;

 private:
  struct State;
  explicit DnsResolver(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace secondlook
