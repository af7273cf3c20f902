import { ProblemError } from '@jupyter-datalabs/hub-client';
import type { FilePreview, IFileImage, IFitsHdu, IImageQuery, IPixel, IPixelQuery, IRowsPage, IRowsQuery, ITextPage, ITextQuery } from '@jupyter-datalabs/hub-client';
import { PromiseDelegate } from '@lumino/coreutils';
import { act } from 'react';
import type { PreviewFiles } from '../preview/model';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

interface IAsked<Q, T> {
  query: Q;
  signal: AbortSignal | undefined;
  answer: PromiseDelegate<T>;
}

/** A session's server whose answers the test gives, when it likes and in any order. */
export class FakeFiles implements PreviewFiles {
  readonly previews: IAsked<{ path: string; hdu?: number; offset?: number }, FilePreview>[] = [];
  readonly images: IAsked<IImageQuery, IFileImage>[] = [];
  readonly pixels: IAsked<IPixelQuery, IPixel>[] = [];
  readonly pages: IAsked<IRowsQuery, IRowsPage>[] = [];
  readonly texts: IAsked<ITextQuery, ITextPage>[] = [];

  preview: PreviewFiles['preview'] = (_, path, { signal, ...query } = {}) => ask(this.previews, { path, ...query }, signal);
  image: PreviewFiles['image'] = (query, { signal } = {}) => ask(this.images, query, signal);
  pixel: PreviewFiles['pixel'] = (query, { signal } = {}) => ask(this.pixels, query, signal);
  rows: PreviewFiles['rows'] = (query, { signal } = {}) => ask(this.pages, query, signal);
  text: PreviewFiles['text'] = (query, { signal } = {}) => ask(this.texts, query, signal);
}

function ask<Q, T>(asked: IAsked<Q, T>[], query: Q, signal: AbortSignal | undefined): Promise<T> {
  const answer = new PromiseDelegate<T>();
  signal?.addEventListener('abort', () => answer.reject(problem('cancelled')));
  asked.push({ query, signal, answer });
  return answer.promise;
}

export function problem(code: string, detail = 'The file is corrupt at byte 2880.', action = 'Tell the archive.'): ProblemError {
  return new ProblemError({ code, status: 422, detail, action });
}

/** What promises and React make of something. With fake timers it is the test that lets time pass. */
export const settle = (what: () => void = () => undefined): Promise<void> =>
  act(async () => {
    what();
    for (let i = 0; i < 20; i += 1) {
      await Promise.resolve();
    }
  });

export function hdu(index: number, type: IFitsHdu['type'], change: Partial<IFitsHdu> = {}): IFitsHdu {
  return { index, name: type === 'empty' ? '' : `HDU${index}`, type, dims: type === 'image' ? [400, 300] : [], cards: [['SIMPLE', true, 'standard']], ...change };
}

export function fits(...hdus: IFitsHdu[]): FilePreview {
  return { kind: 'fits', size: 5760, modified: 0, hdus };
}

export function picture(name: string, change: Partial<IFileImage['info']> = {}): IFileImage {
  return {
    png: new Blob([name]),
    info: { shape: [300, 400], size: [150, 200], low: -0.5, high: 12.25, step: 2, how: 'average', seen: 120_000, blank: 0, planes: 1, origin: 'lower', ...change }
  };
}

/** Rows as a server with all of them would give: the cell (3, b) is "b3". */
export function rowsOf(query: IRowsQuery, names: readonly string[], total: number | null, there = total ?? 0): IRowsPage {
  const columns = (query.columns ?? names).map(name => ({ name, type: name.startsWith('n') ? 'float64' : 'char' }));
  const { offset = 0, limit = 100 } = query;
  const rows = Array.from({ length: Math.max(0, Math.min(limit, there - offset)) }, (_, i) => columns.map(({ name }) => `${name}${offset + i}`));
  return { columns, rows, total, offset };
}

/** Sets a field's value as typing does: React looks at the native setter. */
export function type(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  const prototype = field instanceof HTMLSelectElement ? HTMLSelectElement.prototype : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')!.set!.call(field, value);
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
}
