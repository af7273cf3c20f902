import { spawn } from 'node:child_process';
import { access, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildRoomCommand, LIST, REMOVE } from '../../builders/room.js';
import type { HomeFile, HomeFiles, HomeRoom } from '../../ports/home-files.js';
import { removeTree } from './files.js';
import { Staging } from './prepare.js';
import { toolEnvironment } from './process.js';
import { describeSystem } from './system.js';
import { UidMap } from './uids.js';

/** Milliseconds that a look at what there is, one at a directory, and a removal may take in all. */
const LOOK_MS = 10_000;
const LIST_MS = 30_000;
const REMOVE_MS = 600_000;
/** Bytes of an answer: names are at most 255 each. */
const MOST_OUTPUT = 2 ** 20;
const MOST_COMPLAINT = 2 ** 14;
/** `<blocks> <free blocks> <bytes of one> <path>`. One process, which a disk that does not answer holds instead of the hub. */
const LOOK = `exec stat --file-system --printf '%b %a %S %n\\0' -- "$1" "$2" "$3" "$4" "$3"/* "$3"/.reset/*`;

/** Folders on this machine's disks. Everything that walks is a process of its own: a million files hold up nothing here. */
export class LocalHomeFiles implements HomeFiles {
  private readonly uids: UidMap | null;

  constructor({ stateDir }: { stateDir: string }) {
    this.uids = process.getuid?.() === 0 ? new UidMap(stateDir) : null;
  }

  async sizes(sources: string[]): Promise<Map<string, number>> {
    if (sources.length === 0) return new Map();
    // 1: part of it vanished meanwhile or is closed. Anything else, or a folder without a size, and what it counted is too little.
    const { code, output } = await tool(['nice', '-n', '19', 'du', '-0sxB1', '--', ...sources], Buffer.alloc(0), REMOVE_MS);
    const sizes = new Map<string, number>();
    for (const line of output.toString().split('\0')) {
      const tab = line.indexOf('\t');
      if (tab > 0) sizes.set(line.slice(tab + 1), Number(line.slice(0, tab)));
    }
    if ((code !== 0 && code !== 1) || sources.some(source => !sizes.has(source))) throw new Error(`du measured ${sizes.size} of ${sources.length} folders, and ended with ${code}`);
    return sizes;
  }

  async look({ home, workspace }: { home: string; workspace: string }): Promise<Map<string, { total: number; free: number } | null>> {
    const { code, output, complaint } = await tool(['sh', '-c', LOOK, 'look', dirname(home), dirname(workspace), home, workspace], Buffer.alloc(0), LOOK_MS);
    const failures = complaint.split('\n').filter(line => line !== '' && !/: (?:No such file or directory|Not a directory)$/.test(line));
    if ((code !== 0 && code !== 1) || failures.length > 0) throw new Error(`stat ended with ${code}: ${failures.join('; ')}`);
    const found = new Map<string, { total: number; free: number } | null>();
    for (const [, blocks, free, size, path] of output.toString().matchAll(/(\d+) (\d+) (\d+) ([^\0]+)\0/g)) {
      found.set(path!, Number(blocks) === 0 ? null : { total: Number(blocks) * Number(size), free: Number(free) * Number(size) });
    }
    return found;
  }

  async move(from: string, to: string): Promise<boolean> {
    if (!(await exists(from))) return false;
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await rename(from, to);
    return true;
  }

  async largest(room: HomeRoom, path: Buffer, most: number): Promise<HomeFile[] | null> {
    // One more: the directory itself stands among them.
    const { code, output } = await this.inRoom(room, LIST, [String(most + 1)], path, LIST_MS);
    return code === 0 ? parse(output).slice(0, most) : null;
  }

  async remove(room: HomeRoom, path: Buffer): Promise<boolean> {
    return (await this.inRoom(room, REMOVE, [], path, REMOVE_MS)).code === 0;
  }

  async removeRoom({ source }: HomeRoom): Promise<boolean> {
    await removeTree(source);
    return !(await exists(source));
  }

  private inRoom({ owner, source }: HomeRoom, script: string, args: string[], path: Buffer, timeoutMs: number): Promise<Ran> {
    const uid = this.uids?.uidOf(owner) ?? null;
    const staging = new Staging(uid);
    const reached = staging.place(source);
    const system = describeSystem();
    const command = buildRoomCommand({
      source: reached,
      dropTo: uid === null ? null : { uid, gid: uid },
      staging: staging.result('none'),
      systemLinks: system.links,
      systemPaths: system.paths.filter(name => !name.startsWith('/etc/') && !name.startsWith('/var/')),
      script,
      arguments: args
    });
    return tool(command, Buffer.concat([path, Buffer.from([0])]), timeoutMs);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false);
}

interface Ran {
  code: number | null;
  output: Buffer;
  complaint: string;
}

/** Runs a tool to its end, or to the end of its time; never rejects. */
function tool(command: string[], input: Buffer, timeoutMs: number): Promise<Ran> {
  return new Promise(resolve => {
    const [program, ...args] = command as [string, ...string[]];
    const child = spawn(program, args, { cwd: '/', env: toolEnvironment(), stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    const chunks: Buffer[] = [];
    let length = 0;
    let complaint = '';
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_OUTPUT) chunks.push(chunk);
      else child.kill('SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (complaint.length < MOST_COMPLAINT) complaint += text;
    });
    child.once('error', () => resolve({ code: 127, output: Buffer.alloc(0), complaint: '' }));
    child.once('close', code => resolve({ code, output: Buffer.concat(chunks), complaint }));
    child.stdin.end(input);
  });
}

/** `<kind> <bytes> <name>`, each ended by a NUL. */
function parse(output: Buffer): HomeFile[] {
  const files: HomeFile[] = [];
  for (let from = 0; from < output.length; ) {
    const end = output.indexOf(0, from);
    const space = output.indexOf(0x20, from + 2);
    if (end < 0 || space < 0 || space > end) break;
    files.push({ isDirectory: output[from] === 0x64, bytes: Number(output.subarray(from + 2, space).toString()), name: Buffer.from(output.subarray(space + 1, end)) });
    from = end + 1;
  }
  return files;
}
