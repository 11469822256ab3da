# Sourced by the scripts beside it: steps that show they are alive, and failures that say what to do.
LOG=$(mktemp "${TMPDIR:-/tmp}/farthing-setup.XXXXXX") || { echo "No temporary file can be made: is the disk full?" >&2; exit 1; }
ticker_pid=
trap 'stop_ticker; rm -f "$LOG"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_mb() { df -Pk . | awk 'NR == 2 { print int($4 / 1024) }'; }

tick() { # title: seconds on a terminal, a line a minute elsewhere
  local seconds=0
  while sleep 1; do
    seconds=$((seconds + 1))
    if [ -t 1 ]; then
      printf '\r-> %s ... %s s' "$1" "$seconds"
    elif [ $((seconds % 60)) -eq 0 ]; then
      echo "   still at it after $seconds s"
    fi
  done
}

stop_ticker() {
  [ -n "$ticker_pid" ] || return 0
  kill "$ticker_pid" 2>/dev/null
  wait "$ticker_pid" 2>/dev/null
  ticker_pid=
}

step() { # title, command...: its output is shown only when it fails
  local title=$1 began=$SECONDS code
  shift
  if [ -t 1 ]; then printf -- '-> %s' "$title"; else echo "-> $title"; fi
  tick "$title" &
  ticker_pid=$!
  "$@" >"$LOG" 2>&1 </dev/null
  code=$?
  stop_ticker
  if [ -t 1 ]; then printf '\r-> %s: ' "$title"; else printf '   '; fi
  if [ $code -eq 0 ]; then
    echo "done in $((SECONDS - began)) s"
  else
    echo "failed"
    tail -n 40 "$LOG" >&2
  fi
  return $code
}

give_up() { # what happened, what to do
  echo >&2
  if grep -qiE 'no space left|disk quota|ENOSPC' "$LOG" 2>/dev/null || [ "$(free_mb)" -lt 20 ]; then
    echo "The disk is full ($(free_mb) MB free). Free some space and run the same command again." >&2
  else
    printf '%s\n%s\n' "$1" "$2" >&2
  fi
  exit 1
}

network_hint() {
  echo "The lines above say why. If the network or a proxy was in the way, run the same command again: it goes on where it stopped."
}
