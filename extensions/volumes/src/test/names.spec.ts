import { SharedParts } from '../browser/names';

const END = '_TILE102018211-ED8372_20241018T142710.000000Z_00.00.fits';

/** Of each name: what gives way first, and the end that stays. */
function parts(names: string[]): string[] {
  const shared = new SharedParts(names);
  return names.map(name => `${name.slice(0, shared.of(name).head)}|${name.slice(-shared.of(name).tail)}`);
}

describe('what names share', () => {
  it.each<[string, string[], string[]]>([
    ['a short word stays before what differs', ['H', 'J', 'Y'].map(band => `EUC_MER_BGSUB-MOSAIC-NIR-${band}${END}`), Array(3).fill('EUC_MER_BGSUB-MOSAIC-|.fits')],
    ['a long one does not', ['NIR-H', 'VIS'].map(band => `EUC_MER_BGSUB-MOSAIC-${band}${END}`), Array(2).fill('EUC_MER_BGSUB-MOSAIC-|.fits')],
    ['a word that differs stays whole', ['EUC_SEGMENT_TILE102018211.fits.gz', 'EUC_SEGMENT_TILE102018212.fits.gz'], ['EUC_SEGMENT_|11.fits.gz', 'EUC_SEGMENT_|12.fits.gz']],
    ['others are not compared', [`EUC_SEGMENT_A${END}`, `EUC_SEGMENT_B${END}`, 'README.txt'], ['EUC_SEGMENT_|.fits', 'EUC_SEGMENT_|.fits', '|README.txt']],
    ['one is alone', [`EUC_MER_CAT${END}`], [`|${END.slice(-10)}`]],
    ['little is not taken away', ['a_1', 'a_2'], ['|a_1', '|a_2']]
  ])('%s', (_, names, expected) => expect(parts(names)).toEqual(expected));
});
