// How the app proves to the login server who it is: exactly one of these a tenant. Files are read
// at each token request, so that a rotation needs neither restart nor reload.
#pragma once

#include <string>
#include <variant>

#include "base/secret.h"

namespace secondlook {

struct SecretFile {
  std::string path;  // the client secret alone; not readable by everybody
};

// PS256 with x5t#S256 is what Microsoft documents now, RS256 with x5t (SHA-1) what it documented
// before 2025: for login servers that do not know the new one.
enum class AssertionAlgorithm { ps256, rs256 };

struct CertificateFiles {
  std::string certificate;  // PEM; the first certificate counts
  std::string key;          // PEM, RSA, not encrypted; not readable by everybody
  AssertionAlgorithm algorithm = AssertionAlgorithm::ps256;
};

// Workload identity federation: another identity provider's JWT, kept fresh by the platform
// (AZURE_FEDERATED_TOKEN_FILE on Kubernetes).
struct TokenFile {
  std::string path;
};

// The machine's own identity, asked for by plain http inside the machine: IMDS on Azure virtual
// machines, the address in IDENTITY_ENDPOINT on App Service. Never through a proxy.
struct ManagedIdentity {
  std::string endpoint = "http://169.254.169.254/metadata/identity/oauth2/token";
  Secret header;  // App Service's IDENTITY_HEADER; empty: this is IMDS
};

using GraphCredential = std::variant<SecretFile, CertificateFiles, TokenFile, ManagedIdentity>;

// Whether plain http may go there: loopback; and where only the machine's own platform answers,
// 169.254.169.254 (IMDS) or, with `is_app_service`, any link-local address (App Service on Linux
// has 169.254.129.x). https always may.
bool is_acceptable_identity_endpoint(std::string_view url, bool is_app_service);

// https anywhere, plain http on loopback (the stand-in tenant); no user name in it, no slash at
// its end.
bool is_acceptable_root(std::string_view url);

}  // namespace secondlook
