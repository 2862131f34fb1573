#!/usr/bin/env perl
# What SpamAssassin finds in mails, `__` rules too. Local tests only: no network, no Bayes, nothing learnt.
#
#   spamassassin_hits.pl RULES_DIRECTORY PLUGINS_DIRECTORY STATE_DIRECTORY PROCESSES < list of files
#
# Prints, tab-separated, first the rule set:  rule NAME TYPE SCORE NET(0|1) PARTS (of metas, by commas)
# then each mail:                             hit FILE NAME       and        mail FILE SCORE
# TYPE is header, body, rawbody, uri, full, mimeheader, meta, eval.
use strict;
use warnings;
use Mail::SpamAssassin;
use Mail::SpamAssassin::Conf;

my ($rules, $plugins, $state, $processes) = @ARGV;
die "usage: $0 RULES PLUGINS STATE PROCESSES\n" unless $processes;
chomp(my @files = <STDIN>);

my $scanner = Mail::SpamAssassin->new({
    rules_filename      => $rules,
    site_rules_filename => $plugins,
    userstate_dir       => $state,
    userprefs_filename  => "$state/none",
    home_dir_for_helpers => $state,
    dont_copy_prefs     => 1,
    local_tests_only    => 1,
    post_config_text    => "use_bayes 0\nuse_razor2 0\nuse_pyzor 0\n",
});
$scanner->init(0);

my %type_names = (
    $Mail::SpamAssassin::Conf::TYPE_HEAD_TESTS    => 'header',
    $Mail::SpamAssassin::Conf::TYPE_BODY_TESTS    => 'body',
    $Mail::SpamAssassin::Conf::TYPE_RAWBODY_TESTS => 'rawbody',
    $Mail::SpamAssassin::Conf::TYPE_URI_TESTS     => 'uri',
    $Mail::SpamAssassin::Conf::TYPE_FULL_TESTS    => 'full',
    $Mail::SpamAssassin::Conf::TYPE_META_TESTS    => 'meta',
);

sub print_rules {
    my $conf = $scanner->{conf};
    for my $name (sort keys %{$conf->{test_types}}) {
        my $type = $conf->{mimeheader_tests}{$name} ? 'mimeheader'
                 : $type_names{$conf->{test_types}{$name}} // 'eval';
        my $is_net = ($conf->{tflags}{$name} // '') =~ /\bnet\b/ ? 1 : 0;
        my %parts = map { $_ => 1 } @{$conf->{meta_dependencies}{$name} // []};
        my $score = $conf->{scores}{$name} // 1;
        print join("\t", 'rule', $name, $type, $score, $is_net, join(',', sort keys %parts)), "\n";
    }
}

sub scan {
    my ($file) = @_;
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    my @lines = <$in>;
    my $mail = $scanner->parse(\@lines, 1);
    my $status = $scanner->check($mail);
    my %seen;
    for my $name (@{$status->{test_names_hit}}, @{$status->{subtest_names_hit}}) {
        print "hit\t$file\t$name\n" unless $seen{$name}++;
    }
    print "mail\t$file\t", $status->get_score(), "\n";
    $status->finish();
    $mail->finish();
}

sub scan_share {
    my ($share) = @_;
    open(STDOUT, '>', "$state/share.$share") or die "$state/share.$share: $!\n";
    for my $i (grep { $_ % $processes == $share } 0 .. $#files) { scan($files[$i]) }
    close(STDOUT) or die "$state/share.$share: $!\n";
}

$| = 1;
print_rules();
my @children;
for my $share (0 .. $processes - 1) {
    my $child = fork() // die "fork: $!\n";
    if (!$child) { scan_share($share); exit 0; }
    push @children, $child;
}
for my $child (@children) {
    waitpid($child, 0);
    die "a scanning process failed\n" if $?;
}
for my $share (0 .. $processes - 1) {
    open(my $in, '<', "$state/share.$share") or die "$state/share.$share: $!\n";
    print while <$in>;
    unlink "$state/share.$share";
}
