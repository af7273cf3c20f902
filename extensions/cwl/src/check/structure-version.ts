import { VERSIONS } from '../schema/schema.js';
import type { CwlVersion } from '../process/model.js';
import type { IEntry, IMapNode } from '../text/node.js';
import { nearest } from './nearest.js';
import { replaceFix, versionFix } from './structure-fix.js';
import type { StructureReport } from './structure-say.js';
import { bare } from '../schema/match.js';
import { kindOf } from './structure-match.js';
import { follow } from './structure-view.js';

const DEVELOPMENT = /^v1\.[012](\.0-?)?\.?(dev|beta)\d*$/;

/** Says what is wrong with `cwlVersion` (CommandLineTool, section "CWLVersion"); whether it makes sense to look at the rest. */
export function checkVersion(entries: ReadonlyMap<string, IEntry>, root: IMapNode, report: StructureReport): boolean {
  const entry = entries.get('cwlVersion');
  if (!entry) {
    const first = entries.get('class') ?? entries.get('$graph');
    if (first) {
      const message = "The document does not say its version: 'cwlVersion' is missing.";
      report({ code: 'missing-version', severity: 'warning', message, range: rangeOf(first.keyNode), node: root, fixes: [versionFix(VERSIONS.at(-1)!)] });
    }
    return true;
  }
  const node = follow(entry.value);
  const value = node?.kind === 'scalar' ? node.value : null;
  const text = bare(String(value ?? ''));
  if (VERSIONS.includes(text as CwlVersion) || text.startsWith('draft-')) {
    return !text.startsWith('draft-');
  }
  const range = rangeOf(entry.value.to > entry.value.from ? entry.value : entry.keyNode);
  if (DEVELOPMENT.test(text)) {
    report({
      code: 'development-version', severity: 'info', range, node: entry.value, fixes: [],
      message: `'${text}' is a version of CWL under development; the published one is looked at.`
    });
    return true;
  }
  const meant = typeof value === 'number' ? VERSIONS.find(version => version === `v${value === 1 ? '1.0' : value}`) : nearest(text, VERSIONS);
  const said = value === null ? (node ? kindOf(node) : 'empty') : `'${text.slice(0, 60)}'`;
  report({
    code: 'unknown-version', severity: 'error', range, node: entry.value,
    message: `'cwlVersion' must be ${VERSIONS.slice(0, -1).map(one => `'${one}'`).join(', ')} or '${VERSIONS.at(-1)}', not ${said}.`,
    fixes: meant && entry.value.kind === 'scalar' ? [replaceFix(`Change to ${meant}`, entry, meant)] : []
  });
  return true;
}

const rangeOf = ({ from, to }: { from: number; to: number }): { from: number; to: number } => ({ from, to });
