/** Roles of the hub, each with the rights of the ones before it. Rights are in services/identity/scopes.ts. */
export const ROLES = ['user', 'author', 'reviewer', 'admin'] as const;
export type Role = (typeof ROLES)[number];
