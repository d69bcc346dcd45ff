# Completion of mox for fish. Generated from the list of commands; do not edit.

# Is the command typed so far this entry of the list?
function __mox_at
    set -l entry ''
    set -l skip 0
    set -l tokens (commandline -opc)
    for word in $tokens[2..-1]
        if test $skip -eq 1
            set skip 0
            continue
        end
        switch $word
            case --allowmsgfrom --anchor --authserv-id --bits --bootstrap --ca --canonicalization --config --connect-to --dir --domain --ehlo-hostname --expiration --expires --headers --helo --ip --key --limit --listmembers --log-format --loglevel --mail-from --now --port --port-base --ports --postpublic --remote-hostname --resolver --scope --selector --tls-ciphers --tls-ciphersuites --tls-curves --tls-version-max --tls-version-min --usages --user --zone
                set skip 1
                continue
            case '-*'
                continue
        end
        set -l longer (string trim -- "$entry $word")
        if contains -- $longer 'arc' 'arc seal' 'arc verify' 'cid' 'config' 'config account' 'config account add' 'config account addresses' 'config account disable' 'config account enable' 'config account list' 'config account logins' 'config account rm' 'config address' 'config address account' 'config address add' 'config address rm' 'config alias' 'config alias add' 'config alias addaddr' 'config alias list' 'config alias print' 'config alias rm' 'config alias rmaddr' 'config alias update' 'config describe-domains' 'config describe-sendmail' 'config describe-static' 'config domain' 'config domain add' 'config domain disable' 'config domain enable' 'config domain rm' 'config example' 'config password' 'config password add' 'config password list' 'config password rm' 'config printservice' 'config test' 'config tlspubkey' 'config tlspubkey add' 'config tlspubkey gen' 'config tlspubkey get' 'config tlspubkey list' 'config tlspubkey rm' 'dane' 'dane dial' 'dane dialmx' 'dane makerecord' 'deliver' 'dkim' 'dkim gened25519' 'dkim genrsa' 'dkim lookup' 'dkim sign' 'dkim txt' 'dkim verify' 'dmarc' 'dmarc checkreportaddrs' 'dmarc lookup' 'dmarc parsereportmsg' 'dmarc verify' 'dns' 'dns lookup' 'dnsbl' 'dnsbl check' 'dnsbl checkhealth' 'help' 'licenses' 'localserve' 'loglevels' 'message' 'message parse' 'mtasts' 'mtasts lookup' 'rdap' 'rdap domainage' 'sendmail' 'serve' 'setaccountpassword' 'smtp' 'smtp dial' 'spf' 'spf check' 'spf lookup' 'spf parse' 'stop' 'tlsrpt' 'tlsrpt lookup' 'tlsrpt parsereportmsg' 'verifydata' 'version'
            set entry $longer
        end
    end
    test "$entry" = "$argv[1]"
end

