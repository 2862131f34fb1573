"""An ordinary mail around files, as Exchange Online hands it on: authentication passed."""
import base64
from email.header import Header

MONDAY = "Mon, 1 Jun 2026 09:00:00 +0200"


def trace(domain):
    return (f"Authentication-Results: spf=pass (sender IP is 192.0.2.40) smtp.mailfrom={domain};"
            f" dkim=pass (signature was verified) header.d={domain};"
            f" dmarc=pass action=none header.from={domain};compauth=pass reason=100\n"
            f"Received: from mta1.{domain} (192.0.2.40) by AM6EUR05.mail.protection.outlook.com"
            " with Microsoft SMTP Server (version=TLS1_3); Mon, 1 Jun 2026 07:00:03 +0000\n")


def head(name, sender, subject):
    person, address = sender.rsplit(" ", 1)
    return (trace(address.split("@")[1]) + f"From: {Header(person, 'utf-8').encode()} <{address}>\n"
            f"To: tanaka@contoso.example\nSubject: {Header(subject, 'utf-8').encode()}\nDate: {MONDAY}\n"
            f"Message-ID: <{name}.20260601@{address.split('@')[1]}>\nMIME-Version: 1.0\n")


def text_part(text):
    return ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
            + base64.encodebytes((text + "\n").encode()).decode())


def file_part(filename, kind, content):
    if kind == "message/rfc822":
        return f"Content-Type: {kind}\nContent-Disposition: attachment; filename=\"{filename}\"\n\n" + content.decode()
    encoded = filename if filename.isascii() else Header(filename, "utf-8").encode()
    return (f"Content-Type: {kind}; name=\"{encoded}\"\nContent-Disposition: attachment; filename=\"{encoded}\"\n"
            "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content).decode())


def make(name, sender, subject, text, files):
    """files: (filename, media type, bytes); a type with a "method" stands beside the text as an alternative."""
    parts = [text_part(text)] + [file_part(*file) for file in files]
    kind = "alternative" if any("method" in file[1] for file in files) else "mixed"
    return (head(name, sender, subject) + f"Content-Type: multipart/{kind}; boundary=\"=_{name}\"\n\n"
            + "".join(f"--=_{name}\n{part}\n" for part in parts) + f"--=_{name}--\n").encode()
