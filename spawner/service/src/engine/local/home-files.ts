import { spawn } from 'node:child_process';
import { access, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildRoomCommand, LIST, REMOVE } from '../../builders/room.js';
import type { HomeFile, HomeFiles, HomeRoom } from '../../ports/home-files.js';
import { DiskLooks } from './disk-looks.js';
import { removeTree } from './files.js';
import { Staging } from './prepare.js';
import { toolEnvironment } from './process.js';
import { describeSystem } from './system.js';
import { UidMap } from './uids.js';

/** Milliseconds that a look at a directory, and a removal, may take in all. */
const LIST_MS = 30_000;
const REMOVE_MS = 600_000;
/** Bytes of an answer: names are at most 255 each. */
const MOST_OUTPUT = 2 ** 20;

/** Folders on this machine's disks. Everything that walks is a process of its own: a million files hold up nothing here. */
export class LocalHomeFiles implements HomeFiles {
  private readonly uids: UidMap | null;
  readonly #looks = new DiskLooks();

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

  look({ home, workspace, datalab }: { home: string; workspace: string; datalab?: string }): Promise<Map<string, { total: number; free: number } | null>> {
    return this.#looks.ask(
      datalab === undefined
        ? { chains: [dirname(home), dirname(workspace), home, workspace].map(path => [path]), folders: [home, join(home, '.reset')] }
        : { chains: [[join(home, datalab), home, dirname(home)], [workspace, dirname(workspace)]], folders: [] }
    );
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
}

/** Runs a tool to its end, or to the end of its time; never rejects. */
function tool(command: string[], input: Buffer, timeoutMs: number): Promise<Ran> {
  return new Promise(resolve => {
    const [program, ...args] = command as [string, ...string[]];
    const child = spawn(program, args, { cwd: '/', env: toolEnvironment(), stdio: ['pipe', 'pipe', 'ignore'], timeout: timeoutMs, killSignal: 'SIGKILL' });
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MOST_OUTPUT) chunks.push(chunk);
      else child.kill('SIGKILL');
    });
    child.once('error', () => resolve({ code: 127, output: Buffer.alloc(0) }));
    child.once('close', code => resolve({ code, output: Buffer.concat(chunks) }));
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
