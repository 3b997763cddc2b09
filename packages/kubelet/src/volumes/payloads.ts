import type { KeyToPath, Pod, Volume, VolumeProjection } from '@tabernetes/api/types/core-v1';
import { aggregateText } from '@tabernetes/apimachinery';
import type { ObjectReader } from '../config/environment.ts';
import { decodeBytes } from '../config/environment.ts';
import { type FieldContext, podField, resourceField } from '../config/pod-fields.ts';
import type { FileContent, Payload } from './atomic-writer.ts';

/** What a volume whose content the kubelet writes is made from. */
export interface PayloadSources {
  readonly reader: ObjectReader;
  readonly context: FieldContext;
  /** A token for the Pod's ServiceAccount; see {@link TokenCache}. @throws {Error} when there is none to be had */
  token(pod: Pod, audience: string, expirationSeconds: number): Promise<() => string>;
}

/**
 * The files of a configMap, secret, downwardAPI or projected volume; undefined for every other volume.
 *
 * @throws {Error} with the words that FailedMount events end in
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/volume/projected/projected.go
 */
export async function volumePayload(sources: PayloadSources, volume: Volume): Promise<Payload | undefined> {
  const files = new Map<string, FileContent>();
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) {
    const { defaultMode = DEFAULT_MODE } = configMap;
    await addProjection(sources, { configMap }, defaultMode, files);
  } else if (secret !== undefined) {
    const { defaultMode = DEFAULT_MODE, secretName = '', items, optional } = secret;
    const projection = { name: secretName, ...(items && { items }), ...(optional !== undefined && { optional }) };
    await addProjection(sources, { secret: projection }, defaultMode, files);
  } else if (downwardAPI !== undefined) {
    await addProjection(sources, { downwardAPI }, downwardAPI.defaultMode ?? DEFAULT_MODE, files);
  } else if (projected !== undefined) {
    const failures: string[] = [];
    for (const source of projected.sources ?? []) {
      try {
        await addProjection(sources, source, projected.defaultMode ?? DEFAULT_MODE, files);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (failures.length > 0) throw new Error(aggregateText(failures));
  } else return undefined;
  return files;
}

const DEFAULT_MODE = 0o644;

async function addProjection(
  { reader, context, token }: PayloadSources,
  { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle }: VolumeProjection,
  mode: number,
  files: Map<string, FileContent>,
): Promise<void> {
  const { pod } = context;
  const namespace = pod.metadata.namespace ?? '';
  if (configMap !== undefined) {
    const { name = '', items, optional = false } = configMap;
    const found = await reader.configMap(namespace, name);
    if (found === undefined && !optional) throw new Error(`configmap ${JSON.stringify(name)} not found`);
    const data = new Map<string, string | Uint8Array>(Object.entries(found?.data ?? {}));
    for (const [key, text] of Object.entries(found?.binaryData ?? {})) data.set(key, decodeBytes(text));
    addItems(data, items, optional, mode, files, 'configmap references non-existent config key');
  }
  if (secret !== undefined) {
    const { name = '', items, optional = false } = secret;
    const found = await reader.secret(namespace, name);
    if (found === undefined && !optional) throw new Error(`secret ${JSON.stringify(name)} not found`);
    const data = new Map(Object.entries(found?.data ?? {}).map(([key, text]) => [key, decodeBytes(text)] as const));
    addItems(data, items, optional, mode, files, 'references non-existent secret key');
  }
  for (const { path, fieldRef, resourceFieldRef, mode: own = mode } of downwardAPI?.items ?? []) {
    let content = '';
    if (fieldRef !== undefined) content = podField(context, fieldRef.fieldPath);
    else if (resourceFieldRef !== undefined) content = resourceField(context, undefined, resourceFieldRef);
    files.set(path, { content, mode: own });
  }
  if (serviceAccountToken !== undefined) {
    const { audience = '', expirationSeconds = 3600, path } = serviceAccountToken;
    const { securityContext } = pod.spec ?? {};
    const uid = onlyUser(pod);
    const owned = securityContext?.fsGroup !== undefined || uid !== undefined;
    const content = await token(pod, audience, expirationSeconds);
    files.set(path, { content, mode: owned ? 0o600 : mode, ...(uid !== undefined && { uid }) });
  }
  if (clusterTrustBundle !== undefined) {
    throw new Error('ClusterTrustBundle projection is not supported in static kubelet mode');
  }
}

/**
 * The user that all containers run as: tokens are that user's alone.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/volume/util/util.go FsUserFrom
 */
function onlyUser({ spec }: Pod): number | undefined {
  const users = new Set(
    [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(
      (c) => c.securityContext?.runAsUser ?? spec?.securityContext?.runAsUser,
    ),
  );
  return users.size === 1 ? [...users][0] : undefined;
}

function addItems(
  data: ReadonlyMap<string, string | Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  optional: boolean,
  mode: number,
  files: Map<string, FileContent>,
  complaint: string,
): void {
  if (items === undefined || items.length === 0) {
    for (const [key, content] of data) files.set(key, { content, mode });
    return;
  }
  for (const { key, path, mode: own = mode } of items) {
    const content = data.get(key);
    if (content !== undefined) files.set(path, { content, mode: own });
    else if (!optional) throw new Error(`${complaint}: ${key}`);
  }
}
