import type { Json } from '@jupyter-datalabs/cwl';

export interface IParameter {
  name: string;
  type: string;
  value: Json;
}

export interface INotebookParameters {
  /** Whether there is a cell tagged `parameters`. */
  hasCell: boolean;
  parameters: IParameter[];
  /** Names of what is not a plain value, and stays as it is in the notebook. */
  left: string[];
}

const MOST = 500;
const INT32 = 2 ** 31;

/** The assignments in the cell of a notebook that is tagged `parameters`, as papermill has it. */
export function parametersOf(notebook: unknown): INotebookParameters {
  const cells = (notebook as { cells?: unknown } | null)?.cells;
  const cell = (Array.isArray(cells) ? cells : []).find((one: { metadata?: { tags?: unknown } } | null) => {
    const tags = one?.metadata?.tags;
    return Array.isArray(tags) && tags.includes('parameters');
  }) as { source?: unknown } | undefined;
  const source = Array.isArray(cell?.source) ? cell.source.join('') : typeof cell?.source === 'string' ? cell.source : '';
  const found: INotebookParameters = { hasCell: cell !== undefined, parameters: [], left: [] };
  for (const line of source.split(/\r?\n/)) {
    const assignment = /^([A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)\s*(.*)$/.exec(line);
    if (!assignment || found.parameters.length >= MOST) {
      continue;
    }
    const [, name, written] = assignment as unknown as [string, string, string];
    const value = literal(written);
    const type = value === undefined ? null : typeOf(value, written);
    found.parameters = found.parameters.filter(parameter => parameter.name !== name);
    if (type === null) {
      found.left.push(name);
    } else {
      found.parameters.push({ name, type, value: value! });
    }
  }
  return found;
}

/** A value of Python, if it is a plain one. */
function literal(written: string): Json | undefined {
  const json: string[] = [];
  let rest = written.trim();
  while (rest) {
    const token = /^(?:(['"])((?:(?!\1)[^\\]|\\.)*)\1|#.*|[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?|True|False|None|[[\](),]|\s+)/.exec(rest);
    if (!token) {
      return undefined;
    }
    const [text, quote, inner] = token;
    if (quote) {
      json.push(JSON.stringify(inner!.replace(/\\(.)/g, (_, sign: string) => ({ n: '\n', t: '\t' })[sign] ?? sign)));
    } else if (/^[-+.\d]/.test(text)) {
      json.push(String(Number(text.replace(/_/g, ''))));
    } else if (!text.startsWith('#')) {
      json.push({ True: 'true', False: 'false', None: 'null', '(': '[', ')': ']' }[text] ?? text);
    }
    rest = rest.slice(text.length);
  }
  try {
    return JSON.parse(json.join('').replace(/,\s*\]/g, ']')) as Json;
  } catch {
    return undefined;
  }
}

function typeOf(value: Json, written = ''): string | null {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'number':
      return /[.eE]/.test(written) || !Number.isInteger(value) ? 'double' : Math.abs(value) < INT32 ? 'int' : 'long';
    default: {
      if (!Array.isArray(value) || value.length === 0) {
        return null;
      }
      const kinds = new Set(value.map(item => typeOf(item)));
      const [only] = kinds;
      if (kinds.has('double') && [...kinds].every(kind => kind === 'double' || kind === 'int')) {
        return 'double[]';
      }
      return kinds.size === 1 && only && !only.endsWith('[]') ? `${only}[]` : null;
    }
  }
}
