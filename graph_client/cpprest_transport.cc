// The only file that knows cpprestsdk. Measured traps it steps around: 40 threads by default; a
// fork after first use hangs; a task whose exception nobody reads aborts the process; a dead kept
// connection is replayed silently, whatever the method; redirects are followed by default.
#include <map>
#include <mutex>
#include <set>

#include <boost/asio/ssl.hpp>
#include <cpprest/http_client.h>
#include <openssl/ssl.h>
#include <pplx/threadpool.h>

#include "base/log.h"
#include "graph_client/http_transport.h"

namespace secondlook {

namespace {

namespace http = web::http;
using std::chrono::milliseconds;

constexpr std::size_t kReadAtOnce = std::size_t{64} << 10U;
constexpr std::size_t kMostClients = 16;

std::string lower_case(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

void start_thread_pool_once() {
  static std::once_flag started;
  std::call_once(started, [] { crossplat::threadpool::initialize_with_threads(2); });
}

http::http_request to_cpprest(const HttpRequest& request, const web::uri& uri) {
  http::http_request result(request.method);
  result.set_request_uri(uri.resource());
  for (const auto& [name, value] : request.headers) result.headers().add(name, value);
  if (request.new_connection) result.headers().add("Connection", "close");
  if (!request.content_type.empty()) result.set_body(request.body, request.content_type);
  return result;
}

// Reads piece by piece, so that an endless body is noticed while it comes.
Result<std::string> read_body(http::http_response& response, std::size_t longest_body) {
  if (response.headers().content_length() > longest_body)
    return malformed("the answer is too long");
  auto buffer = response.body().streambuf();
  std::string body;
  std::vector<std::uint8_t> piece(kReadAtOnce);
  while (true) {
    const std::size_t count = buffer.getn(piece.data(), piece.size()).get();
    if (count == 0) break;
    if (body.size() + count > longest_body) return malformed("the answer is too long");
    body.append(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }
  response.content_ready().get();  // throws when the connection was lost before the end
  return body;
}

class CppRestTransport final : public HttpTransport {
 public:
  explicit CppRestTransport(TransportSettings settings) : settings_(std::move(settings)) {
    start_thread_pool_once();
  }

  Result<HttpResponse> send(const HttpRequest& request) override {
    try {
      return exchange(request);
    } catch (const std::exception& failure) {
      return temporary(request.method + " failed: " + failure.what());
    }
  }

 private:
  using Client = std::shared_ptr<http::client::http_client>;

  Result<HttpResponse> exchange(const HttpRequest& request);
  Client client_for(const HttpRequest& request, const web::uri& uri);
  http::client::http_client_config config_for(const HttpRequest& request) const;

  const TransportSettings settings_;
  std::mutex mutex_;
  std::map<std::string, Client>
      clients_;  // by root, timeout and proxy, which cpprest has per client
};

Result<HttpResponse> CppRestTransport::exchange(const HttpRequest& request) {
  const web::uri uri(request.url);
  const Client client = client_for(request, uri);
  pplx::cancellation_token_source cancellation;
  http::http_response response =
      client->request(to_cpprest(request, uri), cancellation.get_token()).get();
  HttpResponse result;
  result.status = response.status_code();
  for (const auto& [name, value] : response.headers()) result.headers[lower_case(name)] = value;
  auto body = read_body(response, settings_.longest_body);
  if (!body) {
    cancellation.cancel();
    response.content_ready().then([](const pplx::task<http::http_response>& done) {
      try {
        done.get();
      } catch (const std::exception&) {  // the cancellation we asked for
      }
    });
    return std::move(body).error();
  }
  result.body = *std::move(body);
  return result;
}

CppRestTransport::Client CppRestTransport::client_for(const HttpRequest& request,
                                                      const web::uri& uri) {
  const http::client::http_client_config config = config_for(request);
  const web::uri root = uri.authority();
  if (request.new_connection) return std::make_shared<http::client::http_client>(root, config);
  const std::string key = root.to_string() + " " + std::to_string(request.timeout.count()) +
                          (request.without_proxy ? " directly" : "");
  const std::scoped_lock lock(mutex_);
  if (clients_.size() >= kMostClients && !clients_.contains(key)) clients_.clear();
  Client& client = clients_[key];
  if (!client) client = std::make_shared<http::client::http_client>(root, config);
  return client;
}

http::client::http_client_config CppRestTransport::config_for(const HttpRequest& request) const {
  http::client::http_client_config config;
  config.set_timeout(request.timeout);
  config.set_max_redirects(0);
  config.set_validate_certificates(true);
  if (!settings_.proxy.empty() && !request.without_proxy)
    config.set_proxy(web::web_proxy(web::uri(settings_.proxy)));
  config.set_ssl_context_callback(
      [ca_file = settings_.ca_file](boost::asio::ssl::context& context) {
        SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
        // Must not throw: behind a proxy this is called where nobody catches. Without the file the
        // server is not trusted.
        boost::system::error_code failure;
        if (!ca_file.empty()) context.load_verify_file(ca_file, failure);
        if (failure) log_warning("ca_file", {{"file", ca_file}, {"error", failure.message()}});
      });
  return config;
}

}  // namespace

std::unique_ptr<HttpTransport> make_cpprest_transport(TransportSettings settings) {
  return std::make_unique<CppRestTransport>(std::move(settings));
}

}  // namespace secondlook
