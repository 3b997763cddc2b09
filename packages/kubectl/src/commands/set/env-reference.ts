import type { Container, EnvVarSource, ResourceFieldSelector } from '@tabernetes/api/types/core-v1';
import { decodeBase64, goQuote, isQualifiedName, type KubeObject, parseQuantity } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';

/** What a variable's value is taken from, in a few words. @see k8s.io/kubectl/pkg/cmd/set/env/env_resolve.go */
export function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  if (resourceFieldRef) {
    const { containerName = '', resource } = resourceFieldRef;
    return `resource field ${containerName === '' ? '' : `${containerName}/`}${resource}`;
  }
  return 'invalid valueFrom';
}

/**
 * The value itself, of the cluster or of the object that the variable stands in: of a Deployment its own fields, not
 * those of the Pods that it will make.
 *
 * @throws {Error} where there is none
 */
export async function resolveReference(
  context: CommandContext,
  object: KubeObject,
  container: Container,
  { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: EnvVarSource,
): Promise<string> {
  if (secretKeyRef) {
    const { name = '', key } = secretKeyRef;
    const value = (await dataOf(context, 'secrets', name))[key];
    if (value === undefined) throw new Error(`key ${key} not found in secret ${name}`);
    return new TextDecoder().decode(decodeBase64(value));
  }
  if (configMapKeyRef) {
    const { name = '', key } = configMapKeyRef;
    const value = (await dataOf(context, 'configmaps', name))[key];
    if (value === undefined) throw new Error(`key ${key} not found in config map ${name}`);
    return value;
  }
  if (fieldRef) return ownField(object, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceText(container, resourceFieldRef);
  throw new Error('invalid valueFrom');
}

async function dataOf(
  { api, namespace }: CommandContext,
  plural: string,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace().name)}/${plural}/${encodeURIComponent(name)}`;
  const { data = {} } = await api().object<{ readonly data?: Readonly<Record<string, string>> }>('GET', path);
  return data;
}

function ownField({ metadata }: KubeObject, path: string): string {
  const [, of = '', key] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  if (key !== undefined) {
    const maps: Readonly<Record<string, Readonly<Record<string, string>> | undefined>> = {
      'metadata.annotations': metadata.annotations ?? {},
      'metadata.labels': metadata.labels ?? {},
    };
    const map = maps[of];
    if (map === undefined) throw new Error(`fieldPath ${goQuote(path)} does not support subscript`);
    const problems = isQualifiedName(of === 'metadata.annotations' ? key.toLowerCase() : key);
    if (problems.length > 0) throw new Error(`invalid key subscript in ${path}: ${problems.join(';')}`);
    return map[key] ?? '';
  }
  switch (path) {
    case 'metadata.annotations':
      return mapText(metadata.annotations ?? {});
    case 'metadata.labels':
      return mapText(metadata.labels ?? {});
    case 'metadata.name':
      return metadata.name ?? '';
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return metadata.uid ?? '';
    default:
      throw new Error(`unsupported fieldPath: ${path}`);
  }
}

const mapText = (map: Readonly<Record<string, string>>): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key] ?? '')}`)
    .join('\n');

/** Whole divisors of what the container itself asks for, rounded up. Whatever container the reference names does not count. */
function resourceText({ resources }: Container, { resource, divisor = '0' }: ResourceFieldSelector): string {
  const [which = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  const isKnown = ['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-');
  if (!isKnown || (which !== 'limits' && which !== 'requests')) {
    throw new Error(`Unsupported container resource : ${resource}`);
  }
  const amount = parseQuantity(resources?.[which]?.[name] ?? '0');
  const unit = parseQuantity(parseQuantity(divisor).isZero() ? '1' : divisor);
  const scale = name === 'cpu' ? ('milliValue' as const) : ('value' as const);
  return String(Math.ceil(amount[scale]() / unit[scale]()));
}
