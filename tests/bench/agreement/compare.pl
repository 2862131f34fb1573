#!/usr/bin/env perl
# Holds our hits beside SpamAssassin's:  compare.pl SPAMASSASSIN OURS [MOST_RULES_NAMED]
# Both files as spamassassin_hits.pl and our_hits print them. A rule is judged when it is a pattern, or a meta
# over nothing but judged rules; what asks an eval function or the network, even by way of a part, stands apart.
# A judged rule that we do not have counts with all its hits against us.
use strict;
use warnings;

my ($theirs_file, $ours_file, $most) = @ARGV;
die "usage: $0 SPAMASSASSIN OURS [MOST_RULES_NAMED]\n" unless $ours_file;
$most //= 1_000_000;

sub read_side {
    my ($file) = @_;
    my %side = (rules => {}, hits => {}, mails => {});
    open(my $in, '<', $file) or die "$file: $!\n";
    while (<$in>) {
        chomp;
        my ($what, @fields) = split(/\t/, $_, -1);
        if ($what eq 'rule') {
            my $name = shift @fields;
            $side{rules}{$name} = \@fields;
        } elsif ($what eq 'hit') {
            $side{hits}{$fields[1]}{$fields[0]} = 1;
        } elsif ($what eq 'mail') {
            $side{mails}{$fields[0]} = $fields[1];
        }
    }
    return \%side;
}

my $theirs = read_side($theirs_file);
my $ours = read_side($ours_file);
my @mails = grep { exists $ours->{mails}{$_} } sort keys %{$theirs->{mails}};
die "no mail that both have scanned\n" unless @mails;

# Rules of SpamAssassin by class: judged types, "eval", "network", "meta over eval or network".
my %class;
sub class_of {
    my ($name) = @_;
    return $class{$name} if defined $class{$name};
    my $rule = $theirs->{rules}{$name} or return '';
    my ($type, $score, $is_net, $parts) = @$rule;
    return $class{$name} = 'network' if $is_net;
    return $class{$name} = $type if $type ne 'meta';
    $class{$name} = 'meta';    # should rules ask each other in a circle
    for my $part (split(/,/, $parts)) {
        my $of_part = class_of($part);
        return $class{$name} = 'meta over eval or network'
            if $of_part eq 'eval' || $of_part eq 'network' || $of_part eq 'meta over eval or network';
    }
    return 'meta';
}
class_of($_) for keys %{$theirs->{rules}};

# Whether we lack the rule or, by way of a meta, one of its parts: no text or pattern can repair that.
my %lacks;
sub is_lacking {
    my ($name) = @_;
    return $lacks{$name} if defined $lacks{$name};
    my $rule = $theirs->{rules}{$name} or return 0;
    my $own = $ours->{rules}{$name};
    return $lacks{$name} = 1 if !$own || ($own->[2] ne '' && $own->[2] ne 'switched off');
    $lacks{$name} = 0;
    return $lacks{$name} = (grep { is_lacking($_) } split(/,/, $rule->[3])) ? 1 : 0;
}

