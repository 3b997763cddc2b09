/** Paths as Go's `path` and `filepath` treat them; the separator is `/`. */

/** Without `.`, `..` and slashes that say nothing; `.` for an empty path. */
export function clean(path: string): string {
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  const text = parts.join('/');
  return isAbsolute ? `/${text}` : text || '.';
}

/** All but empty parts, joined and cleaned; empty when all are. */
export function join(...parts: readonly string[]): string {
  const present = parts.filter((part) => part !== '');
  return present.length === 0 ? '' : clean(present.join('/'));
}

/** What stands before the last slash, cleaned. */
export const dirName = (path: string): string => clean(path.slice(0, path.lastIndexOf('/') + 1));

/** The last name of a path; `.` for an empty one, `/` for slashes alone. */
export function baseName(path: string): string {
  if (path === '') return '.';
  return path.replace(/\/+$/, '').split('/').at(-1) || '/';
}

/** Whether a cleaned path lies in a cleaned directory, or is it; both relative, or both absolute. */
export function isWithin(directory: string, path: string): boolean {
  if (path === directory) return true;
  const isUp = (rest: string): boolean => rest === '..' || rest.startsWith('../');
  if (directory === '.') return !isUp(path);
  const prefix = directory === '/' ? '/' : `${directory}/`;
  return path.startsWith(prefix) && !isUp(path.slice(prefix.length));
}
