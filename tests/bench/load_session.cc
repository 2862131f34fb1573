#include "tests/bench/load_session.h"

#include <utility>

#include <asio/write.hpp>
#include <netinet/tcp.h>

namespace secondlook {
namespace {

constexpr std::string_view kEndOfData = ".\r\n";

void stuff_dots(std::string& mail) {
  if (mail.starts_with('.')) mail.insert(0, ".");
  for (auto at = mail.find("\n."); at != mail.npos; at = mail.find("\n.", at + 3))
    mail.insert(at + 1, ".");
  if (!mail.ends_with("\r\n")) mail += "\r\n";
}

}  // namespace

LoadSession::LoadSession(asio::io_context& io, const LoadTarget& target, LoadSource& source,
                         LoadMeasurements& measurements)
    : socket_(io, asio::ip::tcp::v4()),
      target_(target),
      source_(source),
      measurements_(measurements) {
  if (!target.from.is_unspecified()) socket_.bind({target.from, 0});
}

void LoadSession::start(std::function<void()> ready) {
  socket_.async_connect(target_.server, [self = shared_from_this(),
                                         ready = std::move(ready)](asio::error_code error) {
    if (error) return self->fail("connect: " + error.message());
    self->socket_.set_option(asio::ip::tcp::no_delay(true));
    const Step hello = [self, ready] {
      self->say("EHLO mail-out.exchange.example\r\n", [self, ready] {
        if (self->target_.tls == nullptr) return ready();
        self->say("STARTTLS\r\n", [self, ready] {
          self->tls_.emplace(self->socket_, *self->target_.tls);
          self->tls_->async_handshake(asio::ssl::stream_base::client,
                                      [self, ready](asio::error_code failed) {
                                        if (failed) return self->fail("TLS: " + failed.message());
                                        self->say("EHLO mail-out.exchange.example\r\n", ready);
                                      });
        });
      });
    };
    self->take_replies(1, hello);
  });
}

void LoadSession::send() {
  message_ = source_.next();
  if (!message_) {
    say("QUIT\r\n", [self = shared_from_this()] {
      asio::error_code ignored;
      self->socket_.close(ignored);
    });
    return;
  }
  command_ = "MAIL FROM:<" + target_.mail_from + "> SIZE=" + std::to_string(message_->size()) +
             "\r\nRCPT TO:<" + target_.recipient + ">\r\n";
  target_.use_data ? send_data() : send_bdat();
}

void LoadSession::send_bdat() {
  command_ += "BDAT " + std::to_string(message_->size()) + " LAST\r\n";
  std::vector<asio::const_buffer> buffers = message_buffers();
  buffers.insert(buffers.begin(), asio::buffer(command_));
  write(std::move(buffers), [self = shared_from_this()] {
    self->last_byte_ = std::chrono::steady_clock::now();
    self->take_replies(2, [self] { self->wait_for_last_reply(); });
  });
}

void LoadSession::send_data() {
  if (message_->may_need_stuffing) stuff_dots(message_->head);
  command_ += "DATA\r\n";
  write({asio::buffer(command_)}, [self = shared_from_this()] {
    self->take_replies(3, [self] {
      std::vector<asio::const_buffer> buffers = self->message_buffers();
      buffers.push_back(asio::buffer(kEndOfData));
      self->write(std::move(buffers), [self] {
        self->last_byte_ = std::chrono::steady_clock::now();
        self->wait_for_last_reply();
      });
    });
  });
}

void LoadSession::wait_for_last_reply() {
  take_replies(1, [self = shared_from_this()] {
    const auto waited = std::chrono::steady_clock::now() - self->last_byte_;
    self->measurements_.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(waited).count());
    self->measurements_.bytes += self->message_->size();
    self->send();
  });
}

std::vector<asio::const_buffer> LoadSession::message_buffers() const {
  std::vector<asio::const_buffer> buffers;
  buffers.push_back(asio::buffer(message_->head));
  buffers.insert(buffers.end(), message_->repeats, asio::buffer(message_->filler));
  buffers.push_back(asio::buffer(message_->tail));
  return buffers;
}

void LoadSession::say(std::string line, Step then) {
  command_ = std::move(line);
  write({asio::buffer(command_)},
        [self = shared_from_this(), then = std::move(then)] { self->take_replies(1, then); });
}

void LoadSession::write(std::vector<asio::const_buffer> buffers, Step then) {
  auto done = [self = shared_from_this(), then = std::move(then)](asio::error_code error,
                                                                  std::size_t) {
    if (error) return self->fail("write: " + error.message());
    then();
  };
  if (tls_)
    asio::async_write(*tls_, std::move(buffers), std::move(done));
  else
    asio::async_write(socket_, std::move(buffers), std::move(done));
}

int LoadSession::take_reply() {
  for (std::size_t line = 0;;) {
    const std::size_t end = received_.find("\r\n", line);
    if (end == received_.npos) return -1;
    const bool is_last = end < line + 4 || received_[line + 3] != '-';
    if (is_last) {
      const int code = end < line + 3 ? 0 : std::atoi(received_.substr(line, 3).c_str());
      if (code < 200 || code >= 400) fail("answer: " + received_.substr(line, end - line));
      received_.erase(0, end + 2);
      return code;
    }
    line = end + 2;
  }
}

void LoadSession::take_replies(unsigned count, Step then) {
  for (; count > 0; --count) {
    const int code = take_reply();
    if (code == -1) return read_more(count, std::move(then));
    if (code < 200 || code >= 400) return;  // noted
  }
  then();
}

void LoadSession::read_more(unsigned count, Step then) {
  acknowledge_at_once();
  auto done = [self = shared_from_this(), count, then = std::move(then)](asio::error_code error,
                                                                         std::size_t size) {
    if (error) return self->fail("read: " + error.message());
    self->received_.append(self->buffer_.data(), size);
    self->take_replies(count, then);
  };
  if (tls_)
    tls_->async_read_some(asio::buffer(buffer_), std::move(done));
  else
    socket_.async_read_some(asio::buffer(buffer_), std::move(done));
}

// A server without TCP_NODELAY (Postfix) holds its second reply back until the first is
// acknowledged, which we would delay by 40 ms: then that would be measured. The kernel forgets the
// option.
void LoadSession::acknowledge_at_once() {
  const int yes = 1;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
}

void LoadSession::fail(const std::string& problem) {
  if (measurements_.problem.empty()) measurements_.problem = problem;
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace secondlook
