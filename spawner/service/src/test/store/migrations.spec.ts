import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { inspectStore } from '../../store/backup.js';
import { openStore } from '../../store/index.js';
import { migrationProvider } from '../../store/kysely/migrations/index.js';
import { openSqlite } from '../../store/kysely/sqlite.js';

const DUMPS = fileURLToPath(new URL('dumps/', import.meta.url));

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dl-migrations-'));
  file = path.join(folder, 'hub.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

function load(dump: string): void {
  const db = new DatabaseSync(file);
  db.exec(readFileSync(path.join(DUMPS, dump), 'utf8'));
  db.close();
}

/** Tables and columns, however they came about. */
function schemaOf(database: string): unknown {
  const db = new DatabaseSync(database, { readOnly: true });
  const tables = db.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name").all() as { name: string }[];
  const indices = db.prepare("select name from sqlite_master where type = 'index' and name not like 'sqlite_%' order by name").all();
  const result = { tables: tables.map(({ name }) => [name, (db.prepare(`select name, type, "notnull" from pragma_table_info(?) order by name`).all(name)).map(column => ({ ...column }))]), indices: indices.map(index => ({ ...index })) };
  db.close();
  return result;
}

it.each(readdirSync(DUMPS).filter(name => name.endsWith('.sql')))('brings the store of dump %s up to date, and loses nothing', async dump => {
  load(dump);
  const store = await openStore({ file });
  expect(await store.users.list()).toEqual(expect.arrayContaining([
    expect.objectContaining({ name: 'alice', role: 'admin', created: 1767225600000, lastActivity: 1767225660000 }), expect.objectContaining({ name: 'Bob', role: 'user' }), expect.objectContaining({ name: 'bob', role: 'user' })
  ]));
  expect((await store.tokens.list('alice')).map(({ id, kind, note, scopes }) => [id, kind, note, scopes])).toEqual([
    ['t1', 'api', 'for scripts', ['inherit']], ['t2', 'server', '', ['users:activity!server=alice/topcat']], ['t3', 'oauth', "it's a browser", []]
  ]);
  expect(await store.webSessions.findByHash('d'.repeat(64))).toMatchObject({ owner: 'alice', sessionId: 'web1' });
  expect(await store.codes.findByHash('e'.repeat(64))).toMatchObject({ redirectUri: '/user/alice/oauth_callback', codeChallengeMethod: 'S256' });
  expect(await store.sessions.list()).toMatchObject([
    { name: '', startId: 's1', options: { datalab: 'jupyterlab' }, lastActivity: 1767225650000, failure: null },
    { name: 'topcat', startId: 's2', failure: { code: 'crashed', message: 'It ended; "x"', log: ['ä'] } }
  ]);
  await store.close();
  const known = Object.keys(await migrationProvider.getMigrations());
  expect(await inspectStore(file)).toMatchObject({ schema: known.at(-1), users: 3, sessions: 2 });
});

it('keeps groups, shares, identities, accounts, invitations and timelines of dump 0004.sql', async () => {
  load('0004.sql');
  const store = await openStore({ file });
  expect(await store.users.get('alice')).toMatchObject({ displayName: 'Alice Ä.', email: 'alice@example.org' });
  expect(await store.groups.members('euclid')).toEqual(['alice', 'bob']);
  expect((await store.shares.list({ owner: 'alice' })).map(({ server, kind, grantee }) => [server, kind, grantee])).toEqual(
    expect.arrayContaining([['topcat', 'user', 'bob'], ['', 'group', 'euclid']])
  );
  expect(await store.shares.findCode('f'.repeat(64))).toMatchObject({ id: 'c1', used: 2 });
  expect(await store.identities.find('https://idp.example.org', 's-bob')).toMatchObject({ user: 'bob', refreshToken: 'sealed-refresh', checked: 1767225700000 });
  expect(await store.accounts.get('alice')).toMatchObject({ password: '$scrypt$ln=15,r=8,p=1$c2FsdA$aGFzaA' });
  expect(await store.invitations.find('9'.repeat(64))).toMatchObject({ user: 'carol', role: 'author' });
  expect(await store.timelines.list({ owner: 'alice', limit: 5 })).toMatchObject([{ startId: 's2', warm: true, ended: 1767225609000, reason: { code: 'crashed' } }]);
  await store.close();
});

it('has the same tables by every way: from an old dump, from each version in turn, and anew', async () => {
  const fresh = path.join(folder, 'fresh.sqlite');
  await (await openStore({ file: fresh })).close();
  const wanted = schemaOf(fresh);
  load('0001.sql');
  await (await openStore({ file })).close();
  expect(schemaOf(file)).toEqual(wanted);
  for (const name of Object.keys(await migrationProvider.getMigrations())) {
    const older = path.join(folder, `${name}.sqlite`);
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openSqlite(older) }) });
    expect((await new Migrator({ db, provider: migrationProvider }).migrateTo(name)).error).toBeUndefined();
    await db.destroy();
    await (await openStore({ file: older })).close();
    expect(schemaOf(older)).toEqual(wanted);
  }
});

it('refuses a store that a newer hub has written, with a sentence, and leaves it as it is', async () => {
  await (await openStore({ file })).close();
  const db = new DatabaseSync(file);
  db.exec("insert into kysely_migration values ('9999-from-the-future', '2030-01-01T00:00:00.000Z')");
  db.close();
  await expect(openStore({ file })).rejects.toMatchObject({ details: { action: expect.stringContaining('newer version of the hub') } });
  await expect(inspectStore(file)).rejects.toThrow('was written by a newer version of the hub: this one does not know its change "9999-from-the-future".');
});
