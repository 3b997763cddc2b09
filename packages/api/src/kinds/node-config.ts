import {
  type FieldError,
  forbidden,
  invalid,
  isConfigMapKey,
  isDns1123Label,
  isDns1123Subdomain,
  required,
} from '@tabernetes/apimachinery';
import type { ConfigMapNodeConfigSource, NodeConfigSource, NodeConfigStatus } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { reject } from '../pod/rules.ts';

/*
 * Dynamic kubelet configuration has been removed; what Nodes may still say about it is held to the old rules.
 */

/** Appends what is wrong with `spec.configSource`. */
export function validateConfigSource(errors: FieldError[], source: NodeConfigSource): void {
  const at = 'spec.configSource';
  const { configMap } = source;
  if (configMap === undefined) {
    errors.push(noReference(at, source));
    return;
  }
  if (configMap.uid) errors.push(forbidden(`${at}.configMap.uid`, 'uid must not be set in spec'));
  if (configMap.resourceVersion) {
    errors.push(forbidden(`${at}.configMap.resourceVersion`, 'resourceVersion must not be set in spec'));
  }
  configMapErrors(errors, configMap, `${at}.configMap`);
}

/** Appends what is wrong with `status.config`. */
export function validateConfigStatus(errors: FieldError[], status: NodeConfigStatus): void {
  for (const name of ['assigned', 'active', 'lastKnownGood'] as const) {
    const source = status[name];
    if (source === undefined) continue;
    const at = `status.config.${name}`;
    const { configMap } = source;
    if (configMap === undefined) {
      errors.push(noReference(at, source));
      continue;
    }
    if (!configMap.uid) errors.push(required(`${at}.configMap.uid`, 'uid must be set in status'));
    if (!configMap.resourceVersion) {
      errors.push(required(`${at}.configMap.resourceVersion`, 'resourceVersion must be set in status'));
    }
    configMapErrors(errors, configMap, `${at}.configMap`);
  }
}

const noReference = (at: string, source: NodeConfigSource): FieldError =>
  invalid(at, dumpGo('core.NodeConfigSource', source), 'exactly one reference subfield must be non-nil');

function configMapErrors(errors: FieldError[], source: ConfigMapNodeConfigSource, at: string): void {
  const { namespace = '', name = '', kubeletConfigKey = '' } = source;
  if (namespace === '') errors.push(required(`${at}.namespace`, 'namespace must be set'));
  else reject(errors, `${at}.namespace`, namespace, isDns1123Label(namespace));
  if (name === '') errors.push(required(`${at}.name`, 'name must be set'));
  else reject(errors, `${at}.name`, name, isDns1123Subdomain(name));
  if (kubeletConfigKey === '') errors.push(required(`${at}.kubeletConfigKey`, 'kubeletConfigKey must be set'));
  else reject(errors, `${at}.kubeletConfigKey`, kubeletConfigKey, isConfigMapKey(kubeletConfigKey));
}
