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
    if (configMap?.items) warn(found, pathsOf(configMap.items), name, configMapText(configMap.name));
    if (secret?.items) warn(found, pathsOf(secret.items), name, secretText(secret.secretName));
    if (downwardAPI?.items) warn(found, pathsOf(downwardAPI.items), name, 'DownwardAPI');
    if (projected?.sources) warnOfSources(found, projected.sources, name);
  }
  return found;
}

function warnOfSources(found: string[], sources: readonly VolumeProjection[], volume: string): void {
  const all: string[] = [];
  for (const source of sources) {
    if (isEmpty(source)) {
      found.push(`volume ${goQuote(volume)} (Projected) has no sources provided`);
      continue;
    }
    const files = sourceFiles(source);
    if (!files || files.paths.length === 0) continue;
    const what = `Projected ${files.what}`;
    warn(found, files.paths, volume, what);
    const unique = files.paths.length === 1 ? files.paths : [...new Set(files.paths)];
    warn(found, [...unique, ...all].sort(), volume, what);
    for (const path of unique) if (!all.includes(path)) all.push(path);
  }
}

function isEmpty(source: VolumeProjection): boolean {
  for (const key in source) if (source[key as keyof VolumeProjection] !== undefined) return false;
  return true;
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
  if (configMap?.items) return { what: configMapText(configMap.name), paths: pathsOf(configMap.items) };
  if (secret?.items) return { what: secretText(secret.name), paths: pathsOf(secret.items) };
  if (downwardAPI?.items) return { what: 'DownwardAPI', paths: pathsOf(downwardAPI.items) };
  return serviceAccountToken && { what: 'ServiceAccountToken', paths: [serviceAccountToken.path] };
}

const configMapText = (name = ''): string => `ConfigMap ${goQuote(name)}`;
const secretText = (name = ''): string => `Secret ${goQuote(name)}`;

const pathsOf = (items: readonly { readonly path: string }[]): readonly string[] => items.map(({ path }) => path);

function warn(found: string[], paths: readonly string[], volume: string, what: string): void {
  if (isTidy(paths)) return;
  const seen = new Set<string>();
  for (const path of paths) {
    const trimmed = path.replace(/\/+$/, '');
    const clash = clashing(seen, trimmed);
    if (clash) {
      found.push(`volume ${goQuote(volume)} (${what}): overlapping paths: ${goQuote(trimmed)} with ${goQuote(clash)}`);
    }
    seen.add(trimmed);
  }
}

/** Different names without folders, as nearly all are: they cannot clash. */
function isTidy(paths: readonly string[]): boolean {
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i] as string;
    if (path.includes('/') || paths.indexOf(path) !== i) return false;
  }
  return true;
}

function clashing(seen: ReadonlySet<string>, path: string): string | undefined {
  for (const other of seen) {
    if (other === '' || path === '') return undefined;
    if (`${other}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${other}/`)) return other;
  }
  return undefined;
}
