/**
 * Runs in a process of its own, which holds nothing but questions. Of each volume only a few at once, so that one that hangs leaves threads to the others.
 * A name that is no UTF-8 comes as Python writes it: each of its bytes as a lone surrogate. Root could see more than sessions, whose ids are nobody's: it looks at the modes.
 */
import { readlink, realpath, stat } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { createContext, Script } from 'node:vm';

const isRoot = process.getuid() === 0;
const AT_ONCE = 12;
const bytes = text => Buffer.concat(text.split(/([\udc80-\udcff])/u).map(part => /^[\udc80-\udcff]$/u.test(part) ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part)));
/** As the kernel. */
const MOST_LINKS = 40;
const target = place => new Promise((done, fail) => readlink(Buffer.from(place, 'latin1'), 'buffer', (error, to) => (!error ? done(to.toString('latin1')) : error.code === 'EINVAL' ? done(null) : fail(error))));
/**
 * The places that lead from one name to another, those of links and those that ".." leaves: a session that lacks one of them cannot go this way, whatever lies at its end.
 * Null where it leaves the volume. Names are their bytes.
 */
async function walk(root, source, path) {
  const via = [];
  const at = [];
  const todo = path.split('/').reverse();
  for (let links = 0; todo.length > 0;) {
    const name = todo.pop();
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.length === 0) return null;
      via.push(at.join('/'));
      at.pop();
      continue;
    }
    at.push(name);
    const to = await target(root + '/' + at.join('/'));
    if (to === null) continue;
    if (++links > MOST_LINKS) return null;
    via.push(at.join('/'));
    at.pop();
    if (to.startsWith('/')) {
      const base = [root, source].find(one => to === one || to.startsWith(one + '/'));
      if (base === undefined) return null;
      at.length = 0;
      todo.push(...to.slice(base.length).split('/').reverse());
    } else {
      todo.push(...to.split('/').reverse());
    }
  }
  return [at.join('/'), ...via];
}
const real = path => new Promise(done => realpath.native(path, 'buffer', (error, found) => done(error ? null : found)));
async function look(source, paths) {
  const root = await real(bytes(source + '/.'));
  if (!root) return null;
  const inside = root.equals(Buffer.from('/')) ? root : Buffer.concat([root, Buffer.from('/')]);
  const found = new Array(paths.length).fill(null);
  const open = new Map();
  const isOpen = folder => {
    if (!open.has(folder)) open.set(folder, new Promise(done => stat(Buffer.from(folder, 'latin1'), (error, about) => done(!error && (about.mode & 1) === 1))));
    return open.get(folder);
  };
  const isSeen = async path => {
    if (!isRoot) return true;
    const folders = path.toString('latin1').split('/').slice(0, -1);
    for (let depth = root.toString('latin1').split('/').length; depth <= folders.length; depth++) {
      if (!(await isOpen(folders.slice(0, depth).join('/') || '/'))) return false;
    }
    return true;
  };
  let next = 0;
  const work = async () => {
    while (next < paths.length) {
      const at = next++;
      const asked = bytes(paths[at]);
      const path = await real(bytes(source + '/' + paths[at]));
      if (path === null) continue;
      if (path.equals(root) ? asked.length === 0 : path.equals(Buffer.concat([inside, asked]))) {
        if (await isSeen(path)) found[at] = [paths[at]];
        continue;
      }
      if (!path.equals(root) && !path.subarray(0, inside.length).equals(inside)) continue;
      const base = inside.toString('latin1').slice(0, -1);
      const way = await walk(base, bytes(source).toString('latin1'), asked.toString('latin1')).catch(() => null);
      if (way === null) continue;
      const places = way.map(place => Buffer.from(place, 'latin1'));
      const seen = await Promise.all(places.map(place => isSeen(Buffer.concat([inside, place]))));
      if (seen.every(Boolean)) found[at] = places.map(place => place.toString());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}
/** Of one name: so many are read, and so many of what may be seen are answered. */
const READ = 200;
const HITS = 16;
function isAllowed(parts, path) {
  let best = parts[0];
  for (const part of parts) {
    if (part.prefix.length > best.prefix.length && (path === part.prefix || path.startsWith(part.prefix + '/'))) best = part;
  }
  return best.allowed;
}
function names({ file, source, parts, wanted }) {
  let db;
  try {
    db = new DatabaseSync(file, { readOnly: true });
    const about = db.prepare('select source, at, complete from about').get();
    if (about?.source !== source) return null;
    const find = db.prepare('select folder.path from name join folder on folder.id = name.folder where name.name = ? order by folder.path limit ' + READ);
    const hits = wanted.map(name => find.all(name).map(({ path }) => path === '' ? name : path + '/' + name).filter(path => isAllowed(parts, path)).slice(0, HITS));
    return { at: about.at, complete: about.complete === 1, hits };
  } catch {
    return null;
  } finally {
    db?.close();
  }
}
/** Time for one pattern and so many addresses, and for all patterns: the machine's clock, so a process that others keep from its processor needs room. */
const longestMs = urls => Math.ceil(200 + urls / 5);
const ALL_MS = 3000;
const place = {};
const context = createContext(place);
const script = new Script('work()');
const compiled = new Map();
/** Of each pattern [index of the address, path, name] where it fits, or "slow": some take for ever on some text. */
function match({ patterns, urls }) {
  const end = performance.now() + ALL_MS;
  return patterns.map(pattern => {
    const left = Math.min(longestMs(urls.length), Math.floor(end - performance.now()));
    if (left <= 0) return 'slow';
    if (!compiled.has(pattern)) compiled.set(pattern, new RegExp(pattern));
    const found = [];
    place.work = () => urls.forEach((url, index) => {
      const groups = compiled.get(pattern).exec(url)?.groups;
      if (groups) found.push([index, groups.path, groups.name]);
    });
    try {
      script.runInContext(context, { timeout: left });
      return found;
    } catch {
      return 'slow';
    }
  });
}
process.on('message', async ({ id, look: places, names: index, match: addresses }) => {
  if (index) return process.send({ id, answer: names(index) });
  if (addresses) return process.send({ id, answer: match(addresses) });
  process.send({ id, answer: await look(places.source, places.paths) });
});
process.on('disconnect', () => process.exit());
