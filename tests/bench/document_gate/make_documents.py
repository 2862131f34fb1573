"""Writes the mails of `tests/bench/documents`: DIRECTORY/good/*.eml and DIRECTORY/hostile/*.eml. BIN: where our programs are."""
import os
import sys

import mail
import office_files
import other_files
import pdf_files
from programs import Office

LITWARE = "Anna Vogt anna.vogt@litware.example"
TEXT = ("Guten Tag,\n\nanbei wie besprochen die Unterlagen. Bei Fragen melden Sie sich gern.\n\n"
        "Mit freundlichen Grüßen\nAnna Vogt\nLitware GmbH, Berlin")
TYPES = {"pdf": "application/pdf", "zip": "application/zip", "rtf": "application/rtf"}
# What the mail says, where that is part of how such files travel.
TEXTS = {
    "zip_with_password": "Anbei die Unterlagen. Das Passwort teile ich Ihnen telefonisch mit.",
    "dmarc_zip": "This is an aggregate report from litware.example.",
    "dmarc_gz": "This is an aggregate report from litware.example.",
    "device_code_png": "Zum Einrichten der Zwei-Faktor-Anmeldung in unserem Portal "
                       "scannen Sie bitte den QR-Code mit der Authenticator-App.",
    "script_with_password": "Anbei das Skript. Das Passwort teile ich Ihnen telefonisch mit.",
    "batch_file_of_vendor": "Anbei das besprochene Werkzeug zum Einrichten der Freigabe.",
}
STRANGER = "Billing billing@stranger.example"
STRANGER_TEXT = "Hello,\n\nplease find the document attached.\n\nRegards\nBilling"
STRANGER_TEXTS = {
    "script_in_zip_with_password": "Please see the attached invoice.\nArchive password: infected1",
    "code_asks_account": "Your multi-factor authentication expires today. Scan the code with your "
                         "phone to keep your account active.",
}


def write(directory, kind, name, content):
    os.makedirs(os.path.join(directory, kind), exist_ok=True)
    with open(os.path.join(directory, kind, name + ".eml"), "wb") as file:
        file.write(content)


def one_file(name, content):
    extension = name.rsplit(".", 1)[1]
    return [(name, TYPES.get(extension, "application/octet-stream"), content)]


def main(directory):
    office = Office()
    try:
        documents = office_files.good(office)
    finally:
        office.close()
    good = {name.replace(".", "_"): one_file(name, content) for name, content in documents.items()}
    good |= {"pdf_" + name: one_file(name + ".pdf", content) for name, content in pdf_files.good().items()}
    good |= other_files.good()
    for name, files in good.items():
        write(directory, "good", name, mail.make(name, LITWARE, "Unterlagen", TEXTS.get(name, TEXT), files))
    write(directory, "good", "signed_mail", other_files.signed_mail(LITWARE))
    hostile = {name.replace(".", "_"): one_file(name, content) for name, content in office_files.hostile().items()}
    hostile |= {name: one_file(name + ".pdf", content) for name, content in pdf_files.hostile().items()}
    hostile |= other_files.hostile()
    for name, files in hostile.items():
        text = STRANGER_TEXTS.get(name, STRANGER_TEXT)
        write(directory, "hostile", name, mail.make(name, STRANGER, "Document", text, files))


if __name__ == "__main__":
    main(sys.argv[1])
