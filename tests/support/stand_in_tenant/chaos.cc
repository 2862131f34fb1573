#include "tests/support/stand_in_tenant/chaos.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace secondlook::stand_in {

namespace {

using nlohmann::json;

constexpr std::array<std::pair<const char*, unsigned ChaosShares::*>, 7> kShares{{
    {"throttled", &ChaosShares::throttled},
    {"unavailable", &ChaosShares::unavailable},
    {"gateway_timeout", &ChaosShares::gateway_timeout},
    {"dropped", &ChaosShares::dropped},
    {"unauthorized", &ChaosShares::unauthorized},
    {"stale", &ChaosShares::stale},
    {"user_moves", &ChaosShares::user_moves},
}};

Fault fault(int status, std::string code) {
  Fault made;
  made.status = status;
  made.code = std::move(code);
  return made;
}

}  // namespace

Result<ChaosShares> read_chaos(std::string_view text) {
  const json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return malformed("chaos: an object of shares is expected");
  ChaosShares shares;
  for (const auto& [name, value] : parsed.items()) {
    const auto known = std::find_if(kShares.begin(), kShares.end(),
                                    [&](const auto& share) { return name == share.first; });
    if (known == kShares.end() || !value.is_number_unsigned())
      return malformed("chaos: " + name + " is no share of a thousand");
    shares.*(known->second) = value.get<unsigned>();
  }
  return shares;
}

void Chaos::set(const ChaosShares& shares) {
  const std::scoped_lock lock(mutex_);
  shares_ = shares;
}

std::optional<Fault> Chaos::take(const ServedRequest& request) {
  const std::scoped_lock lock(mutex_);
  const auto drawn = static_cast<unsigned>(random_fraction(random_) * 1000);
  const bool after_effect = random_fraction(random_) < 0.5;
  unsigned below = 0;
  const auto strikes = [&](unsigned share) { return drawn < (below += share); };
  std::optional<Fault> struck;
  if (strikes(shares_.throttled)) {
    struck = fault(429, "ApplicationThrottled");
    struck->retry_after = "0.5";
  } else if (strikes(shares_.unavailable)) {
    struck = fault(503, "serviceNotAvailable");
  } else if (strikes(shares_.gateway_timeout)) {
    struck = fault(504, "UnknownError");
    struck->after_effect = after_effect;
  } else if (strikes(shares_.dropped)) {
    struck = fault(0, "");
    struck->drop = true;
    struck->after_effect = after_effect;
  } else if (strikes(shares_.unauthorized)) {
    struck = fault(401, "InvalidAuthenticationToken");
  } else if (strikes(shares_.stale) && request.target.find("/messages/") != std::string::npos) {
    struck = fault(404, "ErrorItemNotFound");
  }
  if (struck) ++struck_;
  return struck;
}

void Chaos::disturb(Tenant& tenant, Mailbox& mailbox) {
  double drawn = 0;
  bool deletes = false;
  {
    const std::scoped_lock lock(mutex_);
    drawn = random_fraction(random_) * 1000;
    deletes = random_fraction(random_) < 0.3;
    if (drawn >= shares_.user_moves) return;
  }
  const Folder& inbox = *mailbox.find_folder("inbox");
  for (const auto& [id, copy] : mailbox.copies) {
    if (copy->folder_id != inbox.id || tenant.steady() < copy->visible_from) continue;
    tenant.move(mailbox, *copy, *mailbox.find_folder(deletes ? "deleteditems" : "archive"), "user");
    return;
  }
}

}  // namespace secondlook::stand_in
