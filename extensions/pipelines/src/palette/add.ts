import { isOptional, open, stepId } from '@jupyter-datalabs/cwl';
import type { EditResult, Json } from '@jupyter-datalabs/cwl';
import type { Contents } from '@jupyterlab/services';
import { isNotFound, LONGEST_FILE, textAt, uriOf } from '../files';
import type { Place } from '../inside';
import type { PipelineModel } from '../model';
import { freeName } from '../names';
import { folderOf, joined, relativeReference } from '../paths';

/** What is dragged from the palette: JSON `{path}` of a document, as the contents API calls it. */
export const TOOL_MIME = 'application/x-datalabs-cwl-tool';

/** The path that is dragged; null for anything else. */
export function pathOfDrag(data: string): string | null {
  try {
    const { path } = JSON.parse(data) as { path?: unknown };
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}

export const canHaveSteps = (model: PipelineModel): boolean => model.graph.process?.class === 'Workflow' && model.document.readOnly === null;

/** The workflow that a step is added to. */
export interface IAddAt {
  /** As edits name it; null for one that they cannot change. */
  place: Place | null;
  /** Names of the steps that are there now. */
  taken: () => readonly string[];
  /** In front of the ids of what is in it. */
  within: string;
  /** Why it cannot be changed, and the file where it can. */
  why: { text: string; file: string | null } | null;
  /** Told of a step that was added, before it is drawn. */
  added?: (node: string) => void;
}

/** The workflow that a document shows. */
const top = (model: PipelineModel): IAddAt => ({ place: {}, taken: () => (model.document.processes[0]?.steps ?? []).map(({ id }) => id), within: '', why: null });

/**
 * Adds a step that runs a file, with the inputs that it must have and all of its outputs, and selects it; to the workflow that the
 * document shows if `at` does not say another. `file` is the URI of the document in which it could be added, where it is not this one.
 */
export async function addTool(
  model: PipelineModel, options: { contents: Pick<Contents.IManager, 'get'>; document: string; path: string; at?: IAddAt | undefined }
): Promise<EditResult & { node?: string; file?: string | null }> {
  const { contents, document, path, at = top(model) } = options;
  const { place, why, within } = at;
  if (!place) {
    return { ok: false, code: 'other-file', message: why?.text ?? '', file: why?.file ?? null };
  }
  // What is too large to be read is added as what cannot be understood is: as a step without ports.
  const process = open((await textAt(contents, path, LONGEST_FILE)) ?? '', { uri: uriOf(path) }).processes[0];
  const needed = (process?.inputs ?? []).filter(({ default: value, type }) => value === null && !isOptional(type.type));
  const id = freeName(idOf(path), new Set(at.taken()));
  const result = model.apply({
    ...place,
    kind: 'add-step',
    id,
    run: relativeReference(document, path),
    in: Object.fromEntries(needed.map(({ id: input }): [string, Json] => [input, {}])),
    out: (process?.outputs ?? []).map(output => output.id)
  });
  if (!result.ok) {
    return result;
  }
  const node = stepId(id, within);
  at.added?.(node);
  model.select(node);
  return { ...result, node };
}

/** The name of the file, as far as it can be an id. */
const idOf = (path: string): string => path.replace(/^.*\//, '').replace(/\.cwl$/i, '').replace(/[^\p{L}\p{N}_-]+/gu, '_') || 'step';

export type NewToolResult = { ok: true; path: string } | { ok: false; why: 'name' | 'taken' };

/** A name that a file can have; with the ending of CWL documents. */
export function fileName(name: string): string | null {
  const trimmed = name.trim();
  // eslint-disable-next-line no-control-regex -- they are what no name may have.
  return /^[^/\\\u0000-\u001f]{1,200}$/.test(trimmed) && !trimmed.startsWith('.') ? (/\.cwl$/i.test(trimmed) ? trimmed : `${trimmed}.cwl`) : null;
}

/** Writes a new document beside another one; never over a file that is there. */
export async function makeTool(contents: Pick<Contents.IManager, 'get' | 'save'>, options: { beside: string; name: string; text: string }): Promise<NewToolResult> {
  const name = fileName(options.name);
  if (name === null) {
    return { ok: false, why: 'name' };
  }
  const path = joined(folderOf(options.beside), name);
  try {
    await contents.get(path, { content: false });
    return { ok: false, why: 'taken' };
  } catch (error) {
    // Only a file that is known not to be there is made.
    if (!isNotFound(error)) {
      throw error;
    }
  }
  await contents.save(path, { type: 'file', format: 'text', content: options.text });
  return { ok: true, path };
}
