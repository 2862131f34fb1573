#include "analyzer/message/mime_reader.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace secondlook;

namespace {

// "path type body|" of each node, bodies of leaves only.
std::string outline(const MimeTree& tree) {
  std::string text;
  for (const MimeNode& node : tree.nodes) {
    text += node.path + " " + node.content_type.value;
    if (!node.has_children) text += " [" + std::string(node.body) + "]";
    text += "\n";
  }
  return text;
}
std::string outline(std::string_view bytes) {
  return outline(read_mime(bytes, {}));
}

std::string crlf(std::string_view text) {
  std::string bytes;
  for (const char c : text) {
    if (c == '\n') bytes += '\r';
    bytes += c;
  }
  return bytes;
}

constexpr std::string_view kNested =
    "Subject: x\nContent-Type: multipart/mixed; boundary=\"out\"\n\npreamble\n"
    "--out\nContent-Type: multipart/alternative; boundary=in\n\n"
    "--in\n\ntext\n--in\nContent-Type: text/html\n\n<p>html\n--in--\nepilogue\n"
    "--out\nContent-Type: message/rfc822\n\nSubject: y\n\ninner\n--out--\nepilogue\n";

constexpr std::string_view kNestedOutline =
    "1 multipart/mixed\n1.1 multipart/alternative\n1.1.1 text/plain [text]\n"
    "1.1.2 text/html [<p>html]\n1.2 message/rfc822\n1.2.1 text/plain [inner]\n";

}  // namespace

TEST_CASE("parts are found in nested multiparts and messages, with either line end") {
  CHECK(outline(kNested) == kNestedOutline);
  CHECK(outline(crlf(kNested)) == kNestedOutline);
}

TEST_CASE("a message cut at any place keeps the parts that are whole") {
  const std::string bytes = crlf(kNested);
  const std::size_t whole = read_mime(bytes, {}).nodes.size();
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const MimeTree tree = read_mime(std::string_view(bytes).substr(0, length), {});
    REQUIRE(!tree.nodes.empty());
    CHECK(tree.nodes.size() <= whole + 1);  // a closing boundary cut short opens a part
  }
}

TEST_CASE("fields keep their bytes and their folding") {
  const MimeTree tree = read_mime("A: 1\r\nB : two\r\n\tfolded\r\n\r\nbody", {});
  REQUIRE(tree.fields.size() == 2);
  CHECK(tree.fields[0].name == "A");
  CHECK(tree.fields[0].value == " 1");
  CHECK(tree.fields[1].name == "B");
  CHECK(tree.fields[1].value == " two\r\n\tfolded");
  CHECK(tree.find_field(tree.nodes[0], "b") == &tree.fields[1]);
  CHECK(tree.nodes[0].body == "body");
}

TEST_CASE("a boundary counts only at the start of a line and only whole") {
  const std::string_view head = "Content-Type: multipart/mixed; boundary=b\n\n";
  CHECK(outline(std::string(head) + "--b\n\na --b\n--bb\n--b x\n--b  \n\nz\n--b--") ==
        "1 multipart/mixed\n1.1 text/plain [a --b\n--bb\n--b x]\n1.2 text/plain [z]\n");
}

TEST_CASE("an outer boundary ends inner parts that were never closed") {
  CHECK(outline("Content-Type: multipart/mixed; boundary=out\n\n--out\n"
                "Content-Type: multipart/alternative; boundary=in\n\n--in\n\ntext\n"
                "--out\nContent-Type: application/pdf\n\n%PDF\n--out--\n") ==
        "1 multipart/mixed\n1.1 multipart/alternative\n1.1.1 text/plain [text]\n"
        "1.2 application/pdf [%PDF]\n");
}

