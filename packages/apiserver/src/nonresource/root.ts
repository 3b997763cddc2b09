import type { PathHandler } from './path-handler.ts';

/** `/`: everything that can be asked for, sorted. */
export const rootPath = (handlers: readonly PathHandler[]): PathHandler => ({
  handle(request, server) {
    if (request.path !== '/' && request.path !== '') return undefined;
    const paths = new Set<string>(['/api', '/apis', '/apis/']);
    for (const { definition } of server.kinds.list()) {
      const { group, version } = definition;
      if (group === '') paths.add(`/api/${version}`);
      else paths.add(`/apis/${group}`).add(`/apis/${group}/${version}`);
    }
    for (const handler of handlers) for (const path of handler.paths?.(server) ?? []) paths.add(path);
    return { status: 200, headers: {}, body: { kind: 'object', object: { paths: [...paths].sort() }, format: 'json' } };
  },
});
