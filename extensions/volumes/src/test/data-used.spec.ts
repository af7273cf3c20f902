import { dataUsedCell, splitCitation } from '../page/data-used';

const volume = {
  name: 'euclid_q1',
  title: 'Euclid *Q1*',
  mission: 'Euclid',
  release: 'Q1 R1',
  licence: 'CC BY 4.0',
  simulated: true,
  citation: 'Aussel et al. 2025 [Q1]\n\n@article{aussel,\n  title = {Q1}\n}'
};
const now = new Date('2026-11-21T23:59:30Z');

describe('the "Data used" cell', () => {
  it('says what somebody else needs to find the data again', () => {
    expect(dataUsedCell(volume, 'Q1_R1/a`b\n.fits', now)).toBe(
      [
        '### Data used',
        '',
        '**Simulated data: nothing of it was observed.**',
        '',
        '- Volume: Euclid \\*Q1\\* (`euclid_q1`), Euclid',
        '- Release: Q1 R1',
        '- Path: ``/data/euclid_q1/Q1_R1/a`b\\n.fits``',
        '- Date: 2026-11-21 23:59 UTC',
        '- Licence: CC BY 4.0',
        '- Citation: Aussel et al. 2025 \\[Q1\\]',
        '',
        '```bibtex',
        '@article{aussel,',
        '  title = {Q1}',
        '}',
        '```'
      ].join('\n')
    );
  });

  it('leaves out what the archive does not tell', () => {
    const { release: _release, citation: _citation, ...plain } = volume;
    const cell = dataUsedCell({ ...plain, simulated: false, licence: '' }, '', now);
    expect(cell).not.toMatch(/Release|Citation|Licence|Simulated|undefined/);
    expect(cell).toContain('`/data/euclid_q1`');
  });
});

it.each([
  ['A sentence.', { text: 'A sentence.', bibtex: null }],
  ['@misc{a, title={b}}', { text: '', bibtex: '@misc{a, title={b}}' }],
  ['mail me@archive.org', { text: 'mail me@archive.org', bibtex: null }]
])('of the citation %j the text and the BibTeX are told apart', (citation, parts) => {
  expect(splitCitation(citation)).toEqual(parts);
});
