#include <optional>
#include <set>

#include "analyzer/domain_name.h"
#include "analyzer/known_brands.h"
#include "analyzer/operator_lists.h"
#include "analyzer/signals/signal_evidence.h"

namespace secondlook {
namespace {

constexpr std::size_t kMostHosts = 1000;

class BrandSearch {
 public:
  BrandSearch(const ScanContext& context, const SignalArguments& ways)
      : context_(context), ways_(ways) {
    if (context.lists != nullptr) told_ = &context.lists->brands();
  }

  void look_at(const std::string& host, const std::string& where, std::string_view shown) {
    if (host.empty() || is_known(host)) return;
    for (const KnownBrands* brands : {context_.brands, told_}) {
      const auto likeness = brands == nullptr ? std::nullopt : brands->imitated_by(host);
      if (!likeness || !is_chosen(ways_, name_of(likeness->way))) continue;
      add_evidence(result_, where,
                   std::string(shown) + " imitates " + likeness->brand->brand + ", " +
                       likeness->brand->domain + " (" + std::string(name_of(likeness->way)) + ")");
      return;
    }
  }

  bool is_full() const { return result_.evidence.size() >= kMostSignalEvidence; }
  SignalResult take() { return std::move(result_); }

 private:
  // The rules' brands and the lists' do not know of each other.
  bool is_known(const std::string& host) const {
    if (is_own_domain(host, context_.own_domains)) return true;
    if (context_.brands != nullptr && context_.brands->own(host)) return true;
    if (told_ == nullptr) return false;
    return told_->own(host) || is_own_domain(host, context_.lists->partners());
  }

  const ScanContext& context_;
  const SignalArguments& ways_;
  const KnownBrands* told_ = nullptr;
  SignalResult result_;
};

}  // namespace

SignalResult from_lookalike_of_brand(const ScanContext& context, const SignalArguments& ways) {
  BrandSearch search(context, ways);
  for (const Mailbox& mailbox : context.message.from)
    if (!search.is_full())
      search.look_at(domain_of_address(mailbox.address), "header From", mailbox.address);
  return search.take();
}

SignalResult link_lookalike_of_brand(const ScanContext& context, const SignalArguments& ways) {
  BrandSearch search(context, ways);
  std::set<std::string_view> hosts;
  for (const FoundLink& found : context.message.links) {
    if (search.is_full() || hosts.size() >= kMostHosts) break;
    if (found.kind == FoundLink::Kind::image || !hosts.insert(found.link.host).second) continue;
    search.look_at(readable_domain(found.link.host), "part " + found.part, found.link.host);
  }
  return search.take();
}

}  // namespace secondlook
