// A vbaProject.bin for `tests/bench/documents`, with one module whose source is read:
//   write_vba_project MODULE < source > vbaProject.bin
#include <iostream>
#include <iterator>
#include <string>

#include "tests/support/ole_writer.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "write_vba_project MODULE < source > vbaProject.bin\n";
    return 2;
  }
  const std::string source((std::istreambuf_iterator<char>(std::cin)), {});
  std::cout << secondlook::test::make_ole(
      secondlook::test::vba_project("", {{arguments[1], source}}));
  return 0;
}
