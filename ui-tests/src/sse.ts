export interface ServerEvent {
  event: string;
  data: string;
}

/** Events of a text/event-stream answer, until it ends or the signal aborts. */
export async function* serverEvents(response: Response): AsyncGenerator<ServerEvent> {
  if (!response.ok || !response.body) {
    throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  }
  const decoder = new TextDecoder();
  let pending = '';
  // Node's streams are iterable; the browser's types, which the page code needs, do not say so.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    pending += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n');
    for (let end = pending.indexOf('\n\n'); end >= 0; end = pending.indexOf('\n\n')) {
      const lines = pending.slice(0, end).split('\n');
      pending = pending.slice(end + 2);
      const field = (name: string): string[] =>
        lines.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1).replace(/^ /, ''));
      const data = field('data');
      if (data.length > 0) {
        yield { event: field('event')[0] ?? 'message', data: data.join('\n') };
      }
    }
  }
}
