import { execFile } from 'node:child_process';

export interface Ran {
  code: number | null;
  output: string;
}

/** Runs a short program to its end; never rejects. A missing program has code 127. */
export function run(command: string, args: string[], timeoutMs = 10_000): Promise<Ran> {
  return new Promise(resolve => {
    execFile(command, args, { timeout: timeoutMs, env: toolEnvironment() }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : error.code === 'ENOENT' ? 127 : null;
      resolve({ code, output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** For the launcher and its tools: the hub's own environment may hold secrets. */
export function toolEnvironment(path?: string): NodeJS.ProcessEnv {
  return { PATH: path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
}
