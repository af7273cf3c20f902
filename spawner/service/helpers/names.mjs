/** Walks a volume once and writes which names there are; links to directories are not followed. Arguments: source, file, most names, time. */
import { opendirSync, renameSync, rmSync, statSync } from 'node:fs';
import { setPriority } from 'node:os';
import { DatabaseSync } from 'node:sqlite';

const isRoot = process.getuid() === 0;
const [source, file, most, at] = process.argv.slice(2);
try {
  setPriority(15);
} catch {
  // It goes on as it is.
}
const fresh = file + '.new';
rmSync(fresh, { force: true });
const db = new DatabaseSync(fresh);
db.exec('pragma journal_mode=off; pragma synchronous=off; create table about(source text, at integer, complete integer); create table folder(id integer primary key, path text); create table name(name text, folder integer, primary key(name, folder)) without rowid; begin');
const addFolder = db.prepare('insert into folder(path) values(?)');
const addName = db.prepare('insert or ignore into name values(?, ?)');
let room = Number(most);
const folders = [''];
while (folders.length > 0 && room > 0) {
  const folder = folders.pop();
  let directory;
  // A part that cannot be read has no names to find.
  try {
    if (isRoot && (statSync(source + '/' + folder).mode & 5) !== 5) continue;
    directory = opendirSync(source + '/' + folder, { bufferSize: 512 });
  } catch { continue; }
  let id = null;
  try {
    for (let entry; room > 0 && (entry = directory.readSync()) !== null;) {
      if (entry.name.includes('\ufffd')) continue;
      room--;
      if (entry.isDirectory()) {
        folders.push(folder === '' ? entry.name : folder + '/' + entry.name);
        continue;
      }
      id ??= addFolder.run(folder).lastInsertRowid;
      addName.run(entry.name, id);
    }
  } catch {
    // What was read of it counts.
  } finally {
    directory.closeSync();
  }
}
db.prepare('insert into about values(?, ?, ?)').run(source, Number(at), room > 0 ? 1 : 0);
db.exec('commit');
db.close();
renameSync(fresh, file);
