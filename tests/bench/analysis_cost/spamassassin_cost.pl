#!/usr/bin/env perl
# CPU seconds of SpamAssassin over mails, local tests only, with the body rules that sa-compile made.
#
#   spamassassin_cost.pl STATE RULES directory            prints where it looks for compiled rules
#   spamassassin_cost.pl STATE RULES measure < files      prints the seconds of a round over all; one warms up
use strict;
use warnings;
use Mail::SpamAssassin;

my ($state, $rules, $what) = @ARGV;
die "usage: $0 STATE RULES directory|measure\n" unless $what;

my $scanner = Mail::SpamAssassin->new({
    LOCAL_STATE_DIR      => $state,
    rules_filename       => $rules,
    site_rules_filename  => "$state/plugins",
    userstate_dir        => "$state/user",
    userprefs_filename   => "$state/user/none",
    home_dir_for_helpers => $state,
    dont_copy_prefs      => 1,
    local_tests_only     => 1,
    post_config_text     => "use_bayes 0\nuse_razor2 0\nuse_pyzor 0\n",
});
if ($what eq 'directory') {
    print $scanner->sed_path('__local_state_dir__/compiled/__perl_major_ver__/__version__'), "\n";
    exit;
}

my @mails;
while (my $file = <STDIN>) {
    chomp $file;
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    push @mails, [<$in>];
}
$scanner->init(0);
die "no rule compiled by sa-compile is in use\n" unless $scanner->{conf}{zoom_ruletypes_available};

sub round_over_all {
    my ($user, $system) = times;
    for my $mail (@mails) {
        my $parsed = $scanner->parse([@$mail], 1);
        my $status = $scanner->check($parsed);
        $status->finish;
        $parsed->finish;
    }
    my ($user_now, $system_now) = times;
    return $user_now + $system_now - $user - $system;
}
round_over_all();
print round_over_all(), "\n";
