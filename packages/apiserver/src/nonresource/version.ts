import { methodNotAllowed } from '@tabernetes/apimachinery';
import { isRoutable, notRoutable } from '../negotiation.ts';
import type { PathHandler } from './path-handler.ts';

const JSON_ONLY: ReadonlySet<string> = new Set(['application/json', '*/*']);

/** `/version`. */
export const versionPath: PathHandler = {
  handle({ path, method, headers }, { version }) {
    if (path !== '/version' && path !== '/version/') return undefined;
    if (method !== 'GET') throw methodNotAllowed();
    if (headers['accept'] && !isRoutable(headers['accept'], JSON_ONLY)) throw notRoutable('application/json');
    return { status: 200, headers: {}, body: { kind: 'object', object: version, format: 'json' } };
  },
  paths: () => ['/version'],
};
