#!/usr/bin/python3
"""receivers.py DIRECTORY: log servers and smart hosts on loopback for the story beside this file.

DIRECTORY holds NAME.crt and NAME.key for the names good, elsewhere and stranger. Ports are the kernel's
choice and stand, one "NAME PORT" a line, in DIRECTORY/ports once all listen. What comes is appended to
DIRECTORY/NAME, a line at a time: a syslog message, or a line of an SMTP dialogue with "clear " or "tls "
before it. Runs until it is killed; every connection ends by itself.
"""
import base64
import os
import socket
import ssl
import sys
import threading

PATIENCE = 20  # seconds of silence of a peer
LONGEST = 1 << 20  # bytes of a connection
USER, PASSWORD = "secondlook", "p4ss word"

directory = sys.argv[1]
writing = threading.Lock()


def note(name, line):
    with writing, open(os.path.join(directory, name), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def tls_of(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(directory, certificate + ".crt"),
                            os.path.join(directory, certificate + ".key"))
    return context


def listen():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    return listener


def serve(listener, handle):
    """Each connection on a thread of its own; how it ends is the peer's affair."""

    def one(connection):
        try:
            connection.settimeout(PATIENCE)
            handle(connection)
        except (OSError, ValueError):
            pass
        finally:
            connection.close()

    while True:
        threading.Thread(target=one, args=(listener.accept()[0],), daemon=True).start()


def syslog_udp(sock):
    while True:
        note("udp", sock.recv(65536).decode("utf-8"))


def frames_of(stream):
    """RFC 5425, 4.3: MSG-LEN SP SYSLOG-MSG, as often as the peer likes."""
    while stream:
        length, blank, rest = stream.partition(b" ")
        if not blank or not length.isdigit() or length.startswith(b"0") or len(rest) < int(length):
            raise ValueError("no counted frame")
        yield rest[: int(length)].decode("utf-8")
        stream = rest[int(length) :]


def syslog_tls(name, certificate, parts_in_order):
    context = tls_of(certificate)

    def handle(connection):
        try:
            tls = context.wrap_socket(connection, server_side=True)
        except (ssl.SSLError, OSError) as error:
            return note(name, "handshake failed: " + str(getattr(error, "reason", error)))
        stream = b""
        while len(stream) < LONGEST:
            more = tls.recv(65536)
            if not more:
                break
            stream += more
        for frame in frames_of(stream):
            note(name, frame)
        if parts_in_order:
            tls.unwrap()
        tls.close()

    return handle


class SmartHost:
    """Enough of SMTP for one mail. `tls`: "starttls", "at once" or "never"."""

    def __init__(self, name, tls="starttls", mechanisms="PLAIN LOGIN", clear_first=0, injects=False):
        self.name, self.tls, self.mechanisms = name, tls, mechanisms
        self.sessions_without_tls = clear_first
        self.injects = injects
        self.context = tls_of("good")

    def __call__(self, connection):
        Session(self, connection).run()


class Session:
    def __init__(self, host, connection):
        self.host, self.connection = host, connection
        self.how = "clear"
        self.offers_tls = host.tls == "starttls" and host.sessions_without_tls == 0
        host.sessions_without_tls = max(0, host.sessions_without_tls - 1)
        if host.tls == "at once":
            self.encrypt()
        self.file = self.connection.makefile("rb")
        self.known = False
        self.bytes = 0

    def encrypt(self):
        self.connection = self.host.context.wrap_socket(self.connection, server_side=True)
        self.how = "tls"

    def say(self, text):
        self.connection.sendall((text + "\r\n").encode("ascii"))

    def line(self):
        line = self.file.readline(4096)
        self.bytes += len(line)
        if not line.endswith(b"\r\n") or self.bytes > LONGEST:
            raise ValueError("no line")
        return line[:-2].decode("utf-8")

    def run(self):
        self.say("220 smart host")
        while True:
            line = self.line()
            note(self.host.name, self.how + " " + line)
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                return self.say("221 bye")
            getattr(self, "take_" + verb.lower(), self.take_other)(line)

    def take_other(self, _):
        self.say("502 what?")

    def take_ehlo(self, _):
        words = ["smart host", "8BITMIME"]
        if self.how == "clear" and self.offers_tls:
            words.append("STARTTLS")
        if self.how == "tls":
            words.append("AUTH " + self.host.mechanisms)
        elif self.host.tls == "never" or not self.offers_tls:
            words.append("AUTH PLAIN LOGIN")  # the bait
        for word in words[:-1]:
            self.say("250-" + word)
        self.say("250 " + words[-1])

    def take_starttls(self, _):
        if not self.offers_tls:
            return self.say("502 no")
        # What is injected here comes before the handshake, so anybody may have written it.
        self.say("220 go" + ("\r\n250-injected\r\n250 AUTH EXTERNAL" if self.host.injects else ""))
        self.encrypt()
        self.file = self.connection.makefile("rb")

    def take_auth(self, line):
        mechanism = line.split(" ")[1].upper()
        if mechanism not in self.host.mechanisms.split():
            return self.say("504 not that one")
        if mechanism == "PLAIN":
            given = base64.b64decode(line.split(" ")[2], validate=True).split(b"\0")[1:]
        else:
            given = []
            for question in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6"):
                self.say("334 " + question)
                given.append(base64.b64decode(self.line(), validate=True))
        self.known = given == [USER.encode(), PASSWORD.encode()]
        note(self.host.name, self.how + (" signed in by " if self.known else " turned away by ") + mechanism)
        self.say("235 welcome" if self.known else "535 no")

    def take_mail(self, _):
        self.say("250 fine" if self.known else "530 sign in first")

    def take_rcpt(self, _):
        self.say("250 fine" if self.known else "530 sign in first")

    def take_data(self, _):
        if not self.known:
            return self.say("530 sign in first")
        self.say("354 go on")
        while (line := self.line()) != ".":
            if line.startswith("Message-ID: "):
                note(self.host.name, self.how + " " + line)
        self.say("250 taken")


def main():
    servers = {
        "tls": syslog_tls("tls", "good", True),
        "abrupt": syslog_tls("abrupt", "good", False),  # closes without close_notify
        "elsewhere": syslog_tls("elsewhere", "elsewhere", True),
        "stranger": syslog_tls("stranger", "stranger", True),
        "mail": SmartHost("mail"),
        "mail-tls": SmartHost("mail-tls", tls="at once"),
        "login": SmartHost("login", mechanisms="LOGIN XOAUTH2"),
        "injected": SmartHost("injected", injects=True),
        "wrong-password": SmartHost("wrong-password"),
        "stripped": SmartHost("stripped", tls="never"),
        "vanishing": SmartHost("vanishing", clear_first=2),
    }
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    threading.Thread(target=syslog_udp, args=(udp,), daemon=True).start()
    ports = {"udp": udp.getsockname()[1]}
    for name, handle in servers.items():
        listener = listen()
        ports[name] = listener.getsockname()[1]
        threading.Thread(target=serve, args=(listener, handle), daemon=True).start()
    unfinished = os.path.join(directory, ".ports")
    with open(unfinished, "w", encoding="ascii") as file:
        file.writelines(f"{name} {port}\n" for name, port in ports.items())
    os.rename(unfinished, os.path.join(directory, "ports"))
    threading.Event().wait()


main()
