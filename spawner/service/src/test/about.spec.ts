import { aboutHub } from '../about.js';
import { TestClock } from './http/harness.js';

const FOUND = [{ name: 'Node', found: '24.1.0', mend: '' }];

function make() {
  const clock = new TestClock();
  const parts = { versions: async () => FOUND, check: async () => ({ ok: true, problems: [], warnings: ['slow'] }) };
  const about = aboutHub({
    engine: { name: 'local', check: () => parts.check() }, routes: { address: { host: '127.0.0.1', port: 1 }, warning: null }, versions: () => parts.versions(), maxStarting: 4, clock
  });
  return { clock, parts, about };
}

it('says what could not be found out, lets nothing of it end the hub, and looks again the next time', async () => {
  const { clock, parts, about } = make();
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  try {
    let checked = (_: Awaited<ReturnType<typeof parts.check>>): void => undefined;
    parts.check = () => new Promise(resolve => (checked = resolve));
    parts.versions = () => Promise.reject(new Error('half a file'));
    const first = about();
    // It fails while the machine is still looked at.
    await new Promise(resolve => setImmediate(resolve));
    checked({ ok: true, problems: [], warnings: ['slow'] });
    expect(await first).toMatchObject({ versions: [], warnings: ['slow', 'The versions of the software could not be read: half a file'] });
    expect(unhandled).toEqual([]);
    parts.versions = async () => FOUND;
    expect(await about()).toMatchObject({ versions: [{ name: 'Node', version: '24.1.0' }], warnings: ['slow'] });
    clock.advance(60_000);
    parts.check = () => Promise.reject(new Error('no bwrap'));
    expect((await about()).warnings).toEqual(['This machine could not be checked: no bwrap']);
    parts.check = async () => ({ ok: true, problems: [], warnings: [] });
    expect((await about()).warnings).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});

it('reads the versions once and looks at the machine once a minute, for all who ask', async () => {
  const { clock, parts, about } = make();
  const asked = { versions: 0, check: 0 };
  parts.versions = async () => (asked.versions++, FOUND);
  parts.check = async () => (asked.check++, { ok: true, problems: [], warnings: [] });
  await Promise.all([about(), about()]);
  clock.advance(59_999);
  await about();
  expect(asked).toEqual({ versions: 1, check: 1 });
  clock.advance(1);
  await about();
  expect(asked).toEqual({ versions: 1, check: 2 });
});
