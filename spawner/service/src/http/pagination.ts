import type { Request } from 'express';

/** JupyterHub's page size. */
const LIMIT = 50;

export interface Page {
  offset: number;
  limit: number;
}

export function pageOf(query: { offset?: number | undefined; limit?: number | undefined }): Page {
  return { offset: query.offset ?? 0, limit: query.limit ?? LIMIT };
}

/** Whether the client asked for JupyterHub's paged form; others get the bare list. */
export function wantsPage(request: Request): boolean {
  return request.headers.accept?.includes('application/jupyterhub-pagination+json') === true;
}

/** The page in JupyterHub's form, with the address of the next one. */
export function paged<T>(request: Request, items: T[], { offset, limit }: Page, total: number) {
  const more = offset + limit < total;
  const url = new URL(request.originalUrl, `${request.protocol}://${request.headers.host ?? 'localhost'}`);
  url.searchParams.set('offset', String(offset + limit));
  url.searchParams.set('limit', String(limit));
  return { items, _pagination: { offset, limit, total, next: more ? { offset: offset + limit, limit, url: url.href } : null } };
}
