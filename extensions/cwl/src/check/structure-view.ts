import type { IMapNode, IScalarNode, ISeqNode, YamlNode } from '../text/node.js';
import { followAlias } from '../text/value.js';

/** What is not an alias. */
export type Solid = IScalarNode | IMapNode | ISeqNode;

/** What an alias stands for; null for one that stands for nothing. */
export function follow(node: YamlNode): Solid | null {
  const target = followAlias(node);
  return target === null || target.kind === 'alias' ? null : target;
}

/** The text of a scalar that is a text; null for all else. */
export function textOf(node: YamlNode | undefined): string | null {
  const solid = node && follow(node);
  return solid?.kind === 'scalar' && typeof solid.value === 'string' ? solid.value : null;
}
