#include "graph_client/token_request.h"

#include <fcntl.h>

#include "base/file_descriptor.h"
#include "base/log.h"
#include "graph_client/claims_challenge.h"
#include "graph_client/graph_answer.h"
#include "graph_client/graph_path.h"
#include "graph_client/signing_certificate.h"

namespace secondlook {

namespace {

constexpr std::string_view kDefaultScope = "/.default";
constexpr std::size_t kLargestTokenFile = 64U << 10U;

std::string scope_of(const GraphAccount& account) {
  return account.scope.empty() ? account.graph_url + std::string(kDefaultScope) : account.scope;
}

// One of these a kind of credential; each gives the request without claims.
class Writer {
 public:
  Writer(const GraphAccount& account, Timestamp now, RandomSource& random)
      : account_(account), now_(now), random_(random) {}

  Result<TokenRequest> operator()(const SecretFile& file) const {
    auto secret = read_secret_file(file.path);
    if (!secret) return secret.error();
    const std::string field = "&client_secret=" + percent_encoded(secret->reveal());
    return form(field, *std::move(secret));
  }

  Result<TokenRequest> operator()(const TokenFile& file) const {
    // The platform decides about the mode, and makes it readable by everybody in the container.
    auto opened = open_file(file.path, O_RDONLY);
    if (!opened) return within("federated token", opened.error());
    auto token = read_descriptor(opened->number(), kLargestTokenFile);
    if (!token) return within("federated token " + file.path, token.error());
    token->erase(token->find_last_not_of(" \t\r\n") + 1);
    if (token->empty()) return malformed("federated token " + file.path + " is empty");
    return assertion_form(Secret(*std::move(token)));
  }

  Result<TokenRequest> operator()(const CertificateFiles& files) const {
    const auto certificate = SigningCertificate::load(files);
    if (!certificate) return certificate.error();
    if (const std::string warning = expiry_warning(*certificate, now_); !warning.empty())
      log_warning("client certificate", {{"file", files.certificate}, {"it", warning}});
    auto assertion = make_client_assertion(*certificate, files.algorithm,
                                           {token_url(account_.login_url, account_.tenant_id),
                                            account_.client_id, make_uuid(random_), now_});
    if (!assertion) return assertion.error();
    return assertion_form(*std::move(assertion));
  }

  Result<TokenRequest> operator()(const ManagedIdentity& identity) const {
    const bool is_imds = identity.header.empty();
    std::string resource = scope_of(account_);
    if (resource.ends_with(kDefaultScope)) resource.resize(resource.size() - 8);
    TokenRequest request;
    request.http.method = "GET";
    request.http.url = identity.endpoint +
                       (is_imds ? "?api-version=2018-02-01" : "?api-version=2019-08-01") +
                       "&resource=" + percent_encoded(resource);
    if (!account_.client_id.empty())
      request.http.url += "&client_id=" + percent_encoded(account_.client_id);
    request.http.headers = {{"Accept", "application/json"}};
    if (is_imds)
      request.http.headers.emplace_back("Metadata", "true");
    else
      request.http.headers.emplace_back("X-IDENTITY-HEADER", identity.header.reveal());
    request.http.without_proxy = true;
    request.proof = identity.header;
    return request;
  }

 private:
  TokenRequest form(const std::string& proof_fields, Secret proof) const {
    TokenRequest request;
    request.http.method = "POST";
    request.http.url = token_url(account_.login_url, account_.tenant_id);
    request.http.content_type = "application/x-www-form-urlencoded";
    request.http.headers = {{"Accept", "application/json"}};
    request.http.body = "client_id=" + percent_encoded(account_.client_id) +
                        "&scope=" + percent_encoded(scope_of(account_)) +
                        "&grant_type=client_credentials" + proof_fields;
    request.proof = std::move(proof);
    return request;
  }

  TokenRequest assertion_form(Secret assertion) const {
    const std::string fields =
        "&client_assertion_type=" +
        percent_encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
        "&client_assertion=" + percent_encoded(assertion.reveal());
    return form(fields, std::move(assertion));
  }

  const GraphAccount& account_;
  const Timestamp now_;
  RandomSource& random_;
};

void replace_all(std::string& text, const std::string& what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

Result<TokenRequest> make_token_request(const GraphAccount& account, std::string_view challenge,
                                        Timestamp now, RandomSource& random) {
  auto request = std::visit(Writer(account, now, random), account.credential);
  if (!request) return request;
  request->http.new_connection = true;
  if (!std::holds_alternative<ManagedIdentity>(account.credential))
    request->http.body += "&claims=" + percent_encoded(claims_to_request(challenge));
  return request;
}

std::string describe_login_refusal(const HttpResponse& answer, const Secret& proof) {
  constexpr std::size_t kLongest = 240;
  std::string words = read_login_error(answer.body);
  replace_all(words, proof.reveal(), "[secret]");
  replace_all(words, percent_encoded(proof.reveal()), "[secret]");
  return "HTTP " + std::to_string(answer.status) + " " + words.substr(0, kLongest);
}

Result<void> check_credential_files(const GraphCredential& credential) {
  const auto* const files = std::get_if<CertificateFiles>(&credential);
  if (files == nullptr) return {};
  const auto certificate = SigningCertificate::load(*files);
  if (certificate || certificate.error().kind != Error::Kind::malformed) return {};
  return certificate.error();
}

}  // namespace secondlook
