import type { ConfigMap, Container, EphemeralContainer, Secret, Service } from '@tabernetes/api/types/core-v1';
import { expandReferences } from './expand.ts';
import { type FieldContext, podField, resourceField } from './pod-fields.ts';
import { serviceEnvironment } from './service-environment.ts';

/** Reads what Pods refer to. Undefined: there is none. */
export interface ObjectReader {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
}

/**
 * The environment of a container. Later variables win, and see earlier ones.
 *
 * @throws {Error} with the words of CreateContainerConfigError when something is missing that is not optional
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
 */
export async function containerEnvironment(
  context: FieldContext,
  container: Container | EphemeralContainer,
  reader: ObjectReader,
  services: readonly Service[],
): Promise<Record<string, string>> {
  const { metadata, spec } = context.pod;
  const namespace = metadata.namespace ?? '';
  const links = serviceEnvironment(services, namespace, spec?.enableServiceLinks !== false);
  const env: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data =
      configMapRef !== undefined
        ? await configMapData(reader, namespace, configMapRef.name ?? '', configMapRef.optional)
        : await secretData(reader, namespace, secretRef?.name ?? '', secretRef?.optional);
    for (const [key, value] of Object.entries(data ?? {})) env[prefix + key] = value;
  }
  const known = (name: string): string | undefined => env[name] ?? links[name];
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (value) env[name] = expandReferences(value, known);
    else if (valueFrom?.fieldRef) env[name] = podField(context, valueFrom.fieldRef.fieldPath);
    else if (valueFrom?.resourceFieldRef) env[name] = resourceField(context, container, valueFrom.resourceFieldRef);
    else if (valueFrom?.configMapKeyRef) {
      const { name: of = '', key, optional } = valueFrom.configMapKeyRef;
      const data = await configMapData(reader, namespace, of, optional);
      const found = data?.[key];
      if (found !== undefined) env[name] = found;
      else if (optional !== true) throw new Error(`couldn't find key ${key} in ConfigMap ${namespace}/${of}`);
    } else if (valueFrom?.secretKeyRef) {
      const { name: of = '', key, optional } = valueFrom.secretKeyRef;
      const data = await secretData(reader, namespace, of, optional);
      const found = data?.[key];
      if (found !== undefined) env[name] = found;
      else if (optional !== true) throw new Error(`couldn't find key ${key} in Secret ${namespace}/${of}`);
    } else env[name] = '';
  }
  return { ...links, ...env };
}

type Data = Readonly<Record<string, string>>;

async function configMapData(
  reader: ObjectReader,
  namespace: string,
  name: string,
  optional?: boolean,
): Promise<Data | undefined> {
  const found = await reader.configMap(namespace, name);
  if (found === undefined && optional !== true) throw new Error(`configmap ${JSON.stringify(name)} not found`);
  return found === undefined ? undefined : (found.data ?? {});
}

async function secretData(
  reader: ObjectReader,
  namespace: string,
  name: string,
  optional?: boolean,
): Promise<Data | undefined> {
  const found = await reader.secret(namespace, name);
  if (found === undefined) {
    if (optional === true) return undefined;
    throw new Error(`secret ${JSON.stringify(name)} not found`);
  }
  return Object.fromEntries(Object.entries(found.data ?? {}).map(([key, text]) => [key, decodeText(text)]));
}

/** UTF-8 text of base64. */
export const decodeText = (base64: string): string => new TextDecoder().decode(decodeBytes(base64));

export function decodeBytes(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
