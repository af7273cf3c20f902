import type { IGraphPort, TypeFamily } from '@jupyter-datalabs/cwl';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import { expressionIcon, loopIcon, operationIcon, problemErrorIcon, problemWarningIcon, remoteIcon, toolIcon, unknownIcon, workflowIcon } from './icons';
import type { IShownNode } from './shown';

/** In the order of the legend. */
export const FAMILIES: readonly TypeFamily[] = ['file', 'directory', 'string', 'number', 'boolean', 'enum', 'record', 'mixed', 'any'];

export function familyText(family: TypeFamily, trans: TranslationBundle): string {
  const words: Record<TypeFamily, string> = {
    file: trans.__('File'),
    directory: trans.__('Directory'),
    string: trans.__('String'),
    number: trans.__('Number'),
    boolean: trans.__('Boolean'),
    enum: trans.__('Enum'),
    record: trans.__('Record'),
    mixed: trans.__('Several'),
    any: trans.__('Any')
  };
  return words[family];
}

export function classIcon(node: IShownNode): LabIcon {
  switch (node.run?.class) {
    case 'CommandLineTool':
      return toolIcon;
    case 'ExpressionTool':
      return expressionIcon;
    case 'Workflow':
      return workflowIcon;
    case 'Operation':
      return operationIcon;
    default:
      return unknownIcon;
  }
}

export function classText(node: IShownNode, trans: TranslationBundle): string {
  const words: { [kind: string]: string } = {
    CommandLineTool: trans.__('Command line tool'),
    ExpressionTool: trans.__('Expression'),
    Workflow: trans.__('Sub-workflow'),
    Operation: trans.__('Operation, not written yet')
  };
  return words[node.run?.class ?? ''] ?? trans.__('Not known');
}

/** Why what a step runs is not there. */
export function stateText(node: IShownNode, trans: TranslationBundle): string {
  const words: { [state: string]: string } = {
    none: trans.__('Runs nothing yet'),
    loading: trans.__('Reading what it runs'),
    missing: trans.__('File not found'),
    remote: trans.__('On another host'),
    broken: trans.__('Cannot be read'),
    recursive: trans.__('Runs itself'),
    'not-a-process': trans.__('Not a CWL process')
  };
  return words[node.run?.state ?? ''] ?? '';
}

export function stateIcon(node: IShownNode): LabIcon {
  switch (node.run?.state) {
    case 'remote':
      return remoteIcon;
    case 'recursive':
      return loopIcon;
    case 'none':
      return problemWarningIcon;
    default:
      return problemErrorIcon;
  }
}

export function mergeText(port: IGraphPort, trans: TranslationBundle): { short: string; long: string }[] {
  const merges: { [merge: string]: [string, string] } = {
    merge_nested: [trans.__('nest'), trans.__('merge_nested: a list of what each source gives')],
    merge_flattened: [trans.__('flat'), trans.__('merge_flattened: one list of all that the sources give')]
  };
  const picks: { [pick: string]: [string, string] } = {
    first_non_null: [trans.__('first'), trans.__('first_non_null: the first source that gives something')],
    the_only_non_null: [trans.__('only'), trans.__('the_only_non_null: the one source that gives something')],
    all_non_null: [trans.__('all'), trans.__('all_non_null: all that is given, as a list')]
  };
  const found = [port.linkMerge === null ? undefined : merges[port.linkMerge], port.pickValue === null ? undefined : picks[port.pickValue]];
  return found.flatMap(words => (words ? [{ short: words[0], long: words[1] }] : []));
}

const MOST_CHARACTERS = 300;

/** Names come from strangers and may be of any length. */
export const short = (text: string, most = MOST_CHARACTERS): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

export const nameOf = (node: Pick<IShownNode, 'label' | 'name'>): string => short(node.label || node.name || '—');

export function nodeText(node: IShownNode, trans: TranslationBundle): string {
  switch (node.kind) {
    case 'step':
      return trans.__('Step %1, %2 inputs, %3 outputs', nameOf(node), node.inputs.length, node.outputs.length);
    case 'group':
      return trans.__('%1 inputs', node.outputs.length + node.folded);
    case 'input':
      return trans.__('Input %1, %2', nameOf(node), short(node.outputs[0]?.typeText ?? ''));
    case 'output':
      return trans.__('Output %1, %2', nameOf(node), short(node.inputs[0]?.typeText ?? ''));
  }
}
