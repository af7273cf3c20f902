import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('../../../seccomp', import.meta.url));
const committed = readdirSync(directory).filter(file => file.endsWith('.bpf'));

it('has two filters for each architecture', () => {
  expect(committed.sort()).toEqual(['calls-aarch64.bpf', 'calls-x86_64.bpf', 'terminal-aarch64.bpf', 'terminal-x86_64.bpf']);
});

it('has the filters that its policy gives', () => {
  const fresh = mkdtempSync('/tmp/datalabs-seccomp-');
  try {
    execFileSync('/usr/bin/python3', [join(directory, 'policy.py'), fresh]);
    for (const file of committed) expect(readFileSync(join(fresh, file)).equals(readFileSync(join(directory, file)))).toBe(true);
  } finally {
    rmSync(fresh, { recursive: true });
  }
});
