import { goQuote } from '@tabernetes/apimachinery';
import type { Volume, VolumeProjection } from '../generated/core-v1.ts';

/**
 * Warnings about files of one volume that get in each other's way: the same path twice, or a path that another one
 * needs as a folder.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/api/pod/warnings.go warningsForOverlappingVirtualPaths
 */
export function overlappingPathWarnings(volumes: readonly Volume[]): readonly string[] {
  const found: string[] = [];
  for (const { name, configMap, secret, downwardAPI, projected } of volumes) {
    const volume = `volume ${goQuote(name)}`;
    if (configMap?.items) {
      warn(found, pathsOf(configMap.items), `${volume} (ConfigMap ${goQuote(configMap.name ?? '')})`);
    }
    if (secret?.items) warn(found, pathsOf(secret.items), `${volume} (Secret ${goQuote(secret.secretName ?? '')})`);
    if (downwardAPI?.items) warn(found, pathsOf(downwardAPI.items), `${volume} (DownwardAPI)`);
    if (projected?.sources) warnOfSources(found, projected.sources, volume);
  }
  return found;
}

function warnOfSources(found: string[], sources: readonly VolumeProjection[], volume: string): void {
  const all = new Set<string>();
  for (const source of sources) {
    if (Object.values(source).every((value) => value === undefined)) {
      found.push(`${volume} (Projected) has no sources provided`);
      continue;
    }
    const files = sourceFiles(source);
    if (!files || files.paths.length === 0) continue;
    const what = `${volume} (Projected ${files.what})`;
    warn(found, files.paths, what);
    const unique = new Set(files.paths);
    warn(found, [...unique, ...all].sort(), what);
    for (const path of unique) all.add(path);
  }
}

interface SourceFiles {
  readonly what: string;
  readonly paths: readonly string[];
}

function sourceFiles({
  configMap,
  secret,
  downwardAPI,
  serviceAccountToken,
}: VolumeProjection): SourceFiles | undefined {
  if (configMap?.items) return { what: `ConfigMap ${goQuote(configMap.name ?? '')}`, paths: pathsOf(configMap.items) };
  if (secret?.items) return { what: `Secret ${goQuote(secret.name ?? '')}`, paths: pathsOf(secret.items) };
  if (downwardAPI?.items) return { what: 'DownwardAPI', paths: pathsOf(downwardAPI.items) };
  return serviceAccountToken && { what: 'ServiceAccountToken', paths: [serviceAccountToken.path] };
}

const pathsOf = (items: readonly { readonly path: string }[]): readonly string[] => items.map(({ path }) => path);

function warn(found: string[], paths: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const path of paths) {
    const trimmed = path.replace(/\/+$/, '');
    const clash = clashing(seen, trimmed);
    if (clash) found.push(`${what}: overlapping paths: ${goQuote(trimmed)} with ${goQuote(clash)}`);
    seen.add(trimmed);
  }
}

function clashing(seen: ReadonlySet<string>, path: string): string | undefined {
  for (const other of seen) {
    if (other === '' || path === '') return undefined;
    if (`${other}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${other}/`)) return other;
  }
  return undefined;
}
