/** Paths of the contents API, which have no slash at their beginning. */
export const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');
export const joined = (folder: string, name: string): string => (folder ? `${folder}/${name}` : name);

/** `to` as seen from the folder of the file `from`. */
export function relativePath(from: string, to: string): string {
  const [base, target] = [from.split('/').slice(0, -1), to.split('/')];
  let same = 0;
  while (same < base.length && same < target.length - 1 && base[same] === target[same]) {
    same += 1;
  }
  return [...base.slice(same).map(() => '..'), ...target.slice(same)].join('/');
}

/** `relativePath` as a reference in a document, where it is a part of an address. */
export const relativeReference = (from: string, to: string): string => relativePath(from, to).split('/').map(encodeURIComponent).join('/');

/** What `relativePath` has made, as a path again; null for what leads out of the root. */
export function resolved(from: string, relative: string): string | null {
  const parts = from.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        return null;
      }
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}
