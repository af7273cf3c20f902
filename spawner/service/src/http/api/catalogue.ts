import { DatalabDetail, DatalabSummary } from '@jupyter-datalabs/contract';
import type { Router } from 'express';
import { DomainError } from '../../domain/errors.js';
import { requireScope } from '../auth.js';
import { bind } from '../bind.js';
import type { Context } from '../context.js';

/** What can be started. */
export function catalogueRoutes(context: Context, router: Router): void {
  bind(context, router, 'listDatalabs', async ({ principal }) => {
    requireScope(principal, 'datalabs:read');
    const { datalabs, problems } = await context.catalogue.list();
    // Parsing keeps to what the API shows: commands and host paths stay here.
    return { status: 200, body: { datalabs: datalabs.map(datalab => DatalabSummary.parse(datalab)), problems } };
  });

  bind(context, router, 'getDatalab', async ({ params, principal }) => {
    requireScope(principal, 'datalabs:read');
    return { status: 200, body: DatalabDetail.parse(await context.catalogue.get(params.id!)) };
  });

  bind(context, router, 'getDatalabIcon', async ({ params, response }) => {
    const icon = await context.catalogue.icon(params.id!);
    if (icon === null) {
      throw new DomainError('not-found', 'This datalab has no icon.');
    }
    // An SVG opened as a page could run scripts with the hub's origin.
    response
      .set({ 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox", 'Cache-Control': 'max-age=300' })
      .type('image/svg+xml')
      .send(icon);
    return undefined;
  });
}
