const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes that were measured as people read them, in the units that limits are given in. */
export function sizeText(bytes: number): string {
  const { value, unit } = scaled(bytes);
  return `${unit === 'B' || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

/** Bytes that somebody asked for or allowed: as exact as they were said, as sentences compare them. */
export function amountText(bytes: number): string {
  const { value, unit } = scaled(bytes);
  return `${Math.round(value * 100) / 100} ${unit}`;
}

function scaled(bytes: number): { value: number; unit: (typeof UNITS)[number] } {
  let value = bytes;
  let power = 0;
  // What would be rounded to 1024 of a unit is one of the next.
  while (value >= 1023.5 && power < UNITS.length - 1) {
    value /= 1024;
    power++;
  }
  return { value, unit: UNITS[power]! };
}
