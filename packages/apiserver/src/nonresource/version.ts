import type { PathHandler } from './path-handler.ts';

/** `/version`. */
export const versionPath: PathHandler = {
  handle: ({ path }, { version }) =>
    path === '/version' || path === '/version/'
      ? { status: 200, headers: {}, body: { kind: 'object', object: version } }
      : undefined,
  paths: () => ['/version'],
};