complete -c mox -f
complete -c mox -l help -d 'show the help of the command'
complete -c mox -l config -d 'mox.toml of the server; else $MOXCONF, else config/mox.toml' -x -F
complete -c mox -n "__mox_at ''" -a arc -d 'verify and seal chains of forwarded messages'
complete -c mox -n "__mox_at ''" -a cid -d 'find the log lines of a message'
complete -c mox -n "__mox_at ''" -a config -d 'look at the configuration and change it'
complete -c mox -n "__mox_at ''" -a dane -d 'TLSA records, and servers that have them'
complete -c mox -n "__mox_at ''" -a deliver -d 'put a message into the mailboxes of an address'
complete -c mox -n "__mox_at ''" -a dkim -d 'sign and verify messages, make keys'
complete -c mox -n "__mox_at ''" -a dmarc -d 'check and look at DMARC'
complete -c mox -n "__mox_at ''" -a dns -d 'ask the DNS'
complete -c mox -n "__mox_at ''" -a dnsbl -d 'ask blocklists'
complete -c mox -n "__mox_at ''" -a help -d 'explain a command'
complete -c mox -n "__mox_at ''" -a licenses -d 'print the licenses of mox and its libraries'
complete -c mox -n "__mox_at ''" -a localserve -d 'run a mail server to try, for this machine only'
complete -c mox -n "__mox_at ''" -a loglevels -d 'show or change how much is logged'
complete -c mox -n "__mox_at ''" -a message -d 'look at messages'
complete -c mox -n "__mox_at ''" -a mtasts -d 'policies of MTA-STS'
complete -c mox -n "__mox_at ''" -a rdap -d 'ask registries about domains'
complete -c mox -n "__mox_at ''" -a sendmail -d 'hand a message to a mail server'
complete -c mox -n "__mox_at ''" -a serve -d 'run the mail server'
complete -c mox -n "__mox_at ''" -a setaccountpassword -d 'set the password of an account'
complete -c mox -n "__mox_at ''" -a smtp -d 'talk to mail servers'
complete -c mox -n "__mox_at ''" -a spf -d 'check and look at records of SPF'
complete -c mox -n "__mox_at ''" -a stop -d 'stop the running server'
complete -c mox -n "__mox_at ''" -a tlsrpt -d 'look at reports about TLS'
complete -c mox -n "__mox_at ''" -a verifydata -d 'prove that stored mail is intact'
complete -c mox -n "__mox_at ''" -a version -d 'print the version'
complete -c mox -n "__mox_at 'arc'" -a seal -d 'add a seal to a message'
complete -c mox -n "__mox_at 'arc'" -a verify -d 'verify the ARC chain of a message'
complete -c mox -n "__mox_at 'arc seal'" -l key -d 'the private key, in PEM' -x -F
complete -c mox -n "__mox_at 'arc seal'" -l selector -d 'the selector under which the DNS has the key' -x
complete -c mox -n "__mox_at 'arc seal'" -l domain -d 'the domain that signs' -x
complete -c mox -n "__mox_at 'arc seal'" -l authserv-id -d 'whose Authentication-Results go into the seal; the domain when not given' -x
complete -c mox -n "__mox_at 'arc seal'" -l headers -d 'the headers to sign, with colons or commas' -x
complete -c mox -n "__mox_at 'arc seal'" -l now -d 'the time to go by, in seconds since 1970, to repeat a check' -x
complete -c mox -n "__mox_at 'arc seal'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'arc seal'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'arc seal'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'arc seal'" -F
complete -c mox -n "__mox_at 'arc verify'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'arc verify'" -l now -d 'the time to go by, in seconds since 1970, to repeat a check' -x
complete -c mox -n "__mox_at 'arc verify'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'arc verify'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'arc verify'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'arc verify'" -F
complete -c mox -n "__mox_at 'config'" -a account -d 'manage accounts'
complete -c mox -n "__mox_at 'config'" -a address -d 'manage addresses'
complete -c mox -n "__mox_at 'config'" -a alias -d 'manage aliases'
complete -c mox -n "__mox_at 'config'" -a describe-domains -d 'print domains.toml with explanations'
complete -c mox -n "__mox_at 'config'" -a describe-sendmail -d 'print sendmail.toml with explanations'
complete -c mox -n "__mox_at 'config'" -a describe-static -d 'print mox.toml with explanations'
complete -c mox -n "__mox_at 'config'" -a domain -d 'manage domains'
complete -c mox -n "__mox_at 'config'" -a example -d 'print a piece of configuration'
complete -c mox -n "__mox_at 'config'" -a password -d 'manage passwords for single programs'
complete -c mox -n "__mox_at 'config'" -a printservice -d 'print a unit for systemd'
complete -c mox -n "__mox_at 'config'" -a test -d 'check the configuration'
complete -c mox -n "__mox_at 'config'" -a tlspubkey -d 'manage keys that log in'
complete -c mox -n "__mox_at 'config account'" -a add -d 'add an account'
complete -c mox -n "__mox_at 'config account'" -a addresses -d 'list the addresses of an account'
complete -c mox -n "__mox_at 'config account'" -a disable -d 'refuse logins to an account'
complete -c mox -n "__mox_at 'config account'" -a enable -d 'allow logins to an account again'
complete -c mox -n "__mox_at 'config account'" -a list -d 'list the accounts'
complete -c mox -n "__mox_at 'config account'" -a logins -d 'show who tried to log in'
complete -c mox -n "__mox_at 'config account'" -a rm -d 'remove an account and its mail'
complete -c mox -n "__mox_at 'config account addresses'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'config account list'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'config account logins'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'config account logins'" -l limit -d 'at most so many lines; 100 when not given' -x
complete -c mox -n "__mox_at 'config address'" -a account -d 'print whose address it is'
complete -c mox -n "__mox_at 'config address'" -a add -d 'give an address to an account'
complete -c mox -n "__mox_at 'config address'" -a rm -d 'take an address away'
complete -c mox -n "__mox_at 'config alias'" -a add -d 'add an alias'
complete -c mox -n "__mox_at 'config alias'" -a addaddr -d 'add members to an alias'
complete -c mox -n "__mox_at 'config alias'" -a list -d 'list the aliases of a domain'
complete -c mox -n "__mox_at 'config alias'" -a print -d 'print an alias'
complete -c mox -n "__mox_at 'config alias'" -a rm -d 'remove an alias'
complete -c mox -n "__mox_at 'config alias'" -a rmaddr -d 'take members from an alias'
complete -c mox -n "__mox_at 'config alias'" -a update -d 'change an alias'
complete -c mox -n "__mox_at 'config alias list'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'config alias print'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'config alias update'" -l postpublic -d 'everybody may post, not its members alone' -x -a 'true false'
complete -c mox -n "__mox_at 'config alias update'" -l listmembers -d 'members can see who the others are' -x -a 'true false'
complete -c mox -n "__mox_at 'config alias update'" -l allowmsgfrom -d 'members may send as the alias' -x -a 'true false'
complete -c mox -n "__mox_at 'config domain'" -a add -d 'add a domain'
complete -c mox -n "__mox_at 'config domain'" -a disable -d 'take no mail for a domain'
complete -c mox -n "__mox_at 'config domain'" -a enable -d 'take mail for a domain again'
complete -c mox -n "__mox_at 'config domain'" -a rm -d 'remove a domain'
complete -c mox -n "__mox_at 'config domain add'" -l disabled -d 'do not take mail for it yet'
complete -c mox -n "__mox_at 'config password'" -a add -d 'make a password for a program'
complete -c mox -n "__mox_at 'config password'" -a list -d 'list the passwords for programs'
complete -c mox -n "__mox_at 'config password'" -a rm -d 'take a password back'
complete -c mox -n "__mox_at 'config password add'" -l scope -d 'imap, submission, or both with a comma; all when not given' -x
complete -c mox -n "__mox_at 'config password add'" -l expires -d 'good for so many days; without end when not given' -x
complete -c mox -n "__mox_at 'config password list'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'config printservice'" -l user -d 'who the server runs as' -x
complete -c mox -n "__mox_at 'config tlspubkey'" -a add -d 'let a key log in'
complete -c mox -n "__mox_at 'config tlspubkey'" -a gen -d 'make a key'
complete -c mox -n "__mox_at 'config tlspubkey'" -a get -d 'print a key'
complete -c mox -n "__mox_at 'config tlspubkey'" -a list -d 'list the keys'
complete -c mox -n "__mox_at 'config tlspubkey'" -a rm -d 'forget a key'
complete -c mox -n "__mox_at 'config tlspubkey add'" -l no-imap-preauth -d 'IMAP waits for a command to log in all the same'
complete -c mox -n "__mox_at 'config tlspubkey gen'" -F
complete -c mox -n "__mox_at 'config tlspubkey list'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dane'" -a dial -d 'connect to a server by TLS, verified with DANE'
complete -c mox -n "__mox_at 'dane'" -a dialmx -d 'connect to a mail server of a domain, verified with DANE'
complete -c mox -n "__mox_at 'dane'" -a makerecord -d 'make a TLSA record for a certificate or key'
complete -c mox -n "__mox_at 'dane dial'" -l usages -d 'usages of records that count, with commas' -x
complete -c mox -n "__mox_at 'dane dial'" -l ca -d 'trust the authorities in this file (PEM) instead of the system\'s' -x -F
complete -c mox -n "__mox_at 'dane dial'" -l json -d 'print what is known of the connection as JSON, on one line'
complete -c mox -n "__mox_at 'dane dial'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dane dial'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dane dial'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dane dialmx'" -l ehlo-hostname -d 'who we say we are' -x
complete -c mox -n "__mox_at 'dane dialmx'" -l port -d 'connect to this port, and look for its TLSA records' -x
complete -c mox -n "__mox_at 'dane dialmx'" -l json -d 'print what is known of the connection as JSON, on one line'
complete -c mox -n "__mox_at 'dane dialmx'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dane dialmx'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dane dialmx'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dane makerecord'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dane makerecord'" -F
complete -c mox -n "__mox_at 'dkim'" -a gened25519 -d 'make an Ed25519 key'
complete -c mox -n "__mox_at 'dkim'" -a genrsa -d 'make an RSA key'
complete -c mox -n "__mox_at 'dkim'" -a lookup -d 'look up the key of a selector'
complete -c mox -n "__mox_at 'dkim'" -a sign -d 'sign a message'
complete -c mox -n "__mox_at 'dkim'" -a txt -d 'print the record for a key'
complete -c mox -n "__mox_at 'dkim'" -a verify -d 'verify the signatures of a message'
complete -c mox -n "__mox_at 'dkim genrsa'" -l bits -d 'size of the key; larger ones than 2048 are refused by some' -x
complete -c mox -n "__mox_at 'dkim lookup'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dkim lookup'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dkim lookup'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dkim lookup'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dkim sign'" -l key -d 'the private key, in PEM' -x -F
complete -c mox -n "__mox_at 'dkim sign'" -l selector -d 'the selector under which the DNS has the key' -x
complete -c mox -n "__mox_at 'dkim sign'" -l domain -d 'the domain that signs' -x
complete -c mox -n "__mox_at 'dkim sign'" -l canonicalization -d 'of header and body: simple or relaxed, as in relaxed/simple' -x
complete -c mox -n "__mox_at 'dkim sign'" -l headers -d 'the headers to sign, with colons or commas; From must be one' -x
complete -c mox -n "__mox_at 'dkim sign'" -l no-seal -d 'let others add headers of the names that are signed'
complete -c mox -n "__mox_at 'dkim sign'" -l expiration -d 'how long the signature is good, such as 72h' -x
complete -c mox -n "__mox_at 'dkim sign'" -l headers-only -d 'print the new headers, without the message'
complete -c mox -n "__mox_at 'dkim sign'" -l now -d 'the time to go by, in seconds since 1970, to repeat a check' -x
complete -c mox -n "__mox_at 'dkim sign'" -F
complete -c mox -n "__mox_at 'dkim txt'" -l one-string -d 'print one string, without quotes'
complete -c mox -n "__mox_at 'dkim txt'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dkim txt'" -F
complete -c mox -n "__mox_at 'dkim verify'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dkim verify'" -l now -d 'the time to go by, in seconds since 1970, to repeat a check' -x
complete -c mox -n "__mox_at 'dkim verify'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dkim verify'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dkim verify'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dkim verify'" -F
complete -c mox -n "__mox_at 'dmarc'" -a checkreportaddrs -d 'check whether hosts take the reports of a domain'
complete -c mox -n "__mox_at 'dmarc'" -a lookup -d 'look up the DMARC record of a domain'
complete -c mox -n "__mox_at 'dmarc'" -a parsereportmsg -d 'show aggregate reports'
complete -c mox -n "__mox_at 'dmarc'" -a verify -d 'check whether a message is from whom it says'
complete -c mox -n "__mox_at 'dmarc checkreportaddrs'" -l tree-walk -d 'find the record and the organization by a walk up the DNS (RFC 9989), instead of by the list of public suffixes (RFC 7489)'
complete -c mox -n "__mox_at 'dmarc checkreportaddrs'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dmarc checkreportaddrs'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dmarc checkreportaddrs'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dmarc checkreportaddrs'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dmarc lookup'" -l tree-walk -d 'find the record and the organization by a walk up the DNS (RFC 9989), instead of by the list of public suffixes (RFC 7489)'
complete -c mox -n "__mox_at 'dmarc lookup'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dmarc lookup'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dmarc lookup'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dmarc lookup'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dmarc parsereportmsg'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dmarc parsereportmsg'" -F
complete -c mox -n "__mox_at 'dmarc verify'" -l tree-walk -d 'find the record and the organization by a walk up the DNS (RFC 9989), instead of by the list of public suffixes (RFC 7489)'
complete -c mox -n "__mox_at 'dmarc verify'" -l now -d 'the time to go by, in seconds since 1970, to repeat a check' -x
complete -c mox -n "__mox_at 'dmarc verify'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dmarc verify'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dmarc verify'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dmarc verify'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dmarc verify'" -F
complete -c mox -n "__mox_at 'dns'" -a lookup -d 'look up records'
complete -c mox -n "__mox_at 'dns lookup'" -l json -d 'print a JSON object'
complete -c mox -n "__mox_at 'dns lookup'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dns lookup'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dns lookup'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dnsbl'" -a check -d 'check whether an address is in a blocklist'
complete -c mox -n "__mox_at 'dnsbl'" -a checkhealth -d 'check whether a blocklist can be believed'
complete -c mox -n "__mox_at 'dnsbl check'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dnsbl check'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dnsbl check'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dnsbl check'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'dnsbl checkhealth'" -l ipv6 -d 'ask about ::ffff:7f00:2 and ::ffff:7f00:1, for lists of IPv6 addresses'
complete -c mox -n "__mox_at 'dnsbl checkhealth'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'dnsbl checkhealth'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'dnsbl checkhealth'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'dnsbl checkhealth'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'help'" -a 'arc cid config dane deliver dkim dmarc dns dnsbl help licenses localserve loglevels message mtasts rdap sendmail serve setaccountpassword smtp spf stop tlsrpt verifydata version'
complete -c mox -n "__mox_at 'localserve'" -l dir -d 'the folder to use' -x -a '(__fish_complete_directories)'
complete -c mox -n "__mox_at 'localserve'" -l ip -d 'listen on this address instead of 127.0.0.1 and ::1; for a new folder only' -x
complete -c mox -n "__mox_at 'localserve'" -l initonly -d 'make the folder and exit'
complete -c mox -n "__mox_at 'localserve'" -l port-base -d 'add N to the standard ports' -x
complete -c mox -n "__mox_at 'localserve'" -l ports -d 'the standard ports plus the base, or any that are free' -x -a 'standard free'
complete -c mox -n "__mox_at 'localserve'" -l in-memory -d 'keep everything in memory; it is gone at exit'
complete -c mox -n "__mox_at 'localserve'" -l inboxes -d 'every user name with the password moxmoxmox is an account of its own, made at its first login; what it submits stays there'
complete -c mox -n "__mox_at 'localserve'" -l json -d 'print user, password, folder and ports as one JSON object'
complete -c mox -n "__mox_at 'message'" -a parse -d 'show what is in a message'
complete -c mox -n "__mox_at 'message parse'" -l smtputf8 -d 'after the object, print a line that says whether the message needs SMTPUTF8'
complete -c mox -n "__mox_at 'message parse'" -F
complete -c mox -n "__mox_at 'mtasts'" -a lookup -d 'look up the policy of a domain'
complete -c mox -n "__mox_at 'mtasts lookup'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'mtasts lookup'" -l ca -d 'trust the authorities in this file (PEM) instead of the system\'s' -x -F
complete -c mox -n "__mox_at 'mtasts lookup'" -l connect-to -d 'connect to the second place when it is the first that is asked for, to try out a server that is not public yet; several with commas' -x
complete -c mox -n "__mox_at 'mtasts lookup'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'mtasts lookup'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'mtasts lookup'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'rdap'" -a domainage -d 'show for how long a domain is registered'
complete -c mox -n "__mox_at 'rdap domainage'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'rdap domainage'" -l bootstrap -d 'where the list of registries is' -x
complete -c mox -n "__mox_at 'rdap domainage'" -l ca -d 'trust the authorities in this file (PEM) instead of the system\'s' -x -F
complete -c mox -n "__mox_at 'rdap domainage'" -l connect-to -d 'connect to the second place when it is the first that is asked for, to try out a server that is not public yet; several with commas' -x
complete -c mox -n "__mox_at 'serve'" -l log-format -d 'how lines of the log look' -x -a 'logfmt json'
complete -c mox -n "__mox_at 'serve'" -l loglevel -d 'instead of log-level of mox.toml' -x -a 'error warn info debug trace traceauth tracedata'
complete -c mox -n "__mox_at 'smtp'" -a dial -d 'connect to a mail server'
complete -c mox -n "__mox_at 'smtp dial'" -l ehlo-hostname -d 'who we say we are' -x
complete -c mox -n "__mox_at 'smtp dial'" -l force-tls -d 'say STARTTLS even when it is not offered'
complete -c mox -n "__mox_at 'smtp dial'" -l no-tls -d 'stay without TLS'
complete -c mox -n "__mox_at 'smtp dial'" -l tls-immediate -d 'begin with TLS, without STARTTLS'
complete -c mox -n "__mox_at 'smtp dial'" -l tls-verify -d 'end when the certificate is not good'
complete -c mox -n "__mox_at 'smtp dial'" -l remote-hostname -d 'the name that the certificate must have, instead of HOST' -x
complete -c mox -n "__mox_at 'smtp dial'" -l ca -d 'trust the authorities in this file (PEM) instead of the system\'s' -x -F
complete -c mox -n "__mox_at 'smtp dial'" -l tls-version-min -d 'the oldest version of TLS' -x -a '1.0 1.1 1.2 1.3'
complete -c mox -n "__mox_at 'smtp dial'" -l tls-version-max -d 'the newest version of TLS' -x -a '1.0 1.1 1.2 1.3'
complete -c mox -n "__mox_at 'smtp dial'" -l tls-ciphers -d 'ciphers up to TLS 1.2, as OpenSSL names them' -x
complete -c mox -n "__mox_at 'smtp dial'" -l tls-ciphersuites -d 'cipher suites of TLS 1.3, with colons between' -x
complete -c mox -n "__mox_at 'smtp dial'" -l tls-curves -d 'groups for the exchange of keys, with colons between' -x
complete -c mox -n "__mox_at 'smtp dial'" -l tls-no-session-tickets -d 'ask for no session tickets'
complete -c mox -n "__mox_at 'smtp dial'" -l trace -d 'print what is said up to then on standard error'
complete -c mox -n "__mox_at 'smtp dial'" -l json -d 'print what is known of the connection as JSON, on one line'
complete -c mox -n "__mox_at 'smtp dial'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'smtp dial'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'smtp dial'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'spf'" -a check -d 'check whether an address may send for a domain'
complete -c mox -n "__mox_at 'spf'" -a lookup -d 'look up the record of SPF of a domain'
complete -c mox -n "__mox_at 'spf'" -a parse -d 'read a record of SPF'
complete -c mox -n "__mox_at 'spf check'" -l mail-from -d 'the sender in MAIL FROM; may be empty' -x
complete -c mox -n "__mox_at 'spf check'" -l helo -d 'what the client said in EHLO; the domain when not given' -x
complete -c mox -n "__mox_at 'spf check'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'spf check'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'spf check'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'spf check'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'spf lookup'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'spf lookup'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'spf lookup'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'spf lookup'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'spf parse'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'tlsrpt'" -a lookup -d 'look up where a domain wants reports about TLS'
complete -c mox -n "__mox_at 'tlsrpt'" -a parsereportmsg -d 'show reports about TLS'
complete -c mox -n "__mox_at 'tlsrpt lookup'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'tlsrpt lookup'" -l resolver -d 'whom to ask: system, validating, validating@ADDRESS[:PORT] or ADDRESS[:PORT], as "mox help dns" explains' -x
complete -c mox -n "__mox_at 'tlsrpt lookup'" -l anchor -d 'with validating: the DS or DNSKEY records to trust, not those of the root' -x -F
complete -c mox -n "__mox_at 'tlsrpt lookup'" -l zone -d 'take the records from a zone file; the network is not asked for names' -x -F
complete -c mox -n "__mox_at 'tlsrpt parsereportmsg'" -l json -d 'print JSON'
complete -c mox -n "__mox_at 'tlsrpt parsereportmsg'" -F
complete -c mox -n "__mox_at 'verifydata'" -a '(__fish_complete_directories)'
