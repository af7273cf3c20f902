import type { Op } from '../text/change.js';
import type { ISource } from '../text/node.js';
import type { IProcess } from '../process/model.js';
import { connect, disconnect, setMerge } from './connections.js';
import { Draft, refuse, Refusal } from './draft.js';
import { extractSteps } from './extract.js';
import { editTool, setId, setText, setVersion } from './fields.js';
import { inlineStep } from './inline.js';
import type { Edit } from './kinds.js';
import { findStep } from './lookup.js';
import { setMeaning } from './meaning.js';
import { editPort, setPortField } from './ports.js';
import { editPositions } from './positions.js';
import { editRequirement, writeNeeds } from './requirements.js';
import {
  addStep, duplicateStep, editStepInput, editStepOutput, pasteSteps, removeStep, renameStep, setRun, setScatter, setValueFrom, setWhen
} from './steps.js';

export interface IEditContext {
  /** The text of the document. */
  source: ISource;
  /** Of the document, as `ICwlDocument.processes`. */
  processes: readonly IProcess[];
}

/**
 * `batches` are carried out one after the other; all ops of one name places of the text before that batch. Together they are one change:
 * if one is refused, nothing has changed. `notes` are sentences on what could not follow.
 */
export type EditOps = { ok: true; batches: Op[][]; notes: string[] } | { ok: false; code: string; message: string };

/** What an edit of a process does to the text. Does not throw. */
export function toOps(process: IProcess, edit: Edit, context: IEditContext): EditOps {
  const draft = new Draft(context.source, context.processes);
  try {
    carryOut(draft, innerProcess(draft, process, edit.within ?? []), edit);
    writeNeeds(draft);
    return { ok: true, batches: draft.finish(), notes: [...draft.notes] };
  } catch (error) {
    if (error instanceof Refusal) {
      return { ok: false, code: error.code, message: error.message };
    }
    // Edits come from outside as plain data: one of another shape is refused as well.
    return { ok: false, code: 'malformed-edit', message: `This cannot be carried out: ${error instanceof Error ? error.message : String(error)}.` };
  }
}

/** What the steps run, each in what the one before it runs. */
function innerProcess(draft: Draft, process: IProcess, steps: readonly string[]): IProcess {
  let inner = process;
  for (const id of steps) {
    const { run } = findStep(inner, id);
    inner = run.process ?? refuse('unknown-process', `What step '${id}' runs is not here. ${run.why ?? ''}`.trim());
  }
  if (inner !== process) {
    draft.place(inner.node);
  }
  return inner;
}

function carryOut(draft: Draft, process: IProcess, edit: Edit): void {
  switch (edit.kind) {
    case 'add-step':
      return addStep(draft, process, edit);
    case 'remove-step':
      return removeStep(draft, process, edit);
    case 'rename-step':
      return renameStep(draft, process, edit);
    case 'duplicate-step':
      return duplicateStep(draft, process, edit);
    case 'connect':
      return connect(draft, process, edit);
    case 'disconnect':
      return disconnect(draft, process, edit);
    case 'extract-steps':
      return extractSteps(draft, process, edit);
    case 'inline-step':
      return inlineStep(draft, process, edit);
    case 'paste-steps':
      return pasteSteps(draft, process, edit);
    case 'add-input':
    case 'remove-input':
    case 'rename-input':
    case 'retype-input':
    case 'add-output':
    case 'remove-output':
    case 'rename-output':
    case 'retype-output':
      return editPort(draft, process, edit);
    case 'set-run':
      return setRun(draft, process, edit);
    case 'set-scatter':
      return setScatter(draft, process, edit);
    case 'set-when':
      return setWhen(draft, process, edit);
    case 'set-link-merge':
    case 'set-pick-value':
      return setMerge(draft, process, edit);
    case 'set-value-from':
      return setValueFrom(draft, process, edit);
    case 'set-step-default':
    case 'add-step-input':
    case 'remove-step-input':
    case 'rename-step-input':
      return editStepInput(draft, process, edit);
    case 'add-step-output':
    case 'remove-step-output':
    case 'rename-step-output':
      return editStepOutput(draft, process, edit);
    case 'set-label':
    case 'set-doc':
      return setText(draft, process, edit);
    case 'set-id':
      return setId(draft, process, edit);
    case 'set-version':
      return setVersion(draft, edit);
    case 'set-port-field':
      return setPortField(draft, process, edit);
    case 'set-requirement':
    case 'remove-requirement':
    case 'set-requirement-field':
      return editRequirement(draft, process, edit);
    case 'set-base-command':
    case 'set-arguments':
    case 'set-stdio':
    case 'set-exit-codes':
    case 'set-expression':
    case 'set-field':
      return editTool(draft, process, edit);
    case 'set-positions':
    case 'clear-positions':
      return editPositions(draft, process, edit);
    case 'set-meaning':
      return setMeaning(draft, edit.value);
    default:
      throw new Refusal('unknown-edit', `There is no edit '${String((edit as { kind: unknown }).kind)}'.`);
  }
}
