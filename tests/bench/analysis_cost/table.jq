# The costs as a table, of each measurement its median round, then what they are of one another.
def left($n): . + (" " * ([$n - length, 0] | max));
def right($n): tostring | (" " * ([$n - length, 0] | max)) + .;
def tenth: . * 10 | round / 10;
def total($who): map(select(.who == $who and .stage == "total")) | first;
def times($ours; $other; $name):
  if $ours and $other then
    "all stock rules and ours / \($name): \(($ours.messages_per_cpu_second / $other.messages_per_cpu_second) * 100 | round / 100)"
  else empty end;

def median_of_each:
  [.[] | "\(.who): \(.stage)"] as $names
  | [range(length) as $i | select($names | index($names[$i]) == $i) | $i] as $firsts
  | [$firsts[] as $i | [range(length) as $j | select($names[$j] == $names[$i]) | .[$j]]
     | sort_by(.cpu_seconds) | .[(length - 1) / 2 | floor]];

median_of_each
| ("us a message" | right(14)) as $us
| ("messages" | right(12)) as $messages
| ("MB" | right(10)) as $mb
| (("" | left(50)) + $us + $messages + $mb + "   a CPU-second"),
  (.[] | ("\(.who): \(.stage)" | left(50)) + (.microseconds | tenth | right(14))
    + (.messages_per_cpu_second | round | right(12)) + (.mb_per_cpu_second | tenth | right(10))),
  "",
  (total("all stock rules and ours") as $ours
  | times($ours; total("rspamd"); "rspamd"),
    times($ours; total("spamassassin"); "compiled SpamAssassin"),
    times($ours; total("floor"); "floor"))
