/** A scope whose filter names a user, after that user got another name. */
export function renamedScope(scope: string, from: string, to: string): string {
  const [name, filter] = scope.split('!', 2) as [string, string | undefined];
  if (filter === `user=${from}`) {
    return `${name}!user=${to}`;
  }
  return filter?.startsWith(`server=${from}/`) ? `${name}!server=${to}/${filter.slice(`server=${from}/`.length)}` : scope;
}
