/** How many letters differ, swapped neighbours as one; more than `most` as `most + 1`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) {
    return most + 1;
  }
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j], before[j - 2] + 1);
      }
    }
    before = row;
    row = next;
  }
  return row[b.length];
}

const simple = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, '');

/** The name that was probably meant; null where none is close. */
export function nearest(name: string, names: Iterable<string>): string | null {
  // Nobody mistypes a name of this length, and it would take long to compare.
  if (name.length > 80) {
    return null;
  }
  const most = Math.min(2, Math.floor(name.length / 3));
  let best: string | null = null;
  let least = most + 1;
  for (const other of names) {
    const apart = simple(name) === simple(other) ? 0 : distance(name, other, most);
    if (apart < least) {
      best = other;
      least = apart;
    }
  }
  return best;
}
