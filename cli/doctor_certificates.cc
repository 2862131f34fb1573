#include <ctime>
#include <memory>

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "cli/doctor.h"

namespace secondlook {
namespace {

using State = Finding::State;

constexpr std::size_t kLargestFile = 1 << 20;
constexpr int kMostCertificates = 20;
constexpr std::chrono::days kSoon{30};
constexpr std::chrono::days kVerySoon{7};

template <auto Free>
struct FreeBy {
  template <typename Thing>
  void operator()(Thing* thing) const {
    Free(thing);
  }
};
using Certificate = std::unique_ptr<X509, FreeBy<&X509_free>>;
using Bytes = std::unique_ptr<BIO, FreeBy<&BIO_free_all>>;
using Trusted = std::unique_ptr<X509_STORE, FreeBy<&X509_STORE_free>>;
using Verification = std::unique_ptr<X509_STORE_CTX, FreeBy<&X509_STORE_CTX_free>>;

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}
using Chain = std::unique_ptr<STACK_OF(X509), FreeBy<&free_stack>>;

struct CertificateFile {
  Certificate leaf;
  Chain others;  // what stands behind it in the file
};

Bytes bytes_of(const std::string& text) {
  return Bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Nothing where there is no certificate in it.
CertificateFile read_certificates(const std::string& text) {
  CertificateFile file;
  const Bytes bytes = bytes_of(text);
  file.others.reset(sk_X509_new_null());
  if (!bytes || !file.others) return file;
  file.leaf.reset(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
  for (int i = 0; i < kMostCertificates; ++i) {
    X509* const next = PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr);
    if (next == nullptr) break;
    if (sk_X509_push(file.others.get(), next) == 0) X509_free(next);
  }
  return file;
}

std::optional<Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Timestamp(std::chrono::seconds(::timegm(&parts)));
}

void check_validity(Findings& findings, const std::string& check, const X509& leaf, Timestamp now,
                    const std::string& advice) {
  const auto from = time_of(X509_get0_notBefore(&leaf));
  const auto until = time_of(X509_get0_notAfter(&leaf));
  if (!from || !until)
    return add(findings, State::problem, check, "its dates cannot be read", advice);
  if (now < *from)
    return add(findings, State::problem, check,
               "not valid before " + format_rfc3339(*from).substr(0, 10),
               "look at this machine's clock, too");
  const auto left = std::chrono::floor<std::chrono::seconds>(*until - now);
  if (left.count() < 0)
    return add(findings, State::problem, check,
               "expired on " + format_rfc3339(*until).substr(0, 10), advice);
  const std::string finding =
      "valid until " + format_rfc3339(*until).substr(0, 10) + ", " + days_text(left) + " left";
  if (left < kVerySoon)
    add(findings, State::problem, check, finding, advice);
  else
    add(findings, left < kSoon ? State::warning : State::good, check, finding,
        left < kSoon ? advice : "");
}

void check_chain(Findings& findings, const CertificateFile& file, Timestamp now) {
  const Trusted trusted(X509_STORE_new());
  const Verification verification(X509_STORE_CTX_new());
  if (!trusted || !verification || X509_STORE_set_default_paths(trusted.get()) != 1 ||
      X509_STORE_CTX_init(verification.get(), trusted.get(), file.leaf.get(), file.others.get()) !=
          1)
    return;
  X509_STORE_CTX_set_time(
      verification.get(), 0,
      std::chrono::system_clock::to_time_t(
          std::chrono::time_point_cast<std::chrono::system_clock::duration>(now)));
  X509_STORE_CTX_set_default(verification.get(), "ssl_server");
  if (X509_verify_cert(verification.get()) == 1)
    return add(findings, State::good, "TLS chain", "verifies against this machine's authorities");
  const int error = X509_STORE_CTX_get_error(verification.get());
  // Told by its dates already.
  if (error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID) return;
  add(findings, State::warning, "TLS chain",
      std::string("does not verify: ") + X509_verify_cert_error_string(error),
      "a connector with -TlsSettings DomainValidation refuses it: use a public authority's "
      "certificate, and put the ones between behind it in the file");
}

std::string own_name(const SmtpSettings& smtp) {
  if (!smtp.hostname.empty()) return smtp.hostname;
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

void check_name(Findings& findings, const SmtpSettings& smtp, X509& leaf) {
  const std::string name = own_name(smtp);
  if (name.empty()) return;
  if (X509_check_host(&leaf, name.data(), name.size(), 0, nullptr) == 1)
    return add(findings, State::good, "TLS name", "is for " + name);
  add(findings, State::warning, "TLS name", "the certificate is not for " + name,
      "the connector's -TlsDomain is compared with it: set [smtp] hostname to a name of the "
      "certificate, or get one for this name");
}

std::optional<CertificateFile> open_certificate(Findings& findings, const std::string& check,
                                                const std::string& path) {
  if (path.empty()) return std::nullopt;
  const auto text = read_file(path, kLargestFile);
  if (!text) {
    if (text.error().kind != Error::Kind::not_found)
      add(findings, State::good, check, "not read, your user may not: " + path + "; root may");
    return std::nullopt;
  }
  auto file = read_certificates(*text);
  if (file.leaf) return file;
  add(findings, State::problem, check, path + " holds no certificate", "PEM is expected");
  return std::nullopt;
}

}  // namespace

void check_certificates(Findings& findings, const Configuration& configuration, Timestamp now) {
  const SmtpSettings& smtp = configuration.smtp;
  if (const auto file = open_certificate(findings, "TLS validity", smtp.tls_certificate_file)) {
    check_validity(findings, "TLS validity", *file->leaf, now,
                   "renew it, then `systemctl reload secondlook`: Exchange keeps reports for a day "
                   "or as long as -JournalMessageExpirationDays says");
    check_chain(findings, *file, now);
    check_name(findings, smtp, *file->leaf);
  }
  for (const TenantSettings& tenant : configuration.tenants) {
    const std::string check = "app certificate of tenant " + tenant.name;
    const auto file = open_certificate(findings, check, tenant.graph.certificate_file);
    if (!file) continue;
    check_validity(findings, check, *file->leaf, now,
                   "make another (`secondlook setup` does), upload it in Entra beside this one, "
                   "then change the configuration");
  }
}

}  // namespace secondlook
