import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

/** One kind that every cluster serves. */
export interface ServedKind {
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
}

/** Put in place by VitePress: what {@link load} returned when the site was built. */
export declare const data: readonly ServedKind[];

// biome-ignore lint/style/noDefaultExport: VitePress reads the default export of a data loader.
export default {
  watch: ['../../../packages/api/src/kinds/*.ts'],
  /** The registry itself is asked: the table cannot fall behind it. */
  async load(): Promise<readonly ServedKind[]> {
    const entry = fileURLToPath(new URL('../../../packages/api/src/index.ts', import.meta.url));
    const { module } = await runnerImport<typeof import('@tabernetes/api')>(entry);
    return module.builtinKinds
      .map(({ kind, group, version, plural, shortNames = [], namespaced }) => ({
        kind,
        apiVersion: group === '' ? version : `${group}/${version}`,
        plural,
        shortNames,
        namespaced,
      }))
      .sort((a, b) => groupOf(a).localeCompare(groupOf(b), 'en') || a.kind.localeCompare(b.kind, 'en'));
  },
};

/** Those without a group come first. */
const groupOf = ({ apiVersion }: ServedKind): string => (apiVersion.includes('/') ? apiVersion : '');
