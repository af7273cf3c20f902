import { ServerConnection } from '@jupyterlab/services';
import { CwlTools, NO_CWL } from '../cwl';
import { hasCode } from '../problem';

/** Node's Request refuses the AbortSignal of jsdom. */
class FakeRequest {
  readonly headers: Headers;
  constructor(readonly url: string, readonly init: RequestInit) {
    this.headers = new Headers(init.headers);
  }
}

function setUp(answer: (url: string) => Response | Promise<Response>) {
  const calls: { method: string | undefined; url: string; body: unknown }[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/u/s/',
    Request: FakeRequest as unknown as typeof Request,
    fetch: (async ({ url, init }: FakeRequest) => {
      calls.push({ method: init.method, url: url.replace('http://localhost/user/u/s/datalabs/cwl/', '').replace(/[?&]\d+$/, ''), body: init.body });
      return answer(url);
    }) as unknown as typeof fetch
  });
  return { tools: new CwlTools(settings), calls };
}

const json = (status: number, body: unknown): Response => ({ ok: status < 400, status, json: async () => JSON.parse(JSON.stringify(body)) as unknown }) as Response;

describe('CwlTools', () => {
  it('asks for verdicts, runs and parts of a log', async () => {
    const { tools, calls } = setUp(url => json(200, url.includes('/runs') ? { runs: [{ id: 'ab' }] } : { verdict: 'valid' }));
    expect((await tools.validate({ path: 'a b.cwl', text: 'x' })).verdict).toBe('valid');
    expect(await tools.runs()).toEqual([{ id: 'ab' }]);
    await tools.start({ path: 'a.cwl', inputs: { n: 1 } });
    await tools.run('ab', { offset: 12 });
    await tools.cancel('ab');
    expect(calls.map(({ method, url }) => [method, url])).toEqual([
      ['POST', 'validate'], ['GET', 'runs'], ['POST', 'runs'], ['GET', 'runs/ab?offset=12'], ['DELETE', 'runs/ab']
    ]);
    expect(calls[0]!.body).toBe('{"path":"a b.cwl","text":"x"}');
  });

  it('tells a server without CWL tools from a run that is gone', async () => {
    const html = { ok: false, status: 404, json: async () => JSON.parse('<html>') as unknown } as Response;
    expect(hasCode(await setUp(() => html).tools.runs().catch(e => e), NO_CWL)).toBe(true);
    const gone = { type: 'urn:datalabs:problem:not-found', status: 404, detail: 'There is no such test run.' };
    expect(hasCode(await setUp(() => json(404, gone)).tools.run('ab').catch(e => e), 'not-found')).toBe(true);
  });

  it('says when nobody answers', async () => {
    const error = await setUp(() => Promise.reject(new TypeError('failed'))).tools.prepare().catch(e => e);
    expect(hasCode(error, 'session-unreachable')).toBe(true);
  });
});
