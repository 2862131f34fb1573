#include "remediation/begun_resolution.h"

namespace secondlook {

Place destination_of(Action action) {
  switch (action) {
    case Action::none: return Place::visible;
    case Action::junk: return Place::junk;
    case Action::deleted_items: return Place::deleted_items;
    case Action::recoverable: return Place::recoverable;
    case Action::purge: return Place::purges;
  }
  return Place::visible;
}

Sighting sighting_of(Place place, bool is_original_folder, Action action) {
  const Place destination = destination_of(action);
  if (place == destination) return Sighting::in_destination;
  if (place > destination) return Sighting::beyond_destination;
  return is_original_folder ? Sighting::at_origin : Sighting::elsewhere;
}

Resolution resolve_begun(Sighting sighting, Action action, bool looks_are_spent) {
  switch (sighting) {
    case Sighting::in_destination:
    case Sighting::beyond_destination: return Resolution::removed;
    case Sighting::at_origin:
    case Sighting::elsewhere: return Resolution::act_again;
    case Sighting::nowhere: break;
  }
  if (!looks_are_spent) return Resolution::look_again;
  return action == Action::purge ? Resolution::removed : Resolution::vanished;
}

}  // namespace secondlook
