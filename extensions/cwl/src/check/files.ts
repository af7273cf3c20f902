import type { IHere, IPort } from '../process/model.js';
import type { Json, YamlNode } from '../text/node.js';
import { valueOf } from '../text/value.js';
import { withoutNull } from '../types/format.js';
import { isMap } from '../types/names.js';
import type { CwlType } from '../types/type.js';
import { isExpression } from '../expressions/pieces.js';

/** Whether values of the type are files, alone or in arrays. */
export function isFile(type: CwlType): boolean {
  const whole = withoutNull(type);
  return whole.kind === 'array'
    ? isFile(whole.items)
    : whole.kind === 'primitive' && ['File', 'stdin', 'stdout', 'stderr'].includes(whole.name);
}

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]);

/**
 * Why files of the source may have another format than the sink expects (CWL 1.2 CommandLineTool, section 4.2.1.1, `format`);
 * null where nothing says so.
 * Formats that an expression gives are not known, and with `$schemas` one format can be a kind of another.
 */
export function formatProblem(source: IPort, sink: IPort): string | null {
  const given = formatsOf(source.format);
  const wanted = formatsOf(sink.format);
  if (given === null || wanted === null || given.some(format => wanted.includes(format))) {
    return null;
  }
  const expected = wanted.slice(0, 4).map(format => `'${format}'`).join(' or ');
  return `The source has the format '${given[0]}', and '${sink.id}' expects ${expected}.`;
}

/** Written out; null where they are not known. */
function formatsOf(format: IHere | null): string[] | null {
  if (format === null) {
    return null;
  }
  const formats = listOf(format.value);
  const { root } = format.node.source;
  if (formats.length === 0 || (root !== null && valueOf(root, '$schemas') !== null)) {
    return null;
  }
  const known = formats.filter(text => typeof text === 'string' && !isExpression(text)).map(text => expanded(String(text), root));
  return known.length === formats.length ? known : null;
}

function expanded(text: string, root: YamlNode | null): string {
  const colon = text.indexOf(':');
  const namespaces = root && valueOf(root, '$namespaces');
  const space = namespaces && colon > 0 ? valueOf(namespaces, text.slice(0, colon)) : null;
  return space?.kind === 'scalar' && typeof space.value === 'string' ? space.value + text.slice(colon + 1) : text;
}

/** Required patterns of the sink that the source does not declare (section 4.2.1.1, `secondaryFiles`), but for expressions. */
export function missingSecondaryFiles(source: IPort, sink: IPort): string[] {
  const given = patternsOf(source.secondaryFiles);
  const wanted = patternsOf(sink.secondaryFiles);
  if (given.some(({ pattern }) => isExpression(pattern))) {
    return [];
  }
  const known = new Set(given.map(({ pattern }) => pattern));
  const missing = wanted.filter(({ pattern, isRequired }) => isRequired && !isExpression(pattern) && !known.has(pattern));
  return missing.map(({ pattern }) => pattern);
}

function patternsOf(here: IHere | null): { pattern: string; isRequired: boolean }[] {
  return listOf(here?.value ?? []).flatMap(value => {
    const pattern = isMap(value) ? value.pattern : value;
    if (typeof pattern !== 'string') {
      return [];
    }
    const required = isMap(value) ? value.required : undefined;
    // Of an expression it is not known whether it will be required.
    const isRequired = required === undefined || required === null || required === true;
    return [{ pattern: pattern.replace(/\?$/, ''), isRequired: isRequired && !pattern.endsWith('?') }];
  });
}
