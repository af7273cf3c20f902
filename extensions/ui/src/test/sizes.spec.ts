import { sizeText } from '../sizes';

it('writes sizes with few digits', () => {
  expect([0, 1023, 1023.9 * 1024, 1.5 * 2 ** 20, 150 * 2 ** 30].map(sizeText)).toEqual(['0 B', '1023 B', '1.0 MiB', '1.5 MiB', '150 GiB']);
});
