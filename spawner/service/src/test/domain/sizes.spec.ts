import { amountText, sizeText } from '../../domain/sizes.js';

it('says what was measured to a few digits, and what was asked for as it was said', () => {
  const sizes = [0, 1000, 1023.9 * 1024, 5 * 2 ** 20, 1.5 * 2 ** 30, 150 * 2 ** 30, 5000 * 2 ** 40];
  expect(sizes.map(sizeText)).toEqual(['0 B', '1000 B', '1.0 MiB', '5.0 MiB', '1.5 GiB', '150 GiB', '5000 TiB']);
  expect([0, 6 * 2 ** 30, 1.25 * 2 ** 30, 512 * 2 ** 20].map(amountText)).toEqual(['0 B', '6 GiB', '1.25 GiB', '512 MiB']);
});
