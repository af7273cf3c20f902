import { stage } from './bwrap-scripts.js';
import { INSIDE_UID } from './bwrap.js';

/** Where a room sees the folder it is about. */
const FILES = '/files';

/**
 * `list <most>` and `remove`: the path, relative to the folder, comes on stdin, as names are any bytes. The whole world of these scripts is one folder of one user, entered
 * with that user's rights: a directory exchanged for a link meanwhile leads to nothing that could be read or removed. A link on the way is refused: it could lead back to what
 * may not be removed.
 */
const ENTER = `
LC_ALL=C
IFS= read -r -d '' path || exit 3
cd ${FILES} || exit 3
`;
export const LIST = `${ENTER}
if [ -n "$path" ]; then cd -P -- "./$path" && [ "$PWD" = "${FILES}/$path" ] || exit 3; fi
du -0xaB1 --max-depth=1 . 2>/dev/null | sort -zrn -S 16M | head -z -n "$1" | while IFS= read -r -d '' line; do
  name=\${line#*$'\\t./'}
  [ "$name" != "$line" ] || continue
  kind=f
  if [ -d "$name" ] && [ ! -L "$name" ]; then kind=d; fi
  printf '%s %s %s\\0' "$kind" "\${line%%$'\\t'*}" "$name"
done
`;
export const REMOVE = `${ENTER}
name=$path
case $path in */*)
  name=\${path##*/}
  cd -P -- "./\${path%/*}" && [ "$PWD" = "${FILES}/\${path%/*}" ] || exit 3;;
esac
rm -rf --one-file-system -- "./$name" 2>/dev/null
if [ -e "./$name" ] || [ -L "./$name" ]; then
  chmod -R u+rwx -- "./$name" 2>/dev/null
  rm -rf --one-file-system -- "./$name"
fi
`;

export interface RoomPlan {
  /** Path that the dropped uid can reach. */
  source: string;
  dropTo: { uid: number; gid: number } | null;
  staging: { directory: string; binds: { source: string; target: string }[] } | null;
  systemLinks: { path: string; target: string }[];
  systemPaths: string[];
  script: string;
  arguments: string[];
}

/** A sandbox around one folder and the system's own tools: no network, no other process, no other file. */
export function buildRoomCommand(plan: RoomPlan): string[] {
  const command = ['nice', '-n', '10'];
  if (plan.staging) command.push(...stage(plan.staging));
  if (plan.dropTo) {
    command.push('setpriv', '--reuid', String(plan.dropTo.uid), '--regid', String(plan.dropTo.gid), '--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--');
  }
  // Unlike a session it ends with the hub.
  command.push('bwrap', '--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--uid', String(INSIDE_UID), '--gid', String(INSIDE_UID));
  command.push('--setenv', 'PATH', '/usr/bin:/bin', '--ro-bind', '/usr', '/usr');
  for (const link of plan.systemLinks) command.push('--symlink', link.target, link.path);
  for (const path of plan.systemPaths) command.push('--ro-bind', path, path);
  command.push('--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--bind', plan.source, FILES, '--remount-ro', '/', '--chdir', '/');
  return [...command, '--', 'bash', '--norc', '-c', plan.script, 'room', ...plan.arguments];
}
