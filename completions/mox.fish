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
            case '-*'
                continue
        end
        set -l longer (string trim -- "$entry $word")
        if contains -- $longer 'help' 'version'
            set entry $longer
        end
    end
    test "$entry" = "$argv[1]"
end

complete -c mox -f
complete -c mox -l help -d 'show the help of the command'
complete -c mox -n "__mox_at ''" -a help -d 'explain a command'
complete -c mox -n "__mox_at ''" -a version -d 'print the version'
complete -c mox -n "__mox_at 'help'" -a 'help version'
