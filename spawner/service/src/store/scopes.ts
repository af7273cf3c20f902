/** A scope whose filter names a user, after that user got another name. What is no scope in full stays as it is. */
export function renamedScope(scope: string, from: string, to: string): string {
  const [, name, kind, owner, session = ''] = /^([^!]+)!(user|server)=([^!/]+)(\/[^!/]*)?$/.exec(scope) ?? [];
  return owner === from && (kind === 'server') === scope.includes('/') ? `${name}!${kind}=${to}${session}` : scope;
}
