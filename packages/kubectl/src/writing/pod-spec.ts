import type { Container, PodSpec } from '@tabernetes/api/types/core-v1';
import { createStrategicPatch, type KubeObject } from '@tabernetes/apimachinery';
import { goJson } from '../go-json.ts';
import { schemaOfObject } from './schema-of.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where kinds have their Pod's spec. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
};

/** `*v1.ConfigMap`: what Go calls the type of an object. */
export function goType({ apiVersion, kind }: KubeObject): string {
  return `*${apiVersion.slice(apiVersion.indexOf('/') + 1)}.${kind}`;
}

/** The object with its Pod's spec changed. @throws {Error} when it has none */
export function changePodSpec(object: KubeObject, change: (spec: PodSpec) => PodSpec): KubeObject {
  const path = PATHS[object.kind];
  if (path === undefined) {
    throw new Error(`the object is not a pod or does not have a pod template: ${goType(object)}`);
  }
  return changeAt(object as unknown as Json, path, (spec) =>
    change((spec ?? { containers: [] }) as PodSpec),
  ) as KubeObject & Json;
}

function changeAt(
  value: Json | undefined,
  [key, ...rest]: readonly string[],
  change: (value: unknown) => unknown,
): Json {
  const own = value ?? {};
  if (key === undefined) return change(value) as Json;
  return { ...own, [key]: rest.length === 0 ? change(own[key]) : changeAt(own[key] as Json, rest, change) };
}

/** Containers whose name matches a pattern with `*` changed, and how many there were. */
export function changeContainers(
  list: readonly Container[] | undefined,
  pattern: string,
  change: (container: Container) => Container,
): { readonly list: readonly Container[] | undefined; readonly count: number } {
  const matches = matcher(pattern);
  let count = 0;
  const changed = list?.map((container) => {
    if (!matches(container.name)) return container;
    count++;
    return change(container);
  });
  return { list: changed, count };
}

function matcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const expression = new RegExp(`^${source}$`);
  return (name) => expression.test(name);
}

/** The patch that makes one object of the other; undefined when they are the same. */
export function strategicPatchOf(before: KubeObject, after: KubeObject): unknown {
  const schema = schemaOfObject(before);
  if (schema === undefined) {
    throw new Error(
      `no kind ${JSON.stringify(before.kind)} is registered for version ${JSON.stringify(before.apiVersion)}`,
    );
  }
  const patch = createStrategicPatch(schema, before, after);
  return goJson(patch) === '{}' ? undefined : patch;
}
