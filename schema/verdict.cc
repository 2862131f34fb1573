#include "schema/verdict.h"

#include <algorithm>
#include <array>

namespace secondlook {
namespace {

// In the order of severity_rank.
constexpr std::array kDispositions = {
    Disposition::malicious, Disposition::suspicious,    Disposition::spoof,
    Disposition::spam,      Disposition::bulk,          Disposition::clean,
    Disposition::unscanned, Disposition::forged_report, Disposition::not_a_report};

}  // namespace

std::string_view name_of(Disposition disposition) {
  switch (disposition) {
    case Disposition::malicious: return "malicious";
    case Disposition::suspicious: return "suspicious";
    case Disposition::spoof: return "spoof";
    case Disposition::spam: return "spam";
    case Disposition::bulk: return "bulk";
    case Disposition::clean: return "clean";
    case Disposition::unscanned: return "unscanned";
    case Disposition::not_a_report: return "not_a_report";
    case Disposition::forged_report: return "forged_report";
  }
  return "unscanned";
}

std::optional<Disposition> parse_disposition(std::string_view name) {
  for (const Disposition disposition : kDispositions)
    if (name == name_of(disposition)) return disposition;
  return std::nullopt;
}

bool is_plain_copy(const Verdict& verdict) {
  return std::find(verdict.attributes.begin(), verdict.attributes.end(), kPlainCopy) !=
         verdict.attributes.end();
}

int severity_rank(Disposition disposition) {
  int rank = 0;
  for (const Disposition each : kDispositions) {
    if (each == disposition) break;
    ++rank;
  }
  return rank;
}

}  // namespace secondlook
