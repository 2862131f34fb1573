// Which hops of a mail lie inside Exchange Online, told without a list of its addresses (they are
// public, and some of them belong to everybody's machines in Azure).
#pragma once

#include "analyzer/rule_engine/received/received_line.h"

namespace secondlook {

// Both ends are mailbox or transport servers (*.prod.outlook.com, *.outlook.office365.com, from
// also
// *.prod.protection.outlook.com) and the peer's address is private or Microsoft's. Never true of
// what the edge wrote (by *.protection.outlook.com): its peer is a stranger, whatever it calls
// itself. Says nothing about a line below one that is not trusted: anybody can have written that.
bool is_inside_exchange_online(const Relay& relay);

}  // namespace secondlook
