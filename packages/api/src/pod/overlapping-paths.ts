import { goQuote } from '@tabernetes/apimachinery';
import type { Volume, VolumeProjection } from '../generated/core-v1.ts';

/**
 * Warnings about files of one volume that get in each other's way: the same path twice, or a path that another one
 * needs as a folder.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/pod/warnings.go warningsForOverlappingVirtualPaths
 */
export function overlappingPathWarnings(volumes: readonly Volume[]): readonly string[] {
  const found: string[] = [];
  for (const volume of volumes) {
    const { name, configMap, secret, downwardAPI, projected } = volume;
    if (configMap?.items) warn(found, [], filesOf(configMap.items), name, configMapText(configMap.name));
    if (secret?.items) warn(found, [], filesOf(secret.items), name, secretText(secret.secretName));
    if (downwardAPI?.items) warn(found, [], filesOf(downwardAPI.items), name, 'DownwardAPI');
    if (projected?.sources) warnOfSources(found, projected.sources, name);
  }
  return found;
}

/** A path in a volume; `source` where several fill one volume. */
interface File {
  readonly path: string;
  readonly source: (() => string) | undefined;
}

function warnOfSources(found: string[], sources: readonly VolumeProjection[], volume: string): void {
  if (clean.has(sources)) return;
  const before = found.length;
  const all: File[] = [];
  // A source that names no files is taken for the one before it, as upstream does.
  let files: readonly File[] = [];
  for (const source of sources) {
    if (isEmpty(source)) {
      found.push(`volume ${goQuote(volume)} (Projected) has no sources provided`);
      continue;
    }
    files = sourceFiles(source) ?? files;
    warn(found, all, files, volume, 'Projected');
  }
  if (found.length === before && Object.isFrozen(sources)) clean.add(sources);
}

/** Frozen lists of which there is nothing to tell: nearly all Pods share the sources of their token. */
const clean = new WeakSet<object>();

function isEmpty(source: VolumeProjection): boolean {
  for (const key in source) if (source[key as keyof VolumeProjection] !== undefined) return false;
  return true;
}

function sourceFiles({
  configMap,
  secret,
  downwardAPI,
  serviceAccountToken,
  clusterTrustBundle,
}: VolumeProjection): readonly File[] | undefined {
  if (configMap?.items) return filesOf(configMap.items, () => configMapText(configMap.name));
  if (secret?.items) return filesOf(secret.items, () => secretText(secret.name));
  if (downwardAPI?.items) return filesOf(downwardAPI.items, () => 'DownwardAPI');
  if (serviceAccountToken) return filesOf([serviceAccountToken], () => 'ServiceAccountToken');
  if (!clusterTrustBundle) return undefined;
  const { name, signerName = '' } = clusterTrustBundle;
  return filesOf([clusterTrustBundle], () => `ClusterTrustBundle ${goQuote(name ?? signerName)}`);
}

const configMapText = (name = ''): string => `ConfigMap ${goQuote(name)}`;
const secretText = (name = ''): string => `Secret ${goQuote(name)}`;

const filesOf = (items: readonly { readonly path?: string }[], source?: () => string): readonly File[] =>
  items.map(({ path = '' }) => ({ path: withoutSlashes(path), source }));

function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/** Tells of every two files that clash; `seen` grows. */
function warn(found: string[], seen: File[], files: readonly File[], volume: string, what: string): void {
  for (const file of files) {
    for (const other of seen) {
      if (!clash(file.path, other.path)) continue;
      const both = `${text(file)} with ${text(other)}`;
      found.push(`volume ${goQuote(volume)} (${what}): overlapping paths: ${both}`);
    }
    seen.push(file);
  }
}

const clash = (a: string, b: string): boolean => a !== '' && b !== '' && (isWithin(a, b) || isWithin(b, a));

const isWithin = (path: string, folder: string): boolean =>
  path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/');

const text = ({ path, source }: File): string =>
  source === undefined ? goQuote(path) : `${goQuote(path)} (${source()})`;
