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
            case --dir --ip --port-base --ports
                set skip 1
                continue
            case '-*'
                continue
        end
        set -l longer (string trim -- "$entry $word")
        if contains -- $longer 'help' 'localserve' 'message' 'message parse' 'verifydata' 'version'
            set entry $longer
        end
    end
    test "$entry" = "$argv[1]"
end

complete -c mox -f
complete -c mox -l help -d 'show the help of the command'
complete -c mox -n "__mox_at ''" -a help -d 'explain a command'
complete -c mox -n "__mox_at ''" -a localserve -d 'run a mail server to try, for this machine only'
complete -c mox -n "__mox_at ''" -a message -d 'look at messages'
complete -c mox -n "__mox_at ''" -a verifydata -d 'prove that stored mail is intact'
complete -c mox -n "__mox_at ''" -a version -d 'print the version'
complete -c mox -n "__mox_at 'help'" -a 'help localserve message verifydata version'
complete -c mox -n "__mox_at 'localserve'" -l dir -d 'the folder to use' -x -a '(__fish_complete_directories)'
complete -c mox -n "__mox_at 'localserve'" -l ip -d 'listen on this address instead of 127.0.0.1 and ::1; for a new folder only' -x
complete -c mox -n "__mox_at 'localserve'" -l initonly -d 'make the folder and exit'
complete -c mox -n "__mox_at 'localserve'" -l port-base -d 'add N to the standard ports' -x
complete -c mox -n "__mox_at 'localserve'" -l ports -d 'the standard ports plus the base, or any that are free' -x -a 'standard free'
complete -c mox -n "__mox_at 'localserve'" -l in-memory -d 'keep everything in memory; it is gone at exit'
complete -c mox -n "__mox_at 'localserve'" -l json -d 'print user, password, folder and ports as one JSON object'
complete -c mox -n "__mox_at 'message'" -a parse -d 'show what is in a message'
complete -c mox -n "__mox_at 'message parse'" -l smtputf8 -d 'after the object, print a line that says whether the message needs SMTPUTF8'
complete -c mox -n "__mox_at 'message parse'" -F
complete -c mox -n "__mox_at 'verifydata'" -a '(__fish_complete_directories)'
