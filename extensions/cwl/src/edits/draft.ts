import { aliasesTo } from '../text/tree.js';
import type { Op, Written } from '../text/change.js';
import type { ISource, Json, Path, YamlNode } from '../text/node.js';
import { pathOf, readJson } from '../text/value.js';
import type { IProcess } from '../process/model.js';

/** Why an edit cannot be made. Thrown within this folder alone; `toOps` hands it on as a result. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

export function refuse(code: string, message: string): never {
  throw new Refusal(code, message);
}

/** Last part of a URI, for sentences. */
const fileName = (uri: string): string => uri.replace(/#.*$/, '').replace(/^.*\/(?=.)/, '');

const keyOf = (path: Path): string => JSON.stringify(path);

/** A requirement that has to be there after the edit. */
interface INeed {
  process: IProcess;
  class: string;
}

/** What one edit does, as it is put together. */
export class Draft {
  readonly notes = new Set<string>();
  /** Looked at when all else is known, as several may be the first in a place. */
  readonly needs: INeed[] = [];
  private readonly done: Op[][] = [];
  private readonly moves = new Map<string, { to: Path }>();
  private ops: Op[] = [];

  constructor(readonly source: ISource, readonly processes: readonly IProcess[]) {}

  /** Where a node is in the text; refused for what lies in another file, and for what is in several places at once. */
  place(node: YamlNode): Path {
    if (node.source !== this.source) {
      const file = fileName(node.source.uri);
      refuse('in-other-file', `This is written in ${file}. Open ${file} to change it there.`);
    }
    for (let at: YamlNode | null = node; at; at = at.parent) {
      if (at.anchor !== null && aliasesTo(at).length > 0) {
        refuse('shared-by-anchor', `This is used in several places, as *${at.anchor}. Write it out where it is to differ, or change it in the text.`);
      }
    }
    return pathOf(node);
  }

  set(path: Path, value: Written, after?: string | null): void {
    this.ops.push(after === undefined ? { op: 'set', path: this.now(path), value } : { op: 'set', path: this.now(path), value, after });
  }

  remove(path: Path): void {
    this.ops.push({ op: 'remove', path: this.now(path) });
  }

  rename(path: Path, key: string): void {
    this.ops.push({ op: 'rename', path: this.now(path), key });
  }

  insert(path: Path, index: number, value: Written): void {
    this.ops.push({ op: 'insert', path: this.now(path), index, value });
  }

  /** What an earlier batch has copied is meant from now on where the nodes say that it was. */
  moved(from: Path, to: Path): void {
    this.moves.set(keyOf(from), { to });
  }

  private now(path: Path): Path {
    for (let length = path.length; length > 0 && this.moves.size > 0; length--) {
      const move = this.moves.get(keyOf(path.slice(0, length)));
      if (move) {
        return [...move.to, ...path.slice(length)];
      }
    }
    return path;
  }

  /** What comes now names places of the text as it is after what came before. */
  nextBatch(): void {
    const removed = new Set(this.ops.flatMap(op => (op.op === 'remove' ? [keyOf(op.path)] : [])));
    const seen = new Set<string>();
    const ops = this.ops.filter(op => {
      // What is removed as a whole is not changed as well; of the same change twice one is enough.
      const isGone = removed.size > 0 && op.path.some((_, length) => removed.has(keyOf(op.path.slice(0, length))));
      const key = op.op === 'insert' ? null : keyOf([op.op, ...op.path]);
      if (isGone || (key !== null && seen.has(key))) {
        return false;
      }
      if (key !== null) {
        seen.add(key);
      }
      return true;
    });
    if (ops.length > 0) {
      this.done.push(ops);
    }
    this.ops = [];
  }

  finish(): Op[][] {
    this.nextBatch();
    return this.done;
  }
}

/** What a node means, all of it: a value that is written must not be a part of what was meant. */
export function meaningOf(node: YamlNode): Json {
  const { value, complete } = readJson(node);
  return complete ? value : refuse('too-large', 'With its aliases written out this is too large. Change it in the text.');
}

/** An object of CWL, with whatever keys. */
export type Fields = { [key: string]: Json };

export const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that are there, in their order. */
export const fieldsOf = (fields: { [key: string]: Json | undefined }): Fields =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, Json] => field[1] !== undefined));

export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) {
    return true;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (!isFields(one) || !isFields(other)) {
    return false;
  }
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every(key => Object.hasOwn(other, key) && same(one[key], other[key]));
}
