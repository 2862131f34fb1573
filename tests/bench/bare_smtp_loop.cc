// bare_smtp_loop DIRECTORY PORT: the least that can be called an SMTP server, as a ceiling for
// ours. One thread, epoll, no checks, no limits: it answers EHLO, MAIL, RCPT, BDAT … LAST, RSET and
// QUIT by their first letter. Each round reads every socket that has something, writes the messages
// that became whole into a file written ahead, with one pwritev, syncs once, then answers. Ends
// with SIGTERM, or by itself after ten minutes.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/bench/written_file.h"

namespace {

constexpr std::size_t kMostParts = 1024;  // IOV_MAX

struct Session {
  int socket = -1;
  std::string received;
  std::string replies;
  std::size_t message_bytes = 0;  // of the BDAT under way
  bool ends = false;
};

struct Group {
  std::vector<iovec> parts;
  std::size_t bytes = 0;
};

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(1);
}

// Takes one command, or one whole message, from the front; false: more is needed.
bool take_one(Session& session, std::size_t& at, Group& group) {
  const std::string_view rest = std::string_view(session.received).substr(at);
  if (session.message_bytes > 0) {
    if (rest.size() < session.message_bytes) return false;
    group.parts.push_back({const_cast<char*>(rest.data()), session.message_bytes});
    group.bytes += session.message_bytes;
    at += std::exchange(session.message_bytes, 0);
    session.replies += "250 2.0.0 OK\r\n";
    return true;
  }
  const std::size_t end = rest.find('\n');
  if (end == rest.npos) return false;
  at += end + 1;
  switch (rest[0]) {
    case 'B': session.message_bytes = std::strtoul(rest.data() + 5, nullptr, 10); return true;
    case 'E': session.replies += "250-loop.example\r\n250-PIPELINING\r\n250 CHUNKING\r\n"; break;
    case 'Q': session.replies += "221 2.0.0 bye\r\n", session.ends = true; break;
    default: session.replies += "250 2.0.0 OK\r\n";
  }
  return true;
}

int listen_on(const char* port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket, 1024) != 0)
    give_up("bare_smtp_loop: listen");
  return socket;
}

void send_all(const Session& session) {
  // The peer waits for these few bytes, so the socket's buffer holds them.
  if (::send(session.socket, session.replies.data(), session.replies.size(), MSG_NOSIGNAL) < 0)
    std::perror("bare_smtp_loop: send");
}

class Loop {
 public:
  Loop(const char* directory, const char* port)
      : file_(directory), listening_(listen_on(port)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    watch(listening_);
  }

  void run() {
    for (;;) {
      std::array<epoll_event, 256> events;
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      if (count < 0) give_up("bare_smtp_loop: epoll_wait");
      std::vector<Session*> touched;
      for (int i = 0; i < count; ++i) {
        const int socket = events[static_cast<std::size_t>(i)].data.fd;
        if (socket == listening_)
          welcome();
        else if (Session* session = read_from(socket))
          touched.push_back(session);
      }
      serve(touched);
    }
  }

 private:
  void watch(int socket) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) give_up("bare_smtp_loop: watch");
  }

  void welcome() {
    const int socket = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(socket);
    Session& session = sessions_[socket];
    session.socket = socket;
    session.replies = "220 loop.example\r\n";
    send_all(session);
    session.replies.clear();
  }

  Session* read_from(int socket) {
    const ssize_t count = ::recv(socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count <= 0) {
      ::close(socket);
      sessions_.erase(socket);
      return nullptr;
    }
    Session& session = sessions_[socket];
    session.received.append(buffer_.data(), static_cast<std::size_t>(count));
    return &session;
  }

  void serve(const std::vector<Session*>& touched) {
    Group group;
    std::vector<std::size_t> taken(touched.size());
    for (std::size_t i = 0; i < touched.size(); ++i)
      while (group.parts.size() < kMostParts && take_one(*touched[i], taken[i], group)) {
      }
    if (!group.parts.empty()) file_.overwrite_and_sync(group.parts, group.bytes);
    for (std::size_t i = 0; i < touched.size(); ++i) {
      touched[i]->received.erase(0, taken[i]);
      if (!touched[i]->replies.empty()) send_all(*touched[i]);
      touched[i]->replies.clear();
      if (touched[i]->ends) ::shutdown(touched[i]->socket, SHUT_WR);
    }
  }

  secondlook::WrittenFile file_;
  int listening_, epoll_;
  std::map<int, Session> sessions_;
  std::array<char, 64 << 10> buffer_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  ::alarm(600);
  Loop(arguments[1], arguments[2]).run();
}
