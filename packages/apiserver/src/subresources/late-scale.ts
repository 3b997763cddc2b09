import type { Handler } from '../request-scope.ts';

/** What serves `/scale`, by verb; fetched when somebody first asks for one. */
export const LATE_SCALE: { readonly get: Handler; readonly update: Handler; readonly patch: Handler } = {
  get: async (scope) => (await scope.server.scales()).getScale(scope),
  update: async (scope) => (await scope.server.scales()).updateScale(scope),
  patch: async (scope) => (await scope.server.scales()).patchScale(scope),
};
