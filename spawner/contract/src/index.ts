export * from './schemas.js';
export * from './people.js';
export * from './descriptor.js';
export * from './routes.js';
export * from './client.js';
export * from './openapi.js';
