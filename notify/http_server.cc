#include "notify/http_server.h"

#include <cstdint>
#include <string_view>

#include <microhttpd.h>

#include "base/log.h"

namespace secondlook {

struct HttpServer::State {
  FileDescriptor listening;
  Handler handler;
  MHD_Daemon* daemon = nullptr;
};

namespace {

constexpr std::size_t kMostHeaderBytes = 16 << 10;  // of a connection: request line and headers

struct ResponseEnd {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};

MHD_Result reply(MHD_Connection* connection, const HttpAnswer& answer) {
  const std::unique_ptr<MHD_Response, ResponseEnd> response(MHD_create_response_from_buffer(
      answer.body.size(), const_cast<char*>(answer.body.data()), MHD_RESPMEM_MUST_COPY));
  if (response == nullptr) return MHD_NO;
  MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CONTENT_TYPE,
                          answer.content_type.c_str());
  MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  MHD_add_response_header(response.get(), "X-Content-Type-Options", "nosniff");
  if (answer.status == MHD_HTTP_METHOD_NOT_ALLOWED)
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  return MHD_queue_response(connection, static_cast<unsigned>(answer.status), response.get());
}

std::string header_of(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

// MHD calls it once when the headers are there, and again for the answer. An answer at the first
// call ends the connection: so for whoever sends a body.
MHD_Result take_request(void* closure, MHD_Connection* connection, const char* url,
                        const char* method, const char* /*version*/, const char* /*upload*/,
                        std::size_t* upload_size, void** context) {
  const auto& server = *static_cast<HttpServer::Handler*>(closure);
  const std::string_view verb = method;
  if (verb != MHD_HTTP_METHOD_GET && verb != MHD_HTTP_METHOD_HEAD)
    return reply(connection,
                 {MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "GET and HEAD only\n"});
  const std::string length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
  if (*upload_size > 0 || (!length.empty() && length != "0") ||
      !header_of(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING).empty())
    return reply(connection,
                 {MHD_HTTP_CONTENT_TOO_LARGE, "text/plain; charset=utf-8", "no body is wanted\n"});
  static int seen;
  if (*context == nullptr) {
    *context = &seen;
    return MHD_YES;
  }
  return reply(connection, server({url, header_of(connection, MHD_HTTP_HEADER_ACCEPT)}));
}

}  // namespace

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

// The daemon closes the socket that it was given.
HttpServer::~HttpServer() {
  if (state_->daemon != nullptr) MHD_stop_daemon(state_->daemon);
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(FileDescriptor listening, Handler handler) {
  auto state = std::make_unique<State>();
  state->handler = std::move(handler);
  state->daemon = MHD_start_daemon(
      MHD_USE_POLL_INTERNAL_THREAD, 0, nullptr, nullptr, &take_request, &state->handler,
      MHD_OPTION_LISTEN_SOCKET, static_cast<MHD_socket>(listening.number()),
      MHD_OPTION_CONNECTION_LIMIT, kMostConnections, MHD_OPTION_CONNECTION_TIMEOUT,
      kMostSilentSeconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, kMostHeaderBytes, MHD_OPTION_END);
  if (state->daemon == nullptr) return internal("the HTTP server does not start");
  listening.release();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

}  // namespace secondlook
