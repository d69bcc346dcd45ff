# Completion of mox for bash. Generated from the list of commands; do not edit.

_mox_reply() {
  if [[ $1 == -o ]]; then
    compopt -o filenames
    shift 2
  fi
  [[ $# -eq 0 ]] || mapfile -t COMPREPLY < <(compgen "$@" -- "$current")
}

_mox() {
  local current=${COMP_WORDS[COMP_CWORD]} entry='' position=0 skip='' word
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ $skip ]]; then
      skip=''
      continue
    fi
    case $word in
      --dir | --ip | --port-base | --ports) skip=1; continue ;;
      -*) continue ;;
    esac
    case "$entry $word" in
      ' help' | ' localserve' | ' message' | ' message parse' | ' verifydata' | ' version') entry="$entry $word" ;;
      *) position=$((position + 1)) ;;
    esac
  done
  case "$entry:${COMP_WORDS[COMP_CWORD-1]}" in
    ' localserve:--dir') _mox_reply -o filenames -d; return ;;
    ' localserve:--ip') _mox_reply ; return ;;
    ' localserve:--port-base') _mox_reply ; return ;;
    ' localserve:--ports') _mox_reply -W 'standard free'; return ;;
    *) ;;
  esac
  case "$entry:$current" in
    '':-*) _mox_reply -W '--help' ;;
    ' help':-*) _mox_reply -W '--help' ;;
    ' localserve':-*) _mox_reply -W '--help --dir --ip --initonly --port-base --ports --in-memory --json' ;;
    ' message':-*) _mox_reply -W '--help' ;;
    ' message parse':-*) _mox_reply -W '--help --smtputf8' ;;
    ' verifydata':-*) _mox_reply -W '--help' ;;
    ' version':-*) _mox_reply -W '--help' ;;
  esac
  [[ $current != -* ]] || return
  case "$entry:$position:$current" in
    '':0:*) _mox_reply -W 'help localserve message verifydata version' ;;
    ' help':*:*) _mox_reply -W 'help localserve message verifydata version' ;;
    ' message':0:*) _mox_reply -W 'parse' ;;
    ' message parse':0:*) _mox_reply -o filenames -f ;;
    ' verifydata':0:*) _mox_reply -o filenames -d ;;
  esac
}

complete -F _mox mox
