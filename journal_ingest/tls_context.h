// TLS for STARTTLS: certificate chain and key from PEM files, version 1.2 and newer.
#pragma once

#include <memory>
#include <string>

#include <asio/ssl/context.hpp>

#include "base/result.h"

namespace secondlook {

// Reads both files now: before the process gives up the right to. Errors name the file.
Result<std::unique_ptr<asio::ssl::context>> make_tls_context(const std::string& certificate_file,
                                                             const std::string& key_file);

}  // namespace secondlook
