import { readFileSync } from 'node:fs';
import { buildOpenApi, createHubClient, DatalabDescriptor, HubError, memoryBytes, RESOLVE_BYTES, RESOLVE_COLUMNS, RESOLVE_LIMIT, routePath } from '../index.js';

it('has a committed openapi.json that is current (npm run openapi writes it)', () => {
  const committed: unknown = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
  expect(committed).toEqual(JSON.parse(JSON.stringify(buildOpenApi())));
});

it('knows the same columns of references, and asks as many at once, as the Python package', () => {
  const python = readFileSync(new URL('../../../../extensions/python/jupyter_datalabs/_resolve.py', import.meta.url), 'utf8');
  const columns = /^COLUMNS = \{(.*?)\}/ms.exec(python)![1]!;
  expect([...columns.matchAll(/"(\w+)"/g)].map(([, name]) => name!).sort()).toEqual(Object.values(RESOLVE_COLUMNS).flat().sort());
  expect(Number(/^BATCH\b.*?= ([\d_]+)/m.exec(python)![1]!.replaceAll('_', ''))).toBe(RESOLVE_LIMIT);
  expect(Number(/^BATCH, BYTES = [\d_]+, ([\d_]+)/m.exec(python)![1]!.replaceAll('_', ''))).toBeLessThan(RESOLVE_BYTES - 10_000);
});

it('refers only to schemas it defines', () => {
  const text = JSON.stringify(buildOpenApi());
  const schemas = (buildOpenApi().components as { schemas: object }).schemas;
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(schemas).toHaveProperty(name!);
  }
});

it('puts each parameter into one segment', () => {
  expect(routePath('startSession', { name: 'a/b', server: '../x' })).toBe('/users/a%2Fb/servers/..%2Fx');
});

it('turns refusals into errors with a code, whatever answered', async () => {
  const answer = (status: number, text: string) => createHubClient(async () => ({ status, text: async () => text }), { baseUrl: '/hub/api/' });
  const problem = { type: 'urn:datalabs:problem:forbidden', title: 'x', status: 403, detail: 'No.', code: 'forbidden' };
  await expect(answer(403, JSON.stringify(problem)).getSelf({})).rejects.toMatchObject({ code: 'forbidden', message: 'No.' });
  const error: unknown = await answer(502, '<html>').getSelf({}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HubError);
  expect((error as HubError).code).toBe('hub-unreachable');
});

it('reads a descriptor strictly', () => {
  const minimal = { title: 'T', alternateName: 't', abstract: 'A', contactPoint: { email: 'a@b.org' }, creator: { name: 'N' }, version: '1.0', kind: 'desktop' };
  expect(DatalabDescriptor.parse(minimal)).toMatchObject({ network: 'none', resources: { cpu: 1, memory: '2Gi' }, apps: [] });
  expect(DatalabDescriptor.safeParse({ ...minimal, titel: 'x' }).success).toBe(false);
  expect(DatalabDescriptor.safeParse({ ...minimal, kind: 'headless' }).success).toBe(false);
});

it('reads amounts of memory', () => {
  expect([memoryBytes('512Mi'), memoryBytes('1.5G'), memoryBytes('7')]).toEqual([536870912, 1_500_000_000, 7]);
  expect(() => memoryBytes('lots')).toThrow(RangeError);
});
