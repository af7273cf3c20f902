import { needsJavascript } from '../expressions/pieces.js';
import type { YamlNode } from '../text/node.js';
import { editFix, tell } from './scope.js';
import type { IScope } from './scope.js';

/** Where a tool may have expressions (CWL 1.2 CommandLineTool, section 3.5). */
const FIELDS: ReadonlySet<string> = new Set(['arguments', 'inputs', 'outputs', 'requirements', 'stdin', 'stdout', 'stderr', 'expression']);
/** What is never evaluated, whatever is in it. */
const TEXTS: ReadonlySet<string> = new Set(['doc', 'label', 'default', 'id', 'class', 'type', 'dockerPull', 'dockerFile', 'package']);
const MAX_NODES = 50_000;

/** JavaScript in a tool without InlineJavascriptRequirement; told once, as all of it is mended at once. */
export function checkJavascript(scope: IScope): void {
  const { process } = scope;
  if (scope.features.has('InlineJavascriptRequirement') || process.class === 'Workflow' || process.class === 'Operation') {
    return;
  }
  const at = firstScript(process.node.entries.filter(({ key }) => FIELDS.has(key)).map(({ value }) => value));
  if (at !== null) {
    tell(scope, {
      code: 'requirement-missing', severity: 'warning', at: [at], node: null,
      message: 'InlineJavascriptRequirement must be in the requirements, as this is an expression and more than a parameter reference.',
      fixes: [
        editFix(scope, 'Add InlineJavascriptRequirement', {
          kind: 'set-requirement', class: 'InlineJavascriptRequirement', value: {}, as: 'requirement'
        })
      ]
    });
  }
}

function firstScript(nodes: readonly YamlNode[]): YamlNode | null {
  const waiting = nodes.toReversed();
  for (let seen = 0, node = waiting.pop(); node && seen < MAX_NODES; seen += 1, node = waiting.pop()) {
    if (node.kind === 'scalar') {
      if (typeof node.value === 'string' && /\$[({]/.test(node.value) && needsJavascript(node.value)) {
        return node;
      }
    } else if (node.kind === 'seq') {
      waiting.push(...node.items.toReversed());
    } else if (node.kind === 'map') {
      waiting.push(...node.entries.filter(({ key }) => !TEXTS.has(key)).map(({ value }) => value).reverse());
    }
  }
  return null;
}