sub is_judged { my $class = $class{$_[0]} // ''; return $class ne '' && $class !~ /eval|network/ }

my (%sum, @differing);
my %shared = (rules => 0, both => 0, theirs => 0, ours => 0);
for my $name (sort keys %{$theirs->{rules}}) {
    my ($their_hits, $our_hits) = ($theirs->{hits}{$name} // {}, $ours->{hits}{$name} // {});
    my @both = grep { $their_hits->{$_} && $our_hits->{$_} } @mails;
    my @only_theirs = grep { $their_hits->{$_} && !$our_hits->{$_} } @mails;
    my @only_ours = grep { !$their_hits->{$_} && $our_hits->{$_} } @mails;
    my $sum = $sum{$class{$name}} //= {rules => 0, both => 0, theirs => 0, ours => 0};
    $sum->{rules}++;
    $sum->{both} += @both;
    $sum->{theirs} += @only_theirs;
    $sum->{ours} += @only_ours;
    if (is_judged($name) && !is_lacking($name)) {
        $shared{rules}++;
        $shared{both} += @both;
        $shared{theirs} += @only_theirs;
        $shared{ours} += @only_ours;
    }
    push @differing, [$name, scalar @both, \@only_theirs, \@only_ours] if @only_theirs || @only_ours;
}

sub share { my ($part, $all) = @_; return $all ? sprintf('%6.2f %%', 100 * $part / $all) : '     -  ' }
sub print_row {
    my ($label, $sum) = @_;
    my ($both, $theirs_only, $ours_only) = @$sum{qw(both theirs ours)};
    printf("%-26s %6d %9d %9d %9d  %s\n", $label, $sum->{rules}, $both, $theirs_only, $ours_only,
           share($both, $both + $theirs_only + $ours_only));
}

my %total = (rules => 0, both => 0, theirs => 0, ours => 0);
printf("%d mails\n%-26s %6s %9s %9s %9s  %s\n", scalar @mails, 'rules of type', 'rules', 'hits both', 'only SA',
       'only ours', 'agreement');
for my $type (qw(header body rawbody uri full mimeheader meta)) {
    my $sum = $sum{$type} or next;
    print_row($type, $sum);
    $total{$_} += $sum->{$_} for keys %total;
}
print_row('judged, all', \%total);
print_row('judged, that we have', \%shared);
for my $type ('eval', 'network', 'meta over eval or network') { print_row($type, $sum{$type}) if $sum{$type} }

sub judged_score {
    my ($side, $mail, $is_left_out) = @_;
    my $score = 0;
    for my $name (keys %{$side->{hits}}) {
        next if $name =~ /^__/ || !is_judged($name) || $is_left_out->($name) || !$side->{hits}{$name}{$mail};
        $score += $side->{rules}{$name}[1];
    }
    return $score;
}
for (['the judged rules', sub { 0 }], ['those we have', \&is_lacking]) {
    my ($label, $left_out) = @$_;
    my @near = grep {
        abs(judged_score($theirs, $_, $left_out) - judged_score($ours, $_, $left_out)) <= 0.1
    } @mails;
    printf("score of %s within 0.1: %d of %d mails, %s\n", $label, scalar @near, scalar @mails,
           share(scalar @near, scalar @mails));
}

my @switched = grep { ($ours->{rules}{$_}[2] // '') eq 'switched off' } keys %{$ours->{rules}};
my %is_off = map { $_ => 1 } @switched;
my @lacking = grep { my $r = $ours->{rules}{$_}; is_judged($_) && (!$r || ($r->[2] ne '' && !$is_off{$_})) }
              sort keys %{$theirs->{rules}};
printf("\n%d judged rules that we do not have or leave out:\n", scalar @lacking);
for my $name (@lacking) {
    my $reason = $ours->{rules}{$name} ? $ours->{rules}{$name}[2] : 'not known';
    printf("  %-34s %-10s %4d hits  %s\n", $name, $class{$name}, scalar keys %{$theirs->{hits}{$name} // {}}, $reason);
}
my @foreign = grep { !$theirs->{rules}{$_} && $ours->{rules}{$_}[2] eq '' } sort keys %{$ours->{rules}};
printf("\n%d rules that SpamAssassin does not have: %s\n", scalar @foreign, join(' ', @foreign));

print "\njudged rules with disagreements (both, only SA, only ours), with a mail:\n";
my $named = 0;
for my $row (sort { @{$b->[2]} + @{$b->[3]} <=> @{$a->[2]} + @{$a->[3]} || $a->[0] cmp $b->[0] } @differing) {
    my ($name, $both, $only_theirs, $only_ours) = @$row;
    next if !is_judged($name) || ++$named > $most;
    printf("  %-34s %-10s %5d %5d %5d  %s%s\n", $name, $class{$name}, $both, scalar @$only_theirs, scalar @$only_ours,
           @$only_theirs ? " SA: $only_theirs->[0]" : '', @$only_ours ? " ours: $only_ours->[0]" : '');
}
