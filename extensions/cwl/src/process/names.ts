/** Ids and what refers to them, as Schema Salad 1.2 has it (sections "Identifier resolution" and "Link resolution"). */
import type { ILink } from './model.js';
import { isAbsolute, resolveFile, splitUri } from './uri.js';

/** Where an id is written: what is around it, as its own absolute id. */
export interface IScope {
  /** URI of the text, or its `$base`. */
  readonly base: string;
  /** Ids around it, with `/` between; `''` at the top of a text. */
  readonly fragment: string;
  readonly namespaces: ReadonlyMap<string, string>;
  /** In steps of draft-2 the parts of an id may be joined by `.`. */
  readonly dotted: boolean;
}

const keyOf = (base: string, file: string, fragment: string): string => (file === base ? fragment : `${file}#${fragment}`);
const join = (outer: string, inner: string): string => (outer === '' ? inner : `${outer}/${inner}`);

/** With a prefix of `$namespaces` written out. */
export function expandPrefix(text: string, namespaces: ReadonlyMap<string, string>): string {
  const colon = text.indexOf(':');
  const space = colon > 0 ? namespaces.get(text.slice(0, colon)) : undefined;
  return space === undefined ? text : space + text.slice(colon + 1);
}

/**
 * The absolute id that a text means where it does not depend on what is around it; null for `reads` or `align/bam`. Of ids in
 * its own text it is the fragment alone.
 */
function absolute(text: string, scope: IScope): string | null {
  const written = expandPrefix(text, scope.namespaces);
  if (written.startsWith('#')) {
    return written.slice(1);
  }
  const [file, fragment] = splitUri(written);
  if (fragment === null) {
    return isAbsolute(written) ? `${written}#` : null;
  }
  return keyOf(scope.base, resolveFile(scope.base, file), fragment);
}

/** An id as it is written at `scope`: absolute, and short, without what is around it. */
export function readId(text: string, scope: IScope): { key: string; id: string } {
  const key = absolute(text, scope);
  if (key === null) {
    return { key: join(scope.fragment, text), id: text };
  }
  for (const between of scope.dotted ? ['/', '.'] : ['/']) {
    if (scope.fragment !== '' && key.startsWith(scope.fragment + between)) {
      return { key, id: key.slice(scope.fragment.length + 1) };
    }
  }
  const hash = text.indexOf('#');
  return { key, id: hash < 0 ? text : text.slice(hash + 1).replace(/^.*\/(?=.)/s, '') };
}

/** As what is around it is part of every id, it has to end somewhere; that of a process sooner, so that its steps are kept apart. */
const MAX_STEP = 1_000;
const MAX_PROCESS = 500;
const MAX_LEVELS = 32;

export const withinStep = (scope: IScope, key: string): IScope => ({ ...scope, fragment: key.slice(0, MAX_STEP) });
export const withinProcess = (scope: IScope, key: string): IScope => ({ ...scope, dotted: false, fragment: key.slice(0, MAX_PROCESS) });

/** What the sources in a workflow can name: its inputs, and the outputs of its steps. */
export class LinkTargets {
  private readonly byKey = new Map<string, ILink['to']>();

  /** Of two with the same id the first is the one that is meant. */
  add(key: string, to: ILink['to']): void {
    if (!this.byKey.has(key)) {
      this.byKey.set(key, to);
    }
  }

  /** A name without `#` is looked for at the workflow, then further and further out. */
  find(text: string, workflow: IScope): ILink['to'] {
    const key = absolute(text, workflow);
    if (key !== null) {
      return this.byKey.get(key) ?? { kind: 'unknown' };
    }
    for (let outer = workflow.fragment, depth = 0; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('/'))), depth++) {
      const to = this.byKey.get(join(outer, text));
      if (to !== undefined || outer === '' || depth > MAX_LEVELS) {
        return to ?? { kind: 'unknown' };
      }
    }
  }
}
