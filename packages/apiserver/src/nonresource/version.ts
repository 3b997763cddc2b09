import { methodNotAllowed } from '@tabernetes/apimachinery';
import type { PathHandler } from './path-handler.ts';

/** `/version`. */
export const versionPath: PathHandler = {
  handle({ path, method }, { version }) {
    if (path !== '/version' && path !== '/version/') return undefined;
    if (method !== 'GET') throw methodNotAllowed();
    return { status: 200, headers: {}, body: { kind: 'object', object: version } };
  },
  paths: () => ['/version'],
};
