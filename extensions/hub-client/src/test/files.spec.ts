import { ServerConnection } from '@jupyterlab/services';
import { VolumeFiles } from '../files';
import { hasCode, isProblemError } from '../problem';

/** Node's Request refuses the AbortSignal of jsdom. */
class FakeRequest {
  readonly headers: Headers;
  constructor(readonly url: string, readonly init: RequestInit) {
    this.headers = new Headers(init.headers);
  }
}

function setUp(answer: (path: string, body: unknown) => Response | Promise<Response>) {
  const calls: { url: string; text: string; signal: AbortSignal | null | undefined }[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/user/u/s/',
    Request: FakeRequest as unknown as typeof Request,
    fetch: (async (request: FakeRequest) => {
      const text = String(request.init.body);
      calls.push({ url: request.url.split('?')[0], text, signal: request.init.signal });
      return answer(request.url, JSON.parse(text));
    }) as unknown as typeof fetch
  });
  return { files: new VolumeFiles(settings), calls };
}

const json = (status: number, body: unknown): Response =>
  ({ ok: status < 400, status, json: async () => JSON.parse(JSON.stringify(body)) as unknown }) as Response;

describe('VolumeFiles', () => {
  it('sends names that are not UTF-8 back as they came', async () => {
    const name = 'bad\udcff.fits';
    const it = setUp(() => json(200, { entries: [{ name, type: 'file', size: 1, modified: 2 }] }));
    const [entry] = await it.files.stat('euclid', [name]);
    expect(entry.name).toBe(name);
    expect(it.calls[0].url).toBe('http://localhost/user/u/s/datalabs/volumes/stat');
    // A lone surrogate cannot be written as UTF-8, only escaped.
    expect(it.calls[0].text).toContain('bad\\udcff.fits');
  });

  it('rejects with the problem of the server', async () => {
    const problem = { type: 'urn:datalabs:problem:index-gone', code: 'index-gone', status: 410, detail: 'Gone.', action: 'Ask again.' };
    const error = await setUp(() => json(410, problem)).files.list({ volume: 'v', path: '', index: 'x' }).catch(e => e);
    expect(hasCode(error, 'index-gone')).toBe(true);
    expect(error.problem).toMatchObject({ status: 410, action: 'Ask again.' });
  });

  it('says who answered what is no problem, and who did not answer', async () => {
    const odd = await setUp(() => json(500, null)).files.text({ volume: 'v', path: 'a' }).catch(e => e);
    expect(odd.problem.detail).toBe('The session answered with status 500.');
    const none = await setUp(() => Promise.reject(new TypeError('failed'))).files.job('1').catch(e => e);
    expect(isProblemError(none) && none.problem.code).toBe('session-unreachable');
  });

  it('gives a request up', async () => {
    const abort = new AbortController();
    const it = setUp(() => new Promise((_, fail) => abort.signal.addEventListener('abort', () => fail(new DOMException('', 'AbortError')))));
    const asked = it.files.list({ volume: 'v', path: '' }, { signal: abort.signal }).catch(e => e);
    abort.abort();
    expect(hasCode(await asked, 'cancelled')).toBe(true);
    expect(it.calls[0].signal).toBe(abort.signal);
  });

  it('rejects with a problem, too, when an answer breaks off or is none', async () => {
    const broken = (read: () => Promise<unknown>): Response => ({ ok: true, status: 200, headers: new Headers(), json: read, blob: read, text: read }) as unknown as Response;
    const off = await setUp(() => broken(async () => Promise.reject(new TypeError('network error')))).files.job('1').catch(e => e);
    expect(hasCode(off, 'session-unreachable')).toBe(true);
    const html = await setUp(() => broken(async () => JSON.parse('<html>') as unknown)).files.job('1').catch(e => e);
    expect(isProblemError(html) && html.problem).toMatchObject({ code: 'bad-answer', status: 200, detail: 'The answer of the session cannot be read.' });
    const picture = await setUp(() => broken(async () => new Blob())).files.image({ volume: 'v', path: 'a' }).catch(e => e);
    expect(hasCode(picture, 'bad-answer')).toBe(true);
    const abort = new AbortController();
    const given = setUp(() => broken(async () => {
      abort.abort();
      throw new DOMException('', 'AbortError');
    })).files.list({ volume: 'v', path: '' }, { signal: abort.signal }).catch(e => e);
    expect(hasCode(await given, 'cancelled')).toBe(true);
  });

  it('reads a picture and what is said about it', async () => {
    const info = { shape: [4000, 3000], low: 0.5, high: 12, step: 4 };
    const png = new Blob(['png']);
    const it = setUp(() => ({ ok: true, status: 200, headers: new Headers({ 'X-Datalabs-Image': JSON.stringify(info) }), blob: async () => png }) as Response);
    expect(await it.files.image({ volume: 'v', path: 'a.fits', hdu: 1 })).toEqual({ png, info });
  });
});
