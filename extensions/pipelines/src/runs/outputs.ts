/** A file or a folder that a run has made. */
export interface IOutputFile {
  kind: 'File' | 'Directory';
  /** For the contents API; null where that does not reach. */
  path: string | null;
  name: string;
  size: number | null;
}

export interface IOutput {
  name: string;
  files: IOutputFile[];
  /** Of what is no file. */
  text: string | null;
}

const MOST_FILES = 200;
const MOST_TEXT = 2_000;

/** What a run gave, as it is listed. */
export function outputsOf(outputs: unknown): IOutput[] {
  if (typeof outputs !== 'object' || outputs === null || Array.isArray(outputs)) {
    return [];
  }
  return Object.entries(outputs).map(([name, value]: [string, unknown]) => {
    const files: IOutputFile[] = [];
    collect(value, files);
    return { name, files, text: files.length > 0 ? null : (JSON.stringify(value) ?? 'null').slice(0, MOST_TEXT) };
  });
}

function collect(value: unknown, files: IOutputFile[]): void {
  if (typeof value !== 'object' || value === null || files.length >= MOST_FILES) {
    return;
  }
  const { class: kind, contents, basename, size, ...rest } = value as { [field: string]: unknown };
  if (kind === 'File' || kind === 'Directory') {
    files.push({
      kind,
      path: typeof contents === 'string' ? contents : null,
      name: typeof basename === 'string' ? basename : kind,
      size: typeof size === 'number' ? size : null
    });
    collect(rest['secondaryFiles'], files);
  } else {
    Object.values(value).forEach(item => collect(item, files));
  }
}