TEST_CASE("boundaries are understood quoted, extended, commented and never closed") {
  for (const char* parameter :
       {"boundary=\"a b\"", "boundary*=us-ascii''a%20b", "(c) boundary=\"a b\" (d)",
        "boundary*0=\"a \"; boundary*1=b", "boundary=\"a b"}) {
    INFO(parameter);
    CHECK(outline("Content-Type: multipart/mixed; " + std::string(parameter) +
                  "\n\n--a b\n\nx\n--a b--\n") == "1 multipart/mixed\n1.1 text/plain [x]\n");
  }
}

TEST_CASE("a byte order mark or an mbox line in front of the first field is skipped") {
  for (const char* start : {"\xEF\xBB\xBF", "From x@y Tue Aug  6 12:00:34 2002\n", ">From x\n"}) {
    const std::string bytes = std::string(start) + "Subject: s\n\nb";
    const MimeTree tree = read_mime(bytes, {});
    REQUIRE(tree.fields.size() == 1);
    CHECK(tree.fields[0].name == "Subject");
  }
}

TEST_CASE("a nested message that was transfer-encoded is read, in its place") {
  CHECK(
      outline("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n"
              "Content-Transfer-Encoding: base64\n\nU3ViamVjdDogeQoKaW5uZXI=\n"
              "--b\n\nafter\n--b--\n") ==
      "1 multipart/mixed\n1.1 message/rfc822\n1.1.1 text/plain [inner]\n1.2 text/plain [after]\n");
}

TEST_CASE("a line in the header that is no field is skipped and noted") {
  const MimeTree tree = read_mime("A: 1\nwhat is this\nB: 2\n\nbody", {});
  CHECK(tree.fields.size() == 2);
  REQUIRE(tree.errors.size() == 1);
  CHECK(tree.errors[0] == "no header field: a line of part 1");
}

TEST_CASE("parts of a digest are messages unless they say otherwise") {
  CHECK(outline("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: 1\n\nx\n--b--\n") ==
        "1 multipart/digest\n1.1 message/rfc822\n1.1.1 text/plain [x]\n");
}

TEST_CASE("nesting, parts and headers beyond the limits are cut and noted") {
  MessageLimits limits;
  limits.deepest_nesting = 5;
  limits.most_parts = 20;
  limits.most_header_lines = 10;
  std::string deep;
  for (int i = 0; i < 2000; ++i) {
    const std::string b = "b" + std::to_string(i);
    deep += "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n";
  }
  MimeTree tree = read_mime(deep, limits);
  CHECK(tree.nodes.size() == 6);
  CHECK(tree.errors == std::vector<std::string>{"nesting cut at depth 5"});

  std::string wide = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 1000; ++i) wide += "--b\n\nx\n";
  tree = read_mime(wide, limits);
  CHECK(tree.nodes.size() == 20);
  CHECK(tree.nodes.back().body.size() > 5000);  // the rest is still there to be scanned
  CHECK(tree.errors == std::vector<std::string>{"parts cut after 20"});

  std::string tall;
  for (int i = 0; i < 1000; ++i) tall += "A: 1\n";
  tall += "\nbody";
  tree = read_mime(tall, limits);
  CHECK(tree.fields.size() == 10);
  CHECK(tree.nodes[0].body == "body");
  CHECK(tree.errors == std::vector<std::string>{"header of part 1 cut"});
}

TEST_CASE("messages nested in messages end at the limit, not on the stack") {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += "Content-Type: message/rfc822\n\n";
  const MimeTree tree = read_mime(bytes, {});
  CHECK(tree.nodes.size() == 101);
  CHECK(tree.errors.size() == 1);
}

TEST_CASE("a header line of a megabyte is one field") {
  const std::string bytes = "X: " + std::string(1'000'000, 'a') + "\n\nbody";
  const MimeTree tree = read_mime(bytes, {});
  REQUIRE(tree.fields.size() == 1);
  CHECK(tree.fields[0].value.size() == 1'000'001);
}

TEST_CASE("no bytes at all are one empty part") {
  const MimeTree tree = read_mime({}, {});
  REQUIRE(tree.nodes.size() == 1);
  CHECK(tree.nodes[0].body.empty());
}
