import { request as httpRequest } from 'node:http';

export interface Page {
  status: number;
  url: string;
  location: string | null;
  headers: Headers;
  text: string;
}

/** A browser as far as logging in needs one: cookies by origin and path, redirects, forms. */
export class Browser {
  private readonly jar = new Map<string, { value: string; path: string }>();

  /** Cookies of an origin, by name. */
  cookies(origin: string): Record<string, string> {
    return Object.fromEntries([...this.jar].filter(([key]) => key.startsWith(`${origin} `)).map(([key, { value }]) => [key.split(' ')[1]!, value]));
  }

  async get(url: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.send(url, 'GET', undefined, headers);
  }

  async post(url: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    return this.send(url, 'POST', new URLSearchParams(form).toString(), { 'content-type': 'application/x-www-form-urlencoded', ...headers });
  }

  /** Follows redirects until a page, or until `stop` says so of the next address. */
  async follow(url: string, stop: (next: URL) => boolean = () => false): Promise<Page> {
    let page = await this.get(url);
    for (let hop = 0; page.location !== null && hop < 12; hop++) {
      const next = new URL(page.location, page.url);
      if (stop(next)) {
        return page;
      }
      page = await this.get(next.href);
    }
    return page;
  }

  private send(address: string, method: string, body: string | undefined, headers: Record<string, string>): Promise<Page> {
    const url = new URL(address);
    // Cookies do not tell ports apart in a browser; here they do, so that a mistake in one site's cookies shows.
    const cookie = [...this.jar].filter(([key, { path }]) => key.startsWith(`${url.origin} `) && url.pathname.startsWith(path)).map(([key, { value }]) => `${key.split(' ')[1]}=${value}`);
    const sent = { accept: 'text/html', ...(cookie.length ? { cookie: cookie.join('; ') } : {}), ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) };
    return new Promise((resolve, reject) => {
      const request = httpRequest(url, { method, headers: sent, agent: false }, message => {
        for (const line of message.headers['set-cookie'] ?? []) {
          this.keep(url, line);
        }
        let text = '';
        message.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).once('end', () =>
          resolve({ status: message.statusCode!, url: address, location: message.headers.location ?? null, headers: new Headers(message.headers as Record<string, string>), text })
        );
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  private keep(url: URL, line: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/';
    const expires = /;\s*expires=([^;]+)/i.exec(line)?.[1];
    if (value === '' || (expires !== undefined && Date.parse(expires) < 1_000_000_000_000)) {
      this.jar.delete(`${url.origin} ${name}`);
    } else {
      this.jar.set(`${url.origin} ${name}`, { value: value!, path });
    }
  }
}

/** The hidden fields of the page's form. */
export function hidden(page: Page): Record<string, string> {
  const fields = [...page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name, value]) => [name!, value!]));
}
