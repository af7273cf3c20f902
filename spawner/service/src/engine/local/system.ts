import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { INSIDE_HOME, INSIDE_UID } from '../../builders/bwrap.js';

/** Names below /etc that programs in /usr look for. Nothing here tells about the host's people or secrets. */
const ETC = [
  'X11', 'alternatives', 'bash.bashrc', 'ca-certificates', 'ca-certificates.conf', 'debian_version', 'fonts', 'gai.conf', 'glvnd', 'gtk-2.0', 'gtk-3.0', 'host.conf',
  'inputrc', 'ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'localtime', 'magic', 'magic.mime', 'matchbox', 'mime.types', 'os-release', 'perl', 'pki', 'protocols',
  'services', 'ssl/certs', 'ssl/openssl.cnf', 'terminfo', 'tigervnc', 'timezone', 'xdg'
];
const ROOTS = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** What of the host's system, besides /usr, a session sees. */
export function describeSystem(): { links: { path: string; target: string }[]; paths: string[] } {
  const links: { path: string; target: string }[] = [];
  const paths: string[] = [];
  for (const name of ROOTS) {
    const path = `/${name}`;
    if (!existsSync(path)) continue;
    if (lstatSync(path).isSymbolicLink()) links.push({ path, target: readlinkSync(path) });
    else paths.push(path);
  }
  const names = [...ETC, ...readdirSync('/etc').filter(name => /^(java|python3)/.test(name))];
  paths.push(...names.map(name => `/etc/${name}`).filter(path => existsSync(path)));
  // Without it every program with text scans all fonts at its start.
  if (existsSync('/var/cache/fontconfig')) paths.push('/var/cache/fontconfig');
  return { links, paths: paths.sort() };
}

/** The session's own /etc: one user, no other names. */
export function writeEtc(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const files: Record<string, string> = {
    passwd: `datalab:x:${INSIDE_UID}:${INSIDE_UID}:datalab:${INSIDE_HOME}:/bin/bash\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`,
    group: `datalab:x:${INSIDE_UID}:\nnogroup:x:65534:\n`,
    hosts: '127.0.0.1 localhost datalab\n::1 localhost\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
    'resolv.none.conf': '',
    // Answered by pasta, which asks the host's resolver.
    'resolv.egress.conf': 'nameserver 10.0.2.3\n'
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o644);
  }
  chmodSync(directory, 0o755);
}
