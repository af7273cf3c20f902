import type { ISource, YamlNode } from '../text/node.js';
import { stringOf } from '../text/value.js';
import { Follow } from './follow.js';
import { NO_FILES } from './files.js';

const known = new WeakMap<ISource, readonly string[]>();

/** URIs of the files that `$import`, `$include` and `$mixin` name anywhere in a text, whether a view reads that place or not. */
export function references(source: ISource): readonly string[] {
  const before = known.get(source);
  if (before) {
    return before;
  }
  const found = new Set<string>();
  const follow = new Follow(source, NO_FILES);
  const open: YamlNode[] = source.root ? [source.root] : [];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.kind === 'seq') {
      node.items.forEach(item => open.push(item));
    } else if (node.kind === 'map') {
      for (const { key, value } of node.entries) {
        const text = /^(\$import|\$include|\$mixin|@import)$/.test(key) ? stringOf(value) : null;
        if (text === null) {
          open.push(value);
        } else {
          found.add(follow.uriOf(text, source)[0]);
        }
      }
    }
  }
  found.delete(source.uri);
  const uris = [...found];
  known.set(source, uris);
  return uris;
}
