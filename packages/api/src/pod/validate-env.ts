import {
  invalid,
  isConfigMapKey,
  isDns1123Subdomain,
  isRelaxedEnvVarName,
  nameIsDnsSubdomain,
  required,
} from '@tabernetes/apimachinery';
import type { EnvFromSource, EnvVar, EnvVarSource } from '../generated/core-v1.ts';
import { type Errors, reject } from './rules.ts';
import { ENV_FIELDS, validateFieldRef, validateResourceFieldRef } from './validate-field-selectors.ts';

/** Variables of a container. */
export function validateEnv(errors: Errors, env: readonly EnvVar[], path: string): void {
  for (let i = 0; i < env.length; i++) {
    const variable = env[i] as EnvVar;
    if (!variable.name) errors.push(required(`${path}[${i}].name`));
    else reject(errors, `${path}[${i}].name`, variable.name, isRelaxedEnvVarName(variable.name));
    if (variable.valueFrom) {
      validateValueFrom(errors, variable.valueFrom, variable.value ?? '', `${path}[${i}].valueFrom`);
    }
  }
}

function validateValueFrom(errors: Errors, from: EnvVarSource, value: string, path: string): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
  let sources = 0;
  if (fieldRef) {
    sources++;
    validateFieldRef(errors, fieldRef, ENV_FIELDS, `${path}.fieldRef`);
  }
  if (resourceFieldRef) {
    sources++;
    validateResourceFieldRef(errors, resourceFieldRef, `${path}.resourceFieldRef`, false);
  }
  if (configMapKeyRef) {
    sources++;
    validateKeySelector(errors, configMapKeyRef, `${path}.configMapKeyRef`);
  }
  if (secretKeyRef) {
    sources++;
    validateKeySelector(errors, secretKeyRef, `${path}.secretKeyRef`);
  }
  if (sources === 0) {
    const detail = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.push(invalid(path, '', detail));
  } else if (value !== '') {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
}

function validateKeySelector(
  errors: Errors,
  selector: { readonly name?: string; readonly key: string },
  path: string,
): void {
  const { name = '', key } = selector;
  reject(errors, `${path}.name`, name, isDns1123Subdomain(name));
  if (!key) errors.push(required(`${path}.key`));
  else reject(errors, `${path}.key`, key, isConfigMapKey(key));
}

/** Sources of whole sets of variables. */
export function validateEnvFrom(errors: Errors, sources: readonly EnvFromSource[], path: string): void {
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const at = `${path}[${i}]`;
    if (prefix) reject(errors, `${at}.prefix`, prefix, isRelaxedEnvVarName(prefix));
    if (configMapRef) validateEnvSource(errors, configMapRef.name, `${at}.configMapRef.name`);
    if (secretRef) validateEnvSource(errors, secretRef.name, `${at}.secretRef.name`);
    // Upstream's path has no index here.
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  }
}

function validateEnvSource(errors: Errors, name: string | undefined, path: string): void {
  if (!name) errors.push(required(path));
  else reject(errors, path, name, nameIsDnsSubdomain(name, true));
}
