import type { KindDefinition } from '@tabernetes/api';
import type { ParamKind, ParamRef } from '@tabernetes/api/types/admissionregistration-v1';
import { type KubeObject, labelSelectorAsSelector } from '@tabernetes/apimachinery';
import type { ServerReader } from '../server-reader.ts';
import { converted } from '../webhooks/matching.ts';

/** A policy or a binding cannot be used as it is written. */
export class ConfigurationError extends Error {}

/** The kind of a policy's parameters; undefined: it has none. @throws {ConfigurationError} */
export function paramDefinition(paramKind: ParamKind | undefined, reader: ServerReader): KindDefinition | undefined {
  if (paramKind === undefined) return undefined;
  const { apiVersion = '', kind = '' } = paramKind;
  const slash = apiVersion.indexOf('/');
  const found = reader.byKind({
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind,
  });
  if (found === undefined) {
    const shown = slash < 0 ? `/${apiVersion}` : apiVersion;
    throw new ConfigurationError(`failed to find resource referenced by paramKind: '${shown}, Kind=${kind}'`);
  }
  return found;
}

/**
 * The objects with which a binding has its policy evaluated; one that is undefined stands for none.
 * @throws {ConfigurationError}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/generic/policy_dispatcher.go CollectParams
 */
export async function collectParams(
  definition: KindDefinition | undefined,
  ref: ParamRef | undefined,
  requestNamespace: string,
  reader: ServerReader,
): Promise<readonly (KubeObject | undefined)[]> {
  if (definition === undefined || ref === undefined) return [undefined];
  const { name, namespace = '', selector, parameterNotFoundAction } = ref;
  if (namespace !== '' && !definition.namespaced) {
    throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const place = definition.namespaced ? namespace || requestNamespace : '';
  if (definition.namespaced && place === '') {
    throw new ConfigurationError(
      'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources',
    );
  }
  let found: readonly KubeObject[];
  if (name) {
    const one = await reader.get(definition, place, name);
    found = one === undefined ? [] : [one];
  } else {
    const wanted = labelSelectorAsSelector(selector);
    found = (await reader.list(definition, place)).filter(({ metadata }) => wanted.matches(metadata.labels));
  }
  if (found.length === 0 && parameterNotFoundAction === 'Deny') {
    throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  const stored = definition.storedAs ? (reader.byKind(definition.storedAs.kind) ?? definition) : definition;
  return await Promise.all(found.map((object) => converted(object, stored, definition)));
}
