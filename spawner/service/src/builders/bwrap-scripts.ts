/**
 * The shell between the hub and a session, passed as `sh -c <text> <name> <arguments>`: nothing is installed on the host, and arguments never
 * become code. None of it holds a secret (arguments are world-readable).
 */

/** Size of a log file before it becomes `.1`: 2048 reads of at most 4 KiB. A session owns at most two such files. */
const READS = 2048;
const LAST_FD = 7;

/**
 * `launch <log> <end marker> <cgroup.procs>… -- <command>…`; stdin says `go` once the hub has written its record, so that a hub killed before
 * leaves nothing behind (end of file = give up). Limits are joined before anything else runs. The log writer belongs to the session, not to the hub: it goes
 * on when the hub is dead, keeps two bounded files (a warm sandbox learns their name late, from a file beside the end marker), and swallows output when the disk is full rather than stopping the session. Descriptor 7
 * stays open in the log writer only: its end tells the hub that the log is complete. Whatever else the hub inherited from whoever started it is closed, which needs
 * bash: sh knows no descriptor above 9.
 */
export const LAUNCH = `
read -r word || exit 125
[ "$word" = go ] || exit 125
exec </dev/null
for fd in /proc/self/fd/*; do
  fd=\${fd##*/}
  [ "$fd" -le ${LAST_FD} ] || eval "exec $fd>&-"
done
log=$1 end=$2
shift 2
while [ "$1" != -- ]; do echo 0 >"$1" || exit 126; shift; done
shift
mkfifo -m 600 "$end.fifo" || exit 125
(
  exec 3<&- 4<&- 5<&- 6>&-
  umask 077
  trap '' HUP INT TERM
  pump() {
    text=$(LC_ALL=C dd bs=4096 count=${READS} "$@" 2>&1)
    failed=$?
    text=\${text%% records in*}
    reads=$((\${text##*[!0-9+]}))
  }
  while :; do
    pump of="$log" oflag=append conv=notrunc
    if [ $failed != 0 ]; then pump of=/dev/null; fi
    [ "$reads" -lt ${READS} ] && break
    if [ -r "\${end%ended}log" ]; then read -r log <"\${end%ended}log"; fi
    [ $failed = 0 ] && mv -f "$log" "$log.1"
  done
  : >"$end"
) <"$end.fifo" >/dev/null 2>&1 &
exec >"$end.fifo" 2>&1 7>&-
rm -f "$end.fifo"
exec "$@"
`;

/**
 * `stage <directory> <tun or -> <line of a table of mounts>… -- <command>…`, as root in a mount namespace of its own: binds what the session's host uid could not
 * reach (a parent of mode 0700) to a place it can, and volumes. The mounts vanish with the session, and are all made by one program, as each costs a start as much.
 * `tun`: pasta must open /dev/net/tun, which some machines leave to root.
 */
export const STAGE = `
set -e
mkdir -p "$1"
mount -t tmpfs -o mode=0711,size=1m datalabs "$1"
if [ "$2" = tun ]; then
  mknod -m 666 "$1/tun" c 10 200
  mount --bind "$1/tun" /dev/net/tun
fi
table=$1/fstab
shift 2
while [ "$1" != -- ]; do printf '%s\\n' "$1"; shift; done >"$table"
mount -a -T "$table"
shift
exec "$@"
`;

/**
 * Begins a command with the stage. What is staged is private: what the machine mounts below it later would come along, writable in a volume. The rest of the namespace
 * stays a slave of the machine's, so that what is unmounted there is let go of here, too.
 */
export function stage({ directory, tun = false, binds }: { directory: string; tun?: boolean; binds: { source: string; target: string }[] }): string[] {
  const table = binds.map(bind => `${inTable(bind.source)} ${inTable(bind.target)} none rbind,rprivate,X-mount.mkdir 0 0`);
  return ['unshare', '--mount', '--propagation', 'slave', 'sh', '-c', STAGE, 'datalab-stage', directory, tun ? 'tun' : '-', ...table, '--'];
}

const inTable = (path: string): string => path.replace(/[ \t\n\\]/g, char => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);

/** Networks of the site, the machine, its cloud (metadata, Azure's wire server) and of many receivers at once. */
const BLOCKED = [
  '169.254.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '168.63.129.16/32', '198.18.0.0/15', '192.0.0.0/24',
  '224.0.0.0/4', '240.0.0.0/4'
];

