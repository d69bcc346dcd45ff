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
      --allowmsgfrom | --config | --dir | --expires | --ip | --limit | --listmembers | --log-format | --loglevel | --port-base | --ports | --postpublic | --scope | --user) skip=1; continue ;;
      -*) continue ;;
    esac
    case "$entry $word" in
      ' cid' | ' config' | ' config account' | ' config account add' | ' config account addresses' | ' config account disable' | ' config account enable' | ' config account list' | ' config account logins' | ' config account rm' | ' config address' | ' config address account' | ' config address add' | ' config address rm' | ' config alias' | ' config alias add' | ' config alias addaddr' | ' config alias list' | ' config alias print' | ' config alias rm' | ' config alias rmaddr' | ' config alias update' | ' config describe-domains' | ' config describe-sendmail' | ' config describe-static' | ' config domain' | ' config domain add' | ' config domain disable' | ' config domain enable' | ' config domain rm' | ' config example' | ' config password' | ' config password add' | ' config password list' | ' config password rm' | ' config printservice' | ' config test' | ' config tlspubkey' | ' config tlspubkey add' | ' config tlspubkey gen' | ' config tlspubkey get' | ' config tlspubkey list' | ' config tlspubkey rm' | ' deliver' | ' help' | ' licenses' | ' localserve' | ' loglevels' | ' message' | ' message parse' | ' sendmail' | ' serve' | ' setaccountpassword' | ' stop' | ' verifydata' | ' version') entry="$entry $word" ;;
      *) position=$((position + 1)) ;;
    esac
  done
  case "$entry:${COMP_WORDS[COMP_CWORD-1]}" in
    ':--config') _mox_reply -o filenames -f; return ;;
    ' cid:--config') _mox_reply -o filenames -f; return ;;
    ' config:--config') _mox_reply -o filenames -f; return ;;
    ' config account:--config') _mox_reply -o filenames -f; return ;;
    ' config account add:--config') _mox_reply -o filenames -f; return ;;
    ' config account addresses:--config') _mox_reply -o filenames -f; return ;;
    ' config account disable:--config') _mox_reply -o filenames -f; return ;;
    ' config account enable:--config') _mox_reply -o filenames -f; return ;;
    ' config account list:--config') _mox_reply -o filenames -f; return ;;
    ' config account logins:--limit') _mox_reply ; return ;;
    ' config account logins:--config') _mox_reply -o filenames -f; return ;;
    ' config account rm:--config') _mox_reply -o filenames -f; return ;;
    ' config address:--config') _mox_reply -o filenames -f; return ;;
    ' config address account:--config') _mox_reply -o filenames -f; return ;;
    ' config address add:--config') _mox_reply -o filenames -f; return ;;
    ' config address rm:--config') _mox_reply -o filenames -f; return ;;
    ' config alias:--config') _mox_reply -o filenames -f; return ;;
    ' config alias add:--config') _mox_reply -o filenames -f; return ;;
    ' config alias addaddr:--config') _mox_reply -o filenames -f; return ;;
    ' config alias list:--config') _mox_reply -o filenames -f; return ;;
    ' config alias print:--config') _mox_reply -o filenames -f; return ;;
    ' config alias rm:--config') _mox_reply -o filenames -f; return ;;
    ' config alias rmaddr:--config') _mox_reply -o filenames -f; return ;;
    ' config alias update:--postpublic') _mox_reply -W 'true false'; return ;;
    ' config alias update:--listmembers') _mox_reply -W 'true false'; return ;;
    ' config alias update:--allowmsgfrom') _mox_reply -W 'true false'; return ;;
    ' config alias update:--config') _mox_reply -o filenames -f; return ;;
    ' config describe-domains:--config') _mox_reply -o filenames -f; return ;;
    ' config describe-sendmail:--config') _mox_reply -o filenames -f; return ;;
    ' config describe-static:--config') _mox_reply -o filenames -f; return ;;
    ' config domain:--config') _mox_reply -o filenames -f; return ;;
    ' config domain add:--config') _mox_reply -o filenames -f; return ;;
    ' config domain disable:--config') _mox_reply -o filenames -f; return ;;
    ' config domain enable:--config') _mox_reply -o filenames -f; return ;;
    ' config domain rm:--config') _mox_reply -o filenames -f; return ;;
    ' config example:--config') _mox_reply -o filenames -f; return ;;
    ' config password:--config') _mox_reply -o filenames -f; return ;;
    ' config password add:--scope') _mox_reply ; return ;;
    ' config password add:--expires') _mox_reply ; return ;;
    ' config password add:--config') _mox_reply -o filenames -f; return ;;
    ' config password list:--config') _mox_reply -o filenames -f; return ;;
    ' config password rm:--config') _mox_reply -o filenames -f; return ;;
    ' config printservice:--user') _mox_reply ; return ;;
    ' config printservice:--config') _mox_reply -o filenames -f; return ;;
    ' config test:--config') _mox_reply -o filenames -f; return ;;
    ' config tlspubkey:--config') _mox_reply -o filenames -f; return ;;
    ' config tlspubkey add:--config') _mox_reply -o filenames -f; return ;;
    ' config tlspubkey gen:--config') _mox_reply -o filenames -f; return ;;
    ' config tlspubkey get:--config') _mox_reply -o filenames -f; return ;;
    ' config tlspubkey list:--config') _mox_reply -o filenames -f; return ;;
    ' config tlspubkey rm:--config') _mox_reply -o filenames -f; return ;;
    ' deliver:--config') _mox_reply -o filenames -f; return ;;
    ' help:--config') _mox_reply -o filenames -f; return ;;
    ' licenses:--config') _mox_reply -o filenames -f; return ;;
    ' localserve:--dir') _mox_reply -o filenames -d; return ;;
    ' localserve:--ip') _mox_reply ; return ;;
    ' localserve:--port-base') _mox_reply ; return ;;
    ' localserve:--ports') _mox_reply -W 'standard free'; return ;;
    ' localserve:--config') _mox_reply -o filenames -f; return ;;
    ' loglevels:--config') _mox_reply -o filenames -f; return ;;
    ' message:--config') _mox_reply -o filenames -f; return ;;
    ' message parse:--config') _mox_reply -o filenames -f; return ;;
    ' sendmail:--config') _mox_reply -o filenames -f; return ;;
    ' serve:--log-format') _mox_reply -W 'logfmt json'; return ;;
    ' serve:--loglevel') _mox_reply -W 'error warn info debug trace traceauth tracedata'; return ;;
    ' serve:--config') _mox_reply -o filenames -f; return ;;
    ' setaccountpassword:--config') _mox_reply -o filenames -f; return ;;
    ' stop:--config') _mox_reply -o filenames -f; return ;;
    ' verifydata:--config') _mox_reply -o filenames -f; return ;;
    ' version:--config') _mox_reply -o filenames -f; return ;;
    *) ;;
  esac
  case "$entry:$current" in
    '':-*) _mox_reply -W '--help --config' ;;
    ' cid':-*) _mox_reply -W '--help --config' ;;
    ' config':-*) _mox_reply -W '--help --config' ;;
    ' config account':-*) _mox_reply -W '--help --config' ;;
    ' config account add':-*) _mox_reply -W '--help --config' ;;
    ' config account addresses':-*) _mox_reply -W '--help --json --config' ;;
    ' config account disable':-*) _mox_reply -W '--help --config' ;;
    ' config account enable':-*) _mox_reply -W '--help --config' ;;
    ' config account list':-*) _mox_reply -W '--help --json --config' ;;
    ' config account logins':-*) _mox_reply -W '--help --json --limit --config' ;;
    ' config account rm':-*) _mox_reply -W '--help --config' ;;
    ' config address':-*) _mox_reply -W '--help --config' ;;
    ' config address account':-*) _mox_reply -W '--help --config' ;;
    ' config address add':-*) _mox_reply -W '--help --config' ;;
    ' config address rm':-*) _mox_reply -W '--help --config' ;;
    ' config alias':-*) _mox_reply -W '--help --config' ;;
    ' config alias add':-*) _mox_reply -W '--help --config' ;;
    ' config alias addaddr':-*) _mox_reply -W '--help --config' ;;
    ' config alias list':-*) _mox_reply -W '--help --json --config' ;;
    ' config alias print':-*) _mox_reply -W '--help --json --config' ;;
    ' config alias rm':-*) _mox_reply -W '--help --config' ;;
    ' config alias rmaddr':-*) _mox_reply -W '--help --config' ;;
    ' config alias update':-*) _mox_reply -W '--help --postpublic --listmembers --allowmsgfrom --config' ;;
    ' config describe-domains':-*) _mox_reply -W '--help --config' ;;
    ' config describe-sendmail':-*) _mox_reply -W '--help --config' ;;
    ' config describe-static':-*) _mox_reply -W '--help --config' ;;
    ' config domain':-*) _mox_reply -W '--help --config' ;;
    ' config domain add':-*) _mox_reply -W '--help --disabled --config' ;;
    ' config domain disable':-*) _mox_reply -W '--help --config' ;;
    ' config domain enable':-*) _mox_reply -W '--help --config' ;;
    ' config domain rm':-*) _mox_reply -W '--help --config' ;;
    ' config example':-*) _mox_reply -W '--help --config' ;;
    ' config password':-*) _mox_reply -W '--help --config' ;;
    ' config password add':-*) _mox_reply -W '--help --scope --expires --config' ;;
    ' config password list':-*) _mox_reply -W '--help --json --config' ;;
    ' config password rm':-*) _mox_reply -W '--help --config' ;;
    ' config printservice':-*) _mox_reply -W '--help --user --config' ;;
    ' config test':-*) _mox_reply -W '--help --config' ;;
    ' config tlspubkey':-*) _mox_reply -W '--help --config' ;;
    ' config tlspubkey add':-*) _mox_reply -W '--help --no-imap-preauth --config' ;;
    ' config tlspubkey gen':-*) _mox_reply -W '--help --config' ;;
    ' config tlspubkey get':-*) _mox_reply -W '--help --config' ;;
    ' config tlspubkey list':-*) _mox_reply -W '--help --json --config' ;;
    ' config tlspubkey rm':-*) _mox_reply -W '--help --config' ;;
    ' deliver':-*) _mox_reply -W '--help --config' ;;
    ' help':-*) _mox_reply -W '--help --config' ;;
    ' licenses':-*) _mox_reply -W '--help --config' ;;
    ' localserve':-*) _mox_reply -W '--help --dir --ip --initonly --port-base --ports --in-memory --inboxes --json --config' ;;
    ' loglevels':-*) _mox_reply -W '--help --config' ;;
    ' message':-*) _mox_reply -W '--help --config' ;;
    ' message parse':-*) _mox_reply -W '--help --smtputf8 --config' ;;
    ' sendmail':-*) _mox_reply -W '--help --config' ;;
    ' serve':-*) _mox_reply -W '--help --log-format --loglevel --config' ;;
    ' setaccountpassword':-*) _mox_reply -W '--help --config' ;;
    ' stop':-*) _mox_reply -W '--help --config' ;;
    ' verifydata':-*) _mox_reply -W '--help --config' ;;
    ' version':-*) _mox_reply -W '--help --config' ;;
  esac
  [[ $current != -* ]] || return
  case "$entry:$position:$current" in
    '':0:*) _mox_reply -W 'cid config deliver help licenses localserve loglevels message sendmail serve setaccountpassword stop verifydata version' ;;
    ' config':0:*) _mox_reply -W 'account address alias describe-domains describe-sendmail describe-static domain example password printservice test tlspubkey' ;;
    ' config account':0:*) _mox_reply -W 'add addresses disable enable list logins rm' ;;
    ' config address':0:*) _mox_reply -W 'account add rm' ;;
    ' config alias':0:*) _mox_reply -W 'add addaddr list print rm rmaddr update' ;;
    ' config domain':0:*) _mox_reply -W 'add disable enable rm' ;;
    ' config password':0:*) _mox_reply -W 'add list rm' ;;
    ' config tlspubkey':0:*) _mox_reply -W 'add gen get list rm' ;;
    ' config tlspubkey gen':0:*) _mox_reply -o filenames -f ;;
    ' help':*:*) _mox_reply -W 'cid config deliver help licenses localserve loglevels message sendmail serve setaccountpassword stop verifydata version' ;;
    ' message':0:*) _mox_reply -W 'parse' ;;
    ' message parse':0:*) _mox_reply -o filenames -f ;;
    ' verifydata':0:*) _mox_reply -o filenames -d ;;
  esac
}

complete -F _mox mox
