import type { Datalab } from '@jupyter-datalabs/contract';

export interface CatalogueService {
  list(): Promise<{ datalabs: Datalab[]; problems: { file: string; line: number | null; message: string }[] }>;
  /** Rejects with `unknown-datalab`. */
  get(id: string): Promise<Datalab>;
  /** SVG text, or null. */
  icon(id: string): Promise<string | null>;
}
