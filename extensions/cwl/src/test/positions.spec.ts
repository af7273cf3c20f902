import type { Edit } from '../edits/kinds.js';
import { positionsOf } from '../positions.js';
import { applied, BLOCK, change, edited, LISTS, openText, PACKED, STYLES } from './edits-documents.js';

const SET: Edit = { kind: 'set-positions', steps: { align: { x: 400, y: -20.5 } }, inputs: { reads: { x: 0, y: 10 } }, outputs: { bam: { x: 900, y: 0 } } };
const CLEAR: Edit = { kind: 'clear-positions' };
const placesOf = (text: string) => Object.fromEntries(positionsOf(openText(text).processes[0]));

describe('positions in the document', () => {
  it('are fields of the nodes, in their style, with the namespace declared', () => {
    expect(change(BLOCK, SET)).toEqual([
      '+$namespaces:', '+  sbg: https://sevenbridges.com', '-  reads: File   # of one sample', '+  reads:   # of one sample', '+    type: File', '+    sbg:x: 0', '+    sbg:y: 10',
      '+    sbg:x: 900', '+    sbg:y: 0', '+    sbg:x: 400', '+    sbg:y: -20.5'
    ]);
  });

  it.each(Object.entries({ BLOCK, LISTS, PACKED, ...STYLES }))('are read where they were written, and leave no trace: %s', (_, text) => {
    const written = edited(text, SET);
    expect(placesOf(written)).toEqual({ 'step:align': { x: 400, y: -20.5 }, 'input:reads': { x: 0, y: 10 }, 'output:bam': { x: 900, y: 0 } });
    expect(openText(written).check().filter(({ severity }) => severity === 'error')).toEqual(openText(text).check().filter(({ severity }) => severity === 'error').map(problem => expect.objectContaining({ code: problem.code, message: problem.message })));
    expect(applied(written, SET)).toEqual({ ok: true, changes: [] });
    expect(placesOf(edited(written, CLEAR))).toEqual({});
    expect(edited(text, SET, CLEAR)).not.toContain('sbg');
  });

  it('give the bytes back where nothing was short', () => {
    const set: Edit = { kind: 'set-positions', steps: { align: { x: 1, y: 2 }, stats: { x: 3, y: 4 } } };
    for (const text of [BLOCK, LISTS, PACKED, STYLES['CR LF']]) {
      expect(edited(text, set, CLEAR)).toBe(text);
    }
  });

  it('leave what else is in the namespace', () => {
    const text = BLOCK.replace('class: Workflow\n', 'class: Workflow\n$namespaces: {sbg: "https://sevenbridges.com", s: "http://schema.org/"}\nsbg:license: BSD\n');
    expect(change(text, SET).some(line => line.includes('namespaces'))).toBe(false);
    expect(edited(text, { kind: 'set-positions', steps: { align: { x: 1, y: 2 } } }, CLEAR)).toBe(text);
    const alone = text.replace('sbg:license: BSD\n', '');
    expect(edited(alone, { kind: 'set-positions', steps: { align: { x: 1, y: 2 } } }, CLEAR)).toContain('$namespaces: {s: "http://schema.org/"}');
  });

  it('go by the prefix that the document has, and by none that means something else', () => {
    const other = BLOCK.replace('class: Workflow\n', 'class: Workflow\n$namespaces: {seven: "https://www.sevenbridges.com/"}\n');
    expect(edited(other, SET)).toContain('seven:x: 400');
    expect(placesOf(edited(other, SET))['step:align']).toEqual({ x: 400, y: -20.5 });
    const taken = BLOCK.replace('class: Workflow\n', 'class: Workflow\n$namespaces: {sbg: "https://example.org/"}\nsbg:x: 1\n');
    expect(applied(taken, SET)).toMatchObject({ ok: false, code: 'taken-prefix' });
    expect(placesOf(taken)).toEqual({});
  });

  it('are numbers, or nothing', () => {
    const text = (x: string): string => `cwlVersion: v1.0\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps:\n  a:\n    run: a.cwl\n    in: {}\n    out: []\n    sbg:x: ${x}\n    sbg:y: 1\n`;
    expect(placesOf(text('"12.5"'))).toEqual({ 'step:a': { x: 12.5, y: 1 } });
    for (const x of ['.nan', '.inf', '1e300', 'far', '""', '[1]', 'null']) {
      expect(placesOf(text(x))).toEqual({});
    }
    expect(applied(BLOCK, { kind: 'set-positions', steps: { align: { x: NaN, y: 0 } } })).toMatchObject({ ok: false });
    expect(applied(BLOCK, { kind: 'set-positions', steps: { none: { x: 0, y: 0 } } })).toMatchObject({ ok: false, code: 'unknown-step' });
  });
});
