/** Of a name, what the names around it share: the first may give way where there is little room, and of the last all but the extension. */
export interface IShared {
  /** Characters at the beginning; 0 when there is nothing to gain. */
  head: number;
  /** Characters at the end that stay. */
  tail: number;
}

/** Characters at the end of a name that stay, as they tell it apart. */
const TAIL = 10;
/** A shorter beginning is no longer than the dots in its place. */
const SHORTEST = 6;

/** The ones that begin with the same word are compared: beside a product, a README has nothing in common with it. */
const wordOf = (name: string): string => /^[^_\-. ]*/.exec(name)![0];

function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length++;
  }
  return length;
}

function sharedEnd(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.at(-1 - length) === other.at(-1 - length)) {
    length++;
  }
  return length;
}

export const ALONE: IShared = { head: 0, tail: TAIL };

/** By the first word of a name. */
export class SharedParts {
  constructor(names: readonly string[]) {
    const groups = new Map<string, { first: string; start: number; end: number }>();
    for (const name of names) {
      const word = wordOf(name);
      const group = groups.get(word);
      if (!group) {
        groups.set(word, { first: name, start: name.length, end: name.length });
      } else {
        group.start = Math.min(group.start, sharedStart(group.first, name));
        group.end = Math.min(group.end, sharedEnd(group.first, name));
      }
    }
    for (const [word, { first, start, end }] of groups) {
      const isAlone = start === first.length;
      // Words stay whole, and a short one in front of what differs: "NIR-H", "NIR-J".
      const head = isAlone ? 0 : first.slice(0, start).search(/(?:(?<=^|[_\-. ])[^_\-. ]{1,3}[_\-. ])?[^_\-. ]*$/);
      const extension = /\.[^.]{1,5}(?:\.(?:gz|bz2|xz|zip))?$/.exec(first)?.[0].length ?? TAIL;
      this._parts.set(word, { head: head < SHORTEST ? 0 : head, tail: !isAlone && end >= TAIL ? Math.min(TAIL, extension) : TAIL });
    }
  }

  of(name: string): IShared {
    return this._parts.get(wordOf(name)) ?? ALONE;
  }

  private readonly _parts = new Map<string, IShared>();
}
