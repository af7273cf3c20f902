import { request } from 'node:http';

import type { Resolved } from '@jupyter-datalabs/contract';
import type { Question } from '../../services/resolver/resolver.js';
import { archive, VIS, type Archive } from './support.js';
import { startHub, type Harness } from '../http/harness.js';

let at: Archive;
let hub: Harness;
beforeAll(async () => {
  at = await archive();
  const services = [{ name: 'bob', apiToken: 's'.repeat(32), scopes: ['datalabs:read'], url: null }];
  hub = await startHub({ services, prepare: context => void (context.resolver = at.resolver) });
  await hub.identity.users.ensure({ name: 'bob' });
});
afterAll(async () => {
  await hub.close();
  await at.close();
});

async function post(token: string, body: unknown): Promise<{ status: number; body: never }> {
  const response = await hub.fetch('/hub/api/resolve', { method: 'POST', headers: { authorization: `token ${token}` }, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as never };
}

it('answers for whoever asks', async () => {
  const references = ['/data/xmm/own/own.ftz', VIS];
  expect(await post(await hub.token(), { references })).toMatchObject({ status: 200, body: { resolved: [{ exists: false, why: { code: 'not-hosted' } }, { exists: true, mounted: null }] } });
  expect(await post(await hub.token('bob'), { references, session: 'small' })).toMatchObject({ body: { resolved: [{ exists: true, mounted: false }, { exists: true, mounted: true }] } });
});

it('tells a session of what it has and of nothing else, wherever it runs', async () => {
  const references = [VIS, '/data/hub_hstdata_i/i/b4x/04/ib4x04ivq_flt.jpg', '/data/nothing/x'];
  const ask = async (datalab: string): Promise<unknown[]> => {
    const { body } = await post(await hub.identity.issueServerToken({ owner: 'bob', server: 'small', startId: datalab }), { references, session: 'small' });
    return (body as { resolved: Resolved[] }).resolved.map(({ volume, exists, why }) => [volume, exists, why.code, why.message.includes('JupyterLab looks in all')]);
  };
  for (const datalab of ['euclid', 'topcat']) {
    hub.sessions.set({ owner: 'bob', name: 'small', datalab });
    expect(await ask(datalab)).toEqual([['euclid_q1', true, 'ok', false], [null, false, 'not-hosted', true], [null, false, 'not-hosted', true]]);
    hub.sessions.drop('bob', 'small');
  }
  // The browser's own token in JupyterLab, whose Mount button needs the rest.
  expect(await post(await hub.token('bob'), { references, session: 'small' })).toMatchObject({ body: { resolved: [{ why: { code: 'ok' } }, { volume: 'hub_hstdata_i', why: { code: 'not-mounted' } }, {}] } });
});

it('is for users: a service is none, whatever its name', async () => {
  expect(await post('s'.repeat(32), { references: ['/data/xmm/own/own.ftz'] })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

describe('requests made to be expensive', () => {
  const raw = async (body: string, headers = {}): Promise<{ status: number; body: unknown }> => {
    const response = await hub.fetch('/hub/api/resolve', { method: 'POST', headers: { authorization: `token ${await hub.token()}`, ...headers }, body });
    return { status: response.status, body: await response.json() };
  };
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  it.each<[string, string]>([
    ['nested deeply', `{"references":[${deep}]}`],
    ['nested deeply, among many', `{"references":[${'"a",'.repeat(1000)}{"path":${deep}}]}`],
    ['nested deeply in what is closed', `{"references":[{"note":"]]]\\"]","path":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}]}`],
    ['of one row with hundreds of thousands of columns', `{"references":[{${Array.from({ length: 3000 }, (_, index) => `"${index}":0`).join()}}]}`]
  ])('refuses one %s', async (_, body) => {
    expect(await raw(body)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });

  it('takes brackets and colons in texts for what they are', async () => {
    const reference = `/data/euclid_q1/${'[{'.repeat(100)}\\"${':'.repeat(100)}`;
    expect(await raw(`{"references":["${reference}"]}`)).toMatchObject({ status: 200, body: { resolved: [{ input: JSON.parse(`"${reference}"`) as string, why: { code: 'not-there' } }] } });
  });

  it('takes UTF-8 alone', async () => {
    expect(await raw('{"references":[]}', { 'content-type': 'application/json; charset=utf-16le' })).toMatchObject({ status: 400, body: { code: 'bad-request' } });
  });

  it('answers two of one user at a time and others meanwhile, and stops when the one who asked has gone', async () => {
    const begun: Question[] = [];
    const finish: (() => void)[] = [];
    let changed = (): void => undefined;
    const until = async (count: number): Promise<void> => {
      while (begun.length < count) {
        await new Promise<void>(resolve => (changed = resolve));
      }
    };
    const slow = await startHub({
      prepare: context =>
        void (context.resolver = {
          resolve: async question => {
            begun.push(question);
            changed();
            await new Promise<void>(resolve => finish.push(resolve));
            return [];
          }
        })
    });
    await slow.identity.users.ensure({ name: 'bob' });
    const tokens = { alice: await slow.token(), bob: await slow.token('bob') };
    const ask = async (user: keyof typeof tokens = 'alice'): Promise<number> =>
      (await slow.fetch('/hub/api/resolve', { method: 'POST', headers: { authorization: `token ${tokens[user]}` }, body: '{"references":["a"]}' })).status;
    const { port } = new URL(slow.url);
    const leaving = request({ port, method: 'POST', path: '/hub/api/resolve', headers: { authorization: `token ${tokens.alice}` } });
    leaving.on('error', () => undefined);
    leaving.end('{"references":["leaving"]}');
    await until(1);
    const own = [ask(), ask()];
    await until(2);
    const other = ask('bob');
    await until(3);
    expect(begun.map(({ user }) => user)).toEqual(['alice', 'alice', 'bob']);
    leaving.destroy();
    await until(4);
    expect(begun[0]!.signal!.aborted).toBe(true);
    expect(begun[3]).toMatchObject({ user: 'alice', references: ['a'] });
    const more = Array.from({ length: 15 }, () => ask());
    expect(await Promise.race(more)).toBe(429);
    for (let at = 0; at < 18; at++) {
      await until(at + 1);
      finish[at]!();
    }
    expect(await Promise.all([...own, other])).toEqual([200, 200, 200]);
    expect((await Promise.all(more)).filter(status => status === 200)).toHaveLength(14);
    await slow.close();
  });
});

it('takes 10,000 references, and no more', async () => {
  const references = Array.from({ length: 10_000 }, (_, index) => ({ datalabs_path: '/data/euclid_q1/Q1_R1/MER/1/VIS', file_name: VIS, hdu_index: index, note: 'n'.repeat(200) }));
  const { status, body } = await post(await hub.token(), { references });
  expect(status).toBe(200);
  expect((body as { resolved: { hdu: number }[] }).resolved.map(({ hdu }) => hdu)).toEqual(references.map(({ hdu_index: hdu }) => hdu));
  expect(await post(await hub.token(), { references: [...references, 'one more'] })).toMatchObject({ status: 400, body: { code: 'bad-request' } });
});

it('somebody who leaves in the middle of the answer harms nobody', async () => {
  const { port } = new URL(hub.url);
  const body = JSON.stringify({ references: Array.from({ length: 10_000 }, () => ({ datalabs_path: '/data/euclid_q1', file_name: VIS, note: 'n'.repeat(600) })) });
  const token = await hub.token();
  await new Promise<void>(resolve => {
    const sent = request({ port, method: 'POST', path: '/hub/api/resolve', headers: { authorization: `token ${token}`, 'content-length': Buffer.byteLength(body) } }, answer => {
      answer.once('data', () => sent.destroy());
      answer.once('close', resolve);
      answer.on('error', () => undefined);
    });
    sent.on('error', () => undefined);
    sent.end(body);
  });
  expect(await post(token, { references: [VIS] })).toMatchObject({ status: 200, body: { resolved: [{ exists: true }] } });
});

it.each([['no list', {}], ['a list that is none', { references: 'x' }], ['an unknown key', { references: [], sesion: '' }]])('refuses %s', async (_, body) => {
  expect(await post(await hub.token(), body)).toMatchObject({ status: 400, body: { code: 'bad-request' } });
});

it('reads no megabytes for those it does not know', async () => {
  expect(await post('nobody', { references: ['x'] })).toMatchObject({ status: 403, body: { code: 'unauthenticated' } });
  expect(await post('nobody', { references: ['x'.repeat(2 ** 20)] })).toMatchObject({ status: 413 });
});

it('refuses a request that is too long', async () => {
  expect(await post(await hub.token(), { references: ['x'.repeat(9 * 2 ** 20)] })).toMatchObject({ status: 413, body: { code: 'too-large' } });
});
