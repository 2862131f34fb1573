#include "journal_ingest/reload_requests.h"

#include <csignal>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/write.hpp>

namespace secondlook {

ReloadRequests::ReloadRequests(asio::io_context& io, FileDescriptor reader, Take take)
    : signals_(io, SIGHUP), reader_(io), take_(std::move(take)) {
  asio::error_code error;
  if (!reader.is_open()) return;
  reader_.assign(asio::local::stream_protocol(), reader.number(), error);
  if (!error) reader.release();
}

void ReloadRequests::start() {
  await_signal();
}

void ReloadRequests::stop() {
  stopped_ = true;
}

void ReloadRequests::await_signal() {
  signals_.async_wait([this](asio::error_code error, int) {
    if (error) return;
    if (asking_)
      ask_again_ = true;
    else if (!stopped_)
      ask();
    await_signal();
  });
}

void ReloadRequests::ask() {
  asking_ = true;
  ask_again_ = false;
  if (!reader_.is_open())
    return finish(forbidden("nothing reads the configuration anew: restart the process"));
  static constexpr char kQuestion[] = {'?'};
  asio::async_write(reader_, asio::buffer(kQuestion), [this](asio::error_code error, std::size_t) {
    if (error) return finish(internal("settings reader: " + error.message()));
    read_answer();
  });
}

void ReloadRequests::read_answer() {
  if (const auto files = answer_.next()) return finish(*files);
  reader_.async_read_some(asio::buffer(buffer_), [this](asio::error_code error, std::size_t count) {
    if (error) return finish(internal("settings reader: " + error.message()));
    answer_.feed({buffer_.data(), count});
    read_answer();
  });
}

void ReloadRequests::finish(const Result<SettingsFiles>& files) {
  if (!stopped_) take_(files);
  asking_ = false;
  if (ask_again_ && !stopped_) ask();
}

}  // namespace secondlook
