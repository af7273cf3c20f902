import { z } from 'zod';
import * as schemas from './schemas.js';
import * as people from './people.js';
import * as volumes from './volumes.js';
import { DatalabDescriptor } from './descriptor.js';
import { routes, type RouteDefinition } from './routes.js';

type Json = Record<string, unknown>;

/** Schemas that get a name of their own in the document. */
const named: Record<string, z.ZodType> = {
  Problem: schemas.Problem,
  DatalabSummary: schemas.DatalabSummary,
  DatalabDetail: schemas.DatalabDetail,
  DatalabList: schemas.DatalabList,
  DatalabDescriptor,
  Volume: schemas.Volume,
  VolumeList: schemas.VolumeList,
  VolumeEntry: volumes.VolumeEntry,
  VolumeDetail: volumes.VolumeDetail,
  ListedVolume: volumes.ListedVolume,
  StartOptions: schemas.StartOptions,
  ServerModel: schemas.ServerModel,
  UserModel: schemas.UserModel,
  SelfModel: schemas.SelfModel,
  GroupModel: people.GroupModel,
  ServiceModel: people.ServiceModel,
  ShareModel: people.ShareModel,
  ShareCodeModel: people.ShareCodeModel,
  TokenModel: schemas.TokenModel,
  NewToken: schemas.NewToken,
  TokenList: schemas.TokenList,
  TokenRequest: schemas.TokenRequest,
  ActivityRequest: schemas.ActivityRequest,
  ProgressEvent: schemas.ProgressEvent,
  OAuthToken: schemas.OAuthToken
};

/** The OpenAPI 3.1 description of the API, made from the route table alone. */
export function buildOpenApi(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) {
    registry.add(schema as never, { id });
  }
  const uri = (id: string): string => `#/components/schemas/${id}`;
  const components = z.toJSONSchema(registry, { uri, io: 'output' }).schemas as Record<string, Json>;
  const clean = (schema: Json): Json => {
    const { $schema: _dialect, $id: _id, ...rest } = schema;
    return rest;
  };
  const describe = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
    const id = registry.get(inner as never)?.id;
    return id ? { $ref: uri(id) } : clean(z.toJSONSchema(inner, { io }) as Json);
  };

  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<RouteDefinition>(routes)) {
    const parameters: Json[] = [...route.path.matchAll(/\{(\w+)\}/g)].map(match => ({
      name: match[1], in: 'path', required: true, schema: { type: 'string' }
    }));
    if (route.query) {
      const query = z.toJSONSchema(route.query, { io: 'input' }) as { properties?: Json; required?: string[] };
      for (const [name, schema] of Object.entries(query.properties ?? {})) {
        parameters.push({ name, in: 'query', required: query.required?.includes(name) ?? false, schema });
      }
    }
    const responses: Json = {};
    for (const [status, schema] of Object.entries(route.responses)) {
      responses[status] = {
        description: status === '202' ? 'Under way' : status === '302' ? 'Back to the client' : 'Done',
        ...(schema ? { content: { [route.produces ?? 'application/json']: { schema: describe(schema, 'output') } } } : {})
      };
    }
    responses.default = {
      description: 'Refused or failed',
      content: { 'application/problem+json': { schema: { $ref: uri('Problem') } } }
    };
    (paths[route.path] ??= {})[route.method] = {
      operationId,
      summary: route.summary,
      tags: [route.tag],
      security: route.auth === 'none' ? [] : [{ token: [] }, { cookie: [] }],
      ...(parameters.length ? { parameters } : {}),
      ...(route.body
        ? {
            requestBody: {
              required: !(route.body instanceof z.ZodOptional),
              content: { [route.bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json']: { schema: describe(route.body, 'input') } }
            }
          }
        : {}),
      responses
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'jupyter-datalabs hub',
      version: '0.1.0',
      description: 'JupyterHub 5 compatible, with the catalogue and archive volumes besides.',
      license: { name: 'BSD-3-Clause', identifier: 'BSD-3-Clause' }
    },
    servers: [{ url: '/hub/api' }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).map(([id, schema]) => [id, clean(schema)])),
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`token <token>` or `Bearer <token>`' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'datalabs-session', description: 'In browsers with a suffix of the hub; with X-XSRFToken for what changes something' }
      }
    }
  };
}
