import { clean } from '../../files/go-path.ts';

/** One of the two things that `kubectl cp` is told: a path here, or in a container of a Pod. */
export interface Place {
  /** Empty: here. */
  readonly pod: string;
  readonly namespace: string;
  readonly path: string;
}

/** `[[namespace/]pod:]path`. @throws {Error} */
export function placeOf(text: string): Place {
  const colon = text.indexOf(':');
  if (colon < 0) return { pod: '', namespace: '', path: withoutSlash(text) };
  const parts = text.slice(0, colon).split('/');
  if (colon === 0 || parts.length > 2) {
    throw new Error('filespec must match the canonical format: [[namespace/]pod:]file/path');
  }
  const [first = '', second] = parts;
  const path = remotePath(text.slice(colon + 1));
  return second === undefined ? { pod: first, namespace: '', path } : { pod: second, namespace: first, path };
}

/** A path in a container, as one types it on whatever system. */
export const remotePath = (path: string): string => withoutSlash(path).replaceAll('\\', '/');

/** What every name in an archive of a path begins with: tar takes slashes and ways up from the front of names. */
export function archivePrefix(path: string): string {
  const rest = clean(path.replace(/^[/\\]+/, '')).replace(/^(?:\.\.\/)+/, '');
  return rest === '.' || rest === '..' ? '' : rest.replace(/^\//, '');
}

const withoutSlash = (path: string): string => (path === '/' ? path : path.replace(/\/$/, ''));
