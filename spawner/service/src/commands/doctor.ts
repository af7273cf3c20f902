import { DomainError } from '../domain/errors.js';
import type { Outcome } from './people.js';
import { printable } from './table.js';

export type Verdict = 'ok' | 'note' | 'bad';

/** One thing that was looked at. */
export interface Finding {
  area: string;
  verdict: Verdict;
  /** What was found, half a sentence. */
  found: string;
  /** How to mend it; of what is well, nothing. */
  mend?: string;
}

export type Check = () => Promise<Finding[]> | Finding[];

const MARKS: Record<Verdict, string> = { ok: '✓', note: '!', bad: '✗' };

/** Runs every check to its end: one that fails by itself is a finding too. */
export async function doctor(checks: Record<string, Check>): Promise<Outcome> {
  const findings = (await Promise.all(Object.entries(checks).map(async ([area, check]): Promise<Finding[]> => {
    try {
      return await check();
    } catch (error) {
      if (error instanceof DomainError) {
        const { action, log } = error.details;
        return [{ area, verdict: 'bad', found: error.message, mend: log ? `Mend ${log.join('; ')}` : action }];
      }
      return [{ area, verdict: 'bad', found: `could not be looked at: ${error instanceof Error ? error.message : String(error)}`, mend: 'Run it as the user the hub runs as.' }];
    }
  }))).flat();
  const width = Math.max(...findings.map(({ area }) => area.length));
  const lines = findings.flatMap(({ area, verdict, found, mend }) => [
    `${MARKS[verdict]} ${area.padEnd(width)}  ${printable(found)}`,
    ...(mend ? [`  ${' '.repeat(width)}  → ${printable(mend)}`] : [])
  ]);
  const bad = findings.filter(({ verdict }) => verdict === 'bad').length;
  const notes = findings.filter(({ verdict }) => verdict === 'note').length;
  const many = (n: number, one: string, more: string): string => (n === 1 ? one : `${n} ${more}`);
  lines.push('', bad > 0 ? `${many(bad, 'One thing keeps', 'things keep')} this hub from working well.` : notes > 0 ? `The hub can work; ${many(notes, 'one thing could', 'things could')} be better.` : 'All is well.');
  return { lines, json: { ok: bad === 0, findings }, code: bad > 0 ? 1 : 0 };
}
