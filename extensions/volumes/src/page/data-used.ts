import type { Volume } from '@jupyter-datalabs/hub-client';
import { readable, sessionPath } from '../paths';
import { exactTime } from '../words';

/** What a *Data used* cell says of a volume. */
export type IDataUsed = Pick<Volume, 'name' | 'title' | 'mission' | 'release' | 'licence' | 'simulated'> & { citation?: string };

/** The text of an archive is no Markdown: what would be read as such is escaped. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/[\\`*_{}[\]<>#|~$!&]/g, '\\$&');
}

/** In backticks, more of them than the text has in a row. */
function code(text: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const pad = /^`|`$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A Markdown cell that says which data a notebook has used, so that somebody else can find it again. */
export function dataUsedCell(volume: IDataUsed, path: string, now: Date): string {
  const lines: [string, string | undefined][] = [
    ['Volume', `${plain(volume.title)} (${code(volume.name)}), ${plain(volume.mission)}`],
    ['Release', volume.release && plain(volume.release)],
    ['Path', code(readable(sessionPath(volume.name, path)))],
    ['Date', exactTime(now.getTime(), 16)],
    ['Licence', volume.licence && plain(volume.licence)],
    ['Citation', volume.citation && citationText(volume.citation)]
  ];
  return [
    '### Data used',
    '',
    ...(volume.simulated ? ['**Simulated data: nothing of it was observed.**', ''] : []),
    ...lines.filter(([, value]) => value).map(([key, value]) => `- ${key}: ${value}`),
    ...bibtexBlock(volume.citation)
  ].join('\n');
}

/** A citation as people give it: a sentence, a BibTeX entry, or one after the other. */
export function splitCitation(citation: string): { text: string; bibtex: string | null } {
  const start = citation.search(/^\s*@[a-z]+\s*\{/im);
  return start < 0
    ? { text: citation.trim(), bibtex: null }
    : { text: citation.slice(0, start).trim(), bibtex: citation.slice(start).trim() };
}

function citationText(citation: string): string {
  const { text, bibtex } = splitCitation(citation);
  return text ? plain(text) : bibtex ? 'see below' : '';
}

function bibtexBlock(citation: string | undefined): string[] {
  const bibtex = citation ? splitCitation(citation).bibtex : null;
  return bibtex ? ['', '```bibtex', bibtex, '```'] : [];
}