/**
 * `egress <directory> <command>…`: a network namespace whose only way out is pasta. pasta is started from outside and joins this very process; its pid
 * file is a FIFO, so that reading it means "ready". The FIFOs lie in the session's directory, gone before its program starts, or with the session when
 * this is killed before. The last process of the session to close descriptor 9 takes pasta along (Debian's was seen spinning after its child was gone).
 *
 * pasta copies the host's routes, and a copied subnet is longer than the blocked networks: so all of them go, are blocked by name, and the way out leads
 * through a next hop that is nobody (RFC 7600's dummy address). A socket bound to the device ignores unreachable routes (the kernel then takes any address for a
 * neighbour), so no neighbour may be found but that hop; pasta takes any hardware address for its own.
 *
 * A machine without a default route (a laptop in the air) gives pasta nothing to lead to: the session then has its loopback alone.
 */
export const EGRESS = `
d=$1/egress
shift
mkdir -m 700 "$d" || exit 125
mkfifo "$d/inside" "$d/ready" "$d/pid" "$d/alive" || exit 125
holder=$$
(
  exec 3<&- 4<&- 5<&- 6>&- </dev/null
  exec 8<"$d/alive"
  read -r word <"$d/inside" || exit 1
  # Opened both ways, so that neither side waits for the other to open it.
  exec 7<>"$d/pid"
  ( pasta -q -f -4 -t none -u none -T none -U none --no-map-gw --config-net --no-dhcp --dns-forward 10.0.2.3 -P "$d/pid" "$holder" 7<&- 8<&-
    if [ -n "$(PATH=$PATH:/usr/sbin:/sbin ip -4 route show default)" ]; then echo failed; else echo offline; fi >&7 ) &
  read -r pid <&7
  exec 6>"$d/ready"
  rm -rf "$d"
  echo "$pid" >&6
  exec 6>&-
  cat <&8 >/dev/null
  case $pid in failed | offline) ;; *) kill -9 "$pid" ;; esac
) &
exec 9>"$d/alive"
exec unshare --user --map-root-user --net sh -c '
d=$1
shift
echo inside >"$d/inside"
read -r pid <"$d/ready"
if [ "$pid" = failed ]; then echo "datalabs: pasta did not start" >&2; exit 125; fi
if [ "$pid" = offline ]; then echo "datalabs: this machine has no network now, so this session has none until it is started again" >&2; fi
set -e
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
routes=$(ip -4 route show)
routers=$(echo "$routes" | sed -n "s/.* via \\([0-9.]*\\).*/\\1/p")
subnets=$(echo "$routes" | sed -n "s/^\\([0-9][0-9./]*\\) .*/\\1/p" | sed "/^0.0.0.0\\/1$/d; /^128.0.0.0\\/1$/d")
default=$(ip -4 route show default)
device=$(printf "%s\\n" "$default" "$routes" | sed -n "s/.* dev \\([^ ]*\\).*/\\1/p" | head -n 1)
if [ -n "$device" ]; then
  ip -4 route flush dev "$device"
  ip -4 route flush table local type broadcast dev "$device"
fi
for net in ${BLOCKED.join(' ')} $subnets $routers; do ip route replace unreachable "$net" metric 1; done
if [ -n "$device" ]; then
  hop=192.0.0.8
  ip neigh replace "$hop" lladdr 02:00:00:00:00:01 dev "$device" nud permanent
  ip ntable change name arp_cache dev "$device" mcast_probes 0 app_probes 0
  ip route replace 10.0.2.3/32 via "$hop" dev "$device" onlink metric 0
  [ -z "$default" ] || ip route replace default via "$hop" dev "$device" onlink
fi
exec "$@"' egress "$d" "$@"
`;

/**
 * `start <command>…`, inside the sandbox: the way back to the hub (its API is reached over HTTP on loopback), then the session's program. socat
 * is handed to pid 1, so that the program has no child it does not know.
 */
export const START = `
if command -v socat >/dev/null; then
  ( socat TCP-LISTEN:8081,bind=127.0.0.1,fork,reuseaddr UNIX-CONNECT:/run/datalabs/hub/hub.sock </dev/null & )
fi
exec "$@"
`;
