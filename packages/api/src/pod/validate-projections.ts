import { forbidden, invalid, required } from '@tabernetes/apimachinery';
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  ProjectedVolumeSource,
  SecretVolumeSource,
  Volume,
  VolumeProjection,
} from '../generated/core-v1.ts';
import { localNonReservedPath } from './paths.ts';
import { type Errors, FILE_MODE } from './rules.ts';
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './validate-field-selectors.ts';
import type { PodValidationOptions } from './validation-options.ts';

/** Volumes made of files whose content lies in the API: Secrets, ConfigMaps, the Pod itself, tokens. */

export function validateSecretVolume(errors: Errors, source: SecretVolumeSource, path: string): void {
  if (!source.secretName) errors.push(required(`${path}.secretName`));
  validateMode(errors, `${path}.defaultMode`, source.defaultMode);
  validateItems(errors, source.items, path);
}

export function validateConfigMapVolume(errors: Errors, source: ConfigMapVolumeSource, path: string): void {
  if (!source.name) errors.push(required(`${path}.name`));
  validateMode(errors, `${path}.defaultMode`, source.defaultMode);
  validateItems(errors, source.items, path);
}

export function validateDownwardVolume(errors: Errors, source: DownwardAPIVolumeSource, path: string): void {
  validateMode(errors, `${path}.defaultMode`, source.defaultMode);
  // Upstream names no index here: the path is that of the volume's source.
  for (const file of source.items ?? []) validateDownwardFile(errors, file, path);
}

export function validateProjected(
  errors: Errors,
  source: ProjectedVolumeSource,
  path: string,
  _volume: Volume,
  options: PodValidationOptions,
): void {
  validateMode(errors, `${path}.defaultMode`, source.defaultMode);
  const { sources = [] } = source;
  if (sound.has(sources)) return;
  const before = errors.length;
  const taken = new Set<string>();
  for (let i = 0; i < sources.length; i++) {
    const at = `${path}.sources[${i}]`;
    const { secret, configMap, downwardAPI, serviceAccountToken } = sources[i] as VolumeProjection;
    if (secret) validateKeyed(errors, secret, `${at}.secret`, path, taken);
    if (configMap) validateKeyed(errors, configMap, `${at}.configMap`, path, taken);
    if (downwardAPI) {
      for (const file of downwardAPI.items ?? []) {
        validateDownwardFile(errors, file, `${at}.downwardAPI`);
        takePath(errors, file.path, file.path, path, taken);
      }
    }
    if (serviceAccountToken) validateToken(errors, serviceAccountToken, `${at}.serviceAccountToken`, path, options);
    if (countOf(secret) + countOf(configMap) + countOf(downwardAPI) + countOf(serviceAccountToken) > 1) {
      errors.push(forbidden(at, 'may not specify more than 1 volume type per source'));
    }
  }
  const isStrict = !options.allowNonLocalProjectedTokenPath;
  if (isStrict && errors.length === before && Object.isFrozen(sources)) sound.add(sources);
}

/** Frozen lists in which nothing was wrong: nearly all Pods share the sources of their token. */
const sound = new WeakSet<object>();

const countOf = (source: object | undefined): number => (source === undefined ? 0 : 1);

function validateKeyed(
  errors: Errors,
  source: { readonly name?: string; readonly items?: readonly KeyToPath[] },
  path: string,
  volumePath: string,
  taken: Set<string>,
): void {
  if (!source.name) errors.push(required(`${path}.name`));
  const { items = [] } = source;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as KeyToPath;
    validateKeyToPath(errors, item, `${path}.items[${i}]`);
    takePath(errors, item.path, source.name ?? '', volumePath, taken);
  }
}

function takePath(errors: Errors, file: string, owner: string, volumePath: string, taken: Set<string>): void {
  if (!file) return;
  if (taken.has(file)) errors.push(invalid(volumePath, owner, 'conflicting duplicate paths'));
  taken.add(file);
}

const MIN_TOKEN_SECONDS = 10 * 60;
const MAX_TOKEN_SECONDS = 2 ** 32;

function validateToken(
  errors: Errors,
  token: NonNullable<VolumeProjection['serviceAccountToken']>,
  path: string,
  volumePath: string,
  options: PodValidationOptions,
): void {
  const seconds = token.expirationSeconds ?? 0;
  if (seconds < MIN_TOKEN_SECONDS) {
    const detail = 'may not specify a duration less than 10 minutes';
    errors.push(invalid(`${path}.expirationSeconds`, seconds, detail));
  }
  if (seconds > MAX_TOKEN_SECONDS) {
    const detail = 'may not specify a duration larger than 2^32 seconds';
    errors.push(invalid(`${path}.expirationSeconds`, seconds, detail));
  }
  // Upstream's path is that of the volume's source, not of the token.
  if (!token.path) errors.push(required(`${volumePath}.path`));
  else if (!options.allowNonLocalProjectedTokenPath) localNonReservedPath(errors, `${volumePath}.path`, token.path);
}

function validateDownwardFile(errors: Errors, file: DownwardAPIVolumeFile, path: string): void {
  if (!file.path) errors.push(required(`${path}.path`));
  localNonReservedPath(errors, `${path}.path`, file.path ?? '');
  if (file.fieldRef) {
    validateFieldRef(errors, file.fieldRef, VOLUME_FIELDS, `${path}.fieldRef`);
    if (file.resourceFieldRef) {
      errors.push(invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (file.resourceFieldRef) {
    validateResourceFieldRef(errors, file.resourceFieldRef, `${path}.resourceFieldRef`, true);
  } else {
    errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  }
  validateMode(errors, `${path}.mode`, file.mode);
}

function validateItems(errors: Errors, items: readonly KeyToPath[] | undefined, path: string): void {
  for (const [i, item] of (items ?? []).entries()) validateKeyToPath(errors, item, `${path}.items[${i}]`);
}

function validateKeyToPath(errors: Errors, item: KeyToPath, path: string): void {
  if (!item.key) errors.push(required(`${path}.key`));
  if (!item.path) errors.push(required(`${path}.path`));
  localNonReservedPath(errors, `${path}.path`, item.path ?? '');
  validateMode(errors, `${path}.mode`, item.mode);
}

function validateMode(errors: Errors, path: string, mode: number | undefined): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) errors.push(invalid(path, mode, FILE_MODE));
}
