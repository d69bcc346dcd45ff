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
            case --allowmsgfrom --config --dir --expires --ip --limit --listmembers --log-format --loglevel --port-base --ports --postpublic --scope --user
                set skip 1
                continue
            case '-*'
                continue
        end
        set -l longer (string trim -- "$entry $word")
        if contains -- $longer 'cid' 'config' 'config account' 'config account add' 'config account addresses' 'config account disable' 'config account enable' 'config account list' 'config account logins' 'config account rm' 'config address' 'config address account' 'config address add' 'config address rm' 'config alias' 'config alias add' 'config alias addaddr' 'config alias list' 'config alias print' 'config alias rm' 'config alias rmaddr' 'config alias update' 'config describe-domains' 'config describe-sendmail' 'config describe-static' 'config domain' 'config domain add' 'config domain disable' 'config domain enable' 'config domain rm' 'config example' 'config password' 'config password add' 'config password list' 'config password rm' 'config printservice' 'config test' 'config tlspubkey' 'config tlspubkey add' 'config tlspubkey gen' 'config tlspubkey get' 'config tlspubkey list' 'config tlspubkey rm' 'deliver' 'help' 'licenses' 'localserve' 'loglevels' 'message' 'message parse' 'sendmail' 'serve' 'setaccountpassword' 'stop' 'verifydata' 'version'
            set entry $longer
        end
    end
    test "$entry" = "$argv[1]"
end

complete -c mox -f
complete -c mox -l help -d 'show the help of the command'
complete -c mox -l config -d 'mox.toml of the server; else $MOXCONF, else config/mox.toml' -x -F
complete -c mox -n "__mox_at ''" -a cid -d 'find the log lines of a message'
complete -c mox -n "__mox_at ''" -a config -d 'look at the configuration and change it'
complete -c mox -n "__mox_at ''" -a deliver -d 'put a message into the mailboxes of an address'
complete -c mox -n "__mox_at ''" -a help -d 'explain a command'
complete -c mox -n "__mox_at ''" -a licenses -d 'print the licenses of mox and its libraries'
complete -c mox -n "__mox_at ''" -a localserve -d 'run a mail server to try, for this machine only'
complete -c mox -n "__mox_at ''" -a loglevels -d 'show or change how much is logged'
complete -c mox -n "__mox_at ''" -a message -d 'look at messages'
complete -c mox -n "__mox_at ''" -a sendmail -d 'hand a message to a mail server'
complete -c mox -n "__mox_at ''" -a serve -d 'run the mail server'
complete -c mox -n "__mox_at ''" -a setaccountpassword -d 'set the password of an account'
complete -c mox -n "__mox_at ''" -a stop -d 'stop the running server'
complete -c mox -n "__mox_at ''" -a verifydata -d 'prove that stored mail is intact'
complete -c mox -n "__mox_at ''" -a version -d 'print the version'
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
complete -c mox -n "__mox_at 'help'" -a 'cid config deliver help licenses localserve loglevels message sendmail serve setaccountpassword stop verifydata version'
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
complete -c mox -n "__mox_at 'serve'" -l log-format -d 'how lines of the log look' -x -a 'logfmt json'
complete -c mox -n "__mox_at 'serve'" -l loglevel -d 'instead of log-level of mox.toml' -x -a 'error warn info debug trace traceauth tracedata'
complete -c mox -n "__mox_at 'verifydata'" -a '(__fish_complete_directories)'
