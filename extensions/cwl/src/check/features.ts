import { needsJavascript } from '../expressions/pieces.js';
import { inPort, outputId, stepId } from '../graph/ids.js';
import type { IStep } from '../process/model.js';
import type { YamlNode } from '../text/node.js';
import { editFix, tell } from './scope.js';
import type { IScope } from './scope.js';

interface IUse {
  at: YamlNode;
  node: string | null;
  /** What uses it, for a sentence. */
  what: string;
}

/** Without them cwltool does not even load a workflow. Without the others it fails as it runs, unless a workflow that runs it has them. */
const STATIC: ReadonlySet<string> = new Set(['ScatterFeatureRequirement', 'SubworkflowFeatureRequirement']);

/**
 * Features of workflows are used only where their requirement says so, for the workflow or the step, or for a workflow around it
 * (CWL 1.2 Workflow, section 5.1). Each one that is missing is told once, where it is used first.
 */
export function checkFeatures(scope: IScope): void {
  const uses = new Map<string, IUse>();
  for (const step of scope.process.steps) {
    const holds = stepFeatures(scope, step);
    for (const [feature, use] of usesOf(scope, step)) {
      if (!holds.has(feature) && !uses.has(feature)) {
        uses.set(feature, use);
      }
    }
  }
  for (const output of scope.process.outputs) {
    if ('links' in output && output.links.length > 1 && !scope.features.has('MultipleInputFeatureRequirement')) {
      const what = `the output '${output.id}' has several sources`;
      const use = { at: output.links[1].node, node: outputId(output.id, scope.within), what };
      uses.set('MultipleInputFeatureRequirement', uses.get('MultipleInputFeatureRequirement') ?? use);
    }
  }
  for (const [feature, use] of uses) {
    tell(scope, {
      code: 'requirement-missing', severity: STATIC.has(feature) ? 'error' : 'warning', at: [use.at], node: use.node,
      message: `${feature} must be in the requirements, as ${use.what}.`,
      fixes: [editFix(scope, `Add ${feature}`, { kind: 'set-requirement', class: feature, value: {}, as: 'requirement' })]
    });
  }
}

/** What holds in a step, and in a process that is written in it. */
export function stepFeatures(scope: IScope, step: IStep): ReadonlySet<string> {
  const own = [...step.requirements, ...step.hints].map(requirement => requirement.class);
  return own.length === 0 ? scope.features : new Set([...scope.features, ...own]);
}

function usesOf(scope: IScope, step: IStep): [string, IUse][] {
  const found: [string, IUse][] = [];
  const node = stepId(step.id, scope.within);
  const name = `the step '${step.id}'`;
  if (step.scatter.length > 0) {
    found.push(['ScatterFeatureRequirement', { at: step.scatter[0].node, node, what: `${name} scatters` }]);
  }
  if (step.run.process?.class === 'Workflow') {
    const at = step.run.text === null ? step.idNode ?? step.node : step.run.node ?? step.node;
    found.push(['SubworkflowFeatureRequirement', { at, node, what: `${name} runs a workflow` }]);
  }
  if (step.when !== null && needsJavascript(step.when.value)) {
    found.push(['InlineJavascriptRequirement', { at: step.when.node, node, what: `the 'when' of ${name} is JavaScript` }]);
  }
  for (const input of step.in) {
    const port = inPort(node, input.id);
    if (input.links.length > 1) {
      const what = `'${input.id}' of ${name} has several sources`;
      found.push(['MultipleInputFeatureRequirement', { at: input.links[1].node, node: port, what }]);
    }
    if (input.valueFrom !== null) {
      const at = input.valueFrom.node;
      found.push(['StepInputExpressionRequirement', { at, node: port, what: `'${input.id}' of ${name} has a 'valueFrom'` }]);
      if (needsJavascript(input.valueFrom.value)) {
        found.push(['InlineJavascriptRequirement', { at, node: port, what: `the 'valueFrom' of '${input.id}' of ${name} is JavaScript` }]);
      }
    }
  }
  return found;
}
