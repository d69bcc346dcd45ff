# awk -v license=LICENSE -f licenses.awk licenses.tsv
#
# Writes what `mox licenses` prints, a C++ string literal for each line: our own license, the table of libraries,
# and the license texts that stand on this machine as Debian's packages have them.

BEGIN { FS = "\t" }

function say(line) {
  gsub(/[\001-\010\013-\037]/, "", line)
  gsub(/\\/, "&&", line)
  gsub(/"/, "\\\"", line)
  printf "\"%s\",\n", line
}

# The lines of `file`, or from the one that begins like `from`, blanks aside, to the next empty one.
function copy(file, from,    line, shown, count) {
  shown = from == ""
  while ((getline line < file) > 0) {
    ++count
    if (!shown && index(line, from) == 2) shown = 1
    else if (shown && from != "" && line == "") break
    if (shown) say(line)
  }
  close(file)
  if (!count) say("(Not on the machine that built this: see " file " of Debian 12.)")
}

/^#/ || !NF { next }

{
  ++rows
  name[rows] = $1; license_of[rows] = $2; how[rows] = $3; shared[rows] = $4; package[rows] = $5; from[rows] = $6
}

END {
  say("mox")
  say("")
  copy(license, "")
  say("")
  say("mox uses these libraries:")
  say("")
  for (row = 1; row <= rows; ++row) {
    say(name[row] ": " license_of[row])
    say("    " how[row] (shared[row] == "" ? "" : ": " shared[row]))
  }
  for (row = 1; row <= rows; ++row) {
    if (package[row] == "") continue
    say("")
    say("---- " name[row] " ----")
    say("")
    copy("/usr/share/doc/" package[row] "/copyright", from[row])
  }
}
