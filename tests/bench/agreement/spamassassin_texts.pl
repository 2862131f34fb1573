#!/usr/bin/env perl
# The texts that SpamAssassin's rules see of mails: spamassassin_texts.pl RULES PLUGINS STATE < list of files
#
#   FILE <tab> body|rawbody|uri|ALL|... <tab> one piece, bytes outside printable ASCII as \xHH
use strict;
use warnings;
use Mail::SpamAssassin;
use Mail::SpamAssassin::PerMsgStatus;

my ($rules, $plugins, $state) = @ARGV;
chomp(my @files = <STDIN>);
my $scanner = Mail::SpamAssassin->new({
    rules_filename => $rules, site_rules_filename => $plugins, userstate_dir => $state,
    userprefs_filename => "$state/none", home_dir_for_helpers => $state, dont_copy_prefs => 1,
    local_tests_only => 1, post_config_text => "use_bayes 0\n",
});
$scanner->init(0);

sub print_piece {
    my ($file, $kind, $piece) = @_;
    utf8::encode($piece) if utf8::is_utf8($piece);
    $piece =~ s/([^\x20-\x7e]|\\)/sprintf('\\x%02x', ord($1))/ge;
    print "$file\t$kind\t$piece\n";
}

my @fields = qw(ALL ALL:raw Subject From From:addr From:name To To:addr To:name ToCc Cc:addr Reply-To:addr
                MESSAGEID EnvelopeFrom EnvelopeFrom:addr Received Received:raw Message-ID Content-Type List-Id);
for my $file (@files) {
    open(my $in, '<:raw', $file) or die "$file: $!\n";
    my @lines = <$in>;
    my $mail = $scanner->parse(\@lines, 1);
    my $status = Mail::SpamAssassin::PerMsgStatus->new($scanner, $mail);
    $status->extract_message_metadata();
    print_piece($file, 'body', $_) for @{$status->get_decoded_stripped_body_text_array()};
    print_piece($file, 'rawbody', $_) for @{$status->get_decoded_body_text_array()};
    print_piece($file, 'uri', $_) for sort $status->get_uri_list();
    for my $field (@fields) {
        my $text = '';
        my @values = $status->get($field);
        for my $value (@values) {    # as rules see several: one below the other
            $text .= "\n" if $text ne '' && $text !~ /\n\z/;
            $text .= $value;
        }
        print_piece($file, $field, $text) if @values;
    }
    $status->finish();
    $mail->finish();
}
