#include "analyzer/rule_engine/stock_evals/stock_evals.h"

namespace secondlook {

SignalTable stock_evals() {
  SignalTable table;
  add_relay_evals(table);
  add_html_evals(table);
  add_header_evals(table);
  add_forged_origin_evals(table);
  add_recipient_evals(table);
  add_date_evals(table);
  add_mime_evals(table);
  add_body_evals(table);
  add_image_evals(table);
  add_freemail_evals(table);
  add_address_list_evals(table);
  add_uri_evals(table);
  return table;
}

}  // namespace secondlook
