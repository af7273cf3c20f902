import type { Readable } from 'node:stream';

const LIMIT = 8192;

/** The last few kilobytes of a program's output, as whole lines where possible. */
export class LogTail {
  follow(stream: Readable): void {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.add(text));
  }

  add(text: string): void {
    this.held = (this.held + text).slice(-2 * LIMIT);
  }

  clear(): void {
    this.held = '';
  }

  get text(): string {
    if (this.held.length <= LIMIT) {
      return this.held;
    }
    const cut = this.held.slice(-LIMIT);
    return cut.slice(cut.indexOf('\n') + 1);
  }

  private held = '';
}
