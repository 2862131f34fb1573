#include "notify/alerts/conditions.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/statvfs.h>

#include "notify/alerts/alert_words.h"

namespace secondlook {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr hours kLongestLook{24};
// Busy tenants are not counted at all.
constexpr std::chrono::minutes kLeastSilence{3};
constexpr int kWeeks = 4;
constexpr std::size_t kLeastWeeks = 2;
constexpr std::uint64_t kCounted = 1000;
constexpr std::uint64_t kLeastMails = 20;
constexpr days kCriticalDays{7};

Condition silence(const std::string& tenant, Timestamp since) {
  return {AlertKind::journal_silence,
          severity_of(AlertKind::journal_silence),
          tenant,
          "",
          {{"since", time_text(since)}}};
}

}  // namespace

Result<std::optional<Condition>> find_silence(AlertEvents& events, const std::string& tenant,
                                              std::chrono::seconds longest, Timestamp now) {
  using Answer = std::optional<Condition>;
  const auto last = events.last_received(tenant);
  if (!last) return last.error();
  if (!*last || **last >= now) return Answer();
  if (longest.count() > 0)
    return now - **last >= longest ? Answer(silence(tenant, **last)) : Answer();
  if (now - **last < kLeastSilence) return Answer();
  const auto oldest = events.oldest();
  if (!oldest) return oldest.error();
  const Timestamp from = std::max<Timestamp>(**last, now - kLongestLook);
  std::vector<std::uint64_t> counts;
  for (int week = 1; week <= kWeeks; ++week) {
    const days back{7 * week};
    if (!*oldest || **oldest > from - back) break;
    const auto count = events.received(tenant, from - back, now - back, kCounted);
    if (!count) return count.error();
    counts.push_back(*count);
  }
  if (counts.size() < kLeastWeeks) return Answer();
  std::sort(counts.begin(), counts.end());
  // Of two weeks both must have mail: the lower one decides.
  const std::uint64_t usual = counts[counts.size() > kLeastWeeks ? 1 : 0];
  return usual >= kUsual ? Answer(silence(tenant, **last)) : Answer();
}

Result<std::vector<Condition>> find_unscanned(AlertEvents& events, std::uint32_t percent,
                                              Timestamp now) {
  std::vector<Condition> found;
  if (percent == 0) return found;
  const auto counts = events.unscanned_since(now - hours(1));
  if (!counts) return counts.error();
  for (const auto& [tenant, mails, unscanned] : *counts) {
    if (mails < kLeastMails || unscanned * 100 < std::uint64_t{percent} * mails) continue;
    found.push_back(
        {AlertKind::unscanned_rate,
         severity_of(AlertKind::unscanned_rate),
         tenant,
         "",
         {{"mails", std::to_string(mails)}, {"percent", std::to_string(unscanned * 100 / mails)}}});
  }
  return found;
}

Result<Timestamp> certificate_end(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
  if (!certificate) return malformed("no PEM certificate");
  int whole_days = 0;
  int seconds = 0;
  // Against the epoch, so that no time zone comes in.
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0),
                                                                    &ASN1_TIME_free);
  if (ASN1_TIME_diff(&whole_days, &seconds, epoch.get(), X509_get0_notAfter(certificate.get())) !=
      1)
    return malformed("the certificate's end cannot be read");
  return Timestamp(days(whole_days) + std::chrono::seconds(seconds));
}

std::optional<Condition> judge_certificate(const std::string& tenant, const std::string& subject,
                                           const std::string& path, Timestamp end,
                                           std::uint32_t bound, Timestamp now) {
  if (bound == 0 || end - now > days(bound)) return std::nullopt;
  const auto left = std::max<std::int64_t>(0, std::chrono::floor<days>(end - now).count());
  return Condition{AlertKind::certificate_expiring,
                   end - now < kCriticalDays ? AlertSeverity::critical : AlertSeverity::warning,
                   tenant,
                   subject,
                   {{"subject", subject},
                    {"path", path},
                    {"expires_at", time_text(end)},
                    {"days", std::to_string(left)}}};
}

std::optional<Condition> judge_space(const SpaceUse& use, std::uint32_t percent) {
  if (percent == 0 || use.bound == 0) return std::nullopt;
  const double share = 100.0 * static_cast<double>(use.used) / static_cast<double>(use.bound);
  if (share < percent) return std::nullopt;
  return Condition{
      AlertKind::space_low,
      severity_of(AlertKind::space_low),
      "",
      use.subject,
      {{"subject", use.subject}, {"percent", std::to_string(static_cast<int>(share))}}};
}

std::vector<SpaceUse> measure_space(const PathSettings& paths, const JournalSettings& journal) {
  namespace fs = std::filesystem;
  std::vector<SpaceUse> all;
  std::error_code failure;
  std::uint64_t log = 0;
  for (fs::directory_iterator file(paths.journal, failure), end; !failure && file != end;
       file.increment(failure)) {
    std::error_code gone;  // ingest removes segments meanwhile
    const auto size = file->is_regular_file(gone) ? file->file_size(gone) : 0;
    if (!gone) log += size;
  }
  if (!failure) {
    const std::uint64_t archive = journal.archive_days == 0 ? 0 : journal.archive_bytes;
    all.push_back({"journal log", log > archive ? log - archive : 0, journal.max_unrecorded_bytes});
  }
  const std::pair<std::string, std::string> places[] = {
      {"file system of the journal log", paths.journal},
      {"file system of the database", fs::path(paths.database).parent_path().string()}};
  for (const auto& [subject, path] : places) {
    struct statvfs status {};
    if (::statvfs(path.c_str(), &status) != 0) continue;
    const auto bytes = [&](fsblkcnt_t blocks) { return std::uint64_t{blocks} * status.f_frsize; };
    const std::uint64_t used = bytes(status.f_blocks) - bytes(status.f_bfree);
    // As df: what only root may use counts for neither side.
    all.push_back({subject, used, used + bytes(status.f_bavail)});
  }
  return all;
}

}  // namespace secondlook
