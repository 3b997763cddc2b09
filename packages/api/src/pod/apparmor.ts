import { type Draft, type FieldError, forbidden } from '@tabernetes/apimachinery';
import type { AppArmorProfile, Pod, PodSpec } from '../generated/core-v1.ts';
import { containersWithPath, someContainer } from './containers.ts';
import type { AnyContainer } from './default-containers.ts';
import { validateAppArmor } from './validate-security-context.ts';

/** Where AppArmor profiles stood before they had fields: this and the container's name. */
export const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';
const RUNTIME_DEFAULT = 'runtime/default';
const UNCONFINED = 'unconfined';
const LOCALHOST = 'localhost/';

/** A profile's name in an annotation is well-formed. */
export const isAppArmorText = (text: string): boolean =>
  text === '' || text === RUNTIME_DEFAULT || text === UNCONFINED || text.startsWith(LOCALHOST);

/**
 * Keeps annotation and field of each container in step, so that clients of either age find what they look for.
 * `warn` hears of annotations that had no field beside them.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/pod/strategy.go applyAppArmorVersionSkew
 */
export function syncAppArmor(draft: Draft<Pod>, warn: (text: string) => void): void {
  const spec = draft.spec;
  if (!spec || spec.os?.name === 'windows') return;
  const ofPod = spec.securityContext?.appArmorProfile;
  if (!ofPod && !draft.metadata.annotations && !someContainer(spec, hasProfile)) return;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  for (const container of containers) {
    const key = `${APPARMOR_ANNOTATION}${container.name}`;
    const annotation = draft.metadata.annotations?.[key];
    const own = container.securityContext?.appArmorProfile;
    if (annotation === undefined) {
      const text = annotationOf(own ?? ofPod);
      if (text === undefined) continue;
      draft.metadata.annotations ??= {};
      draft.metadata.annotations[key] = text;
    } else if (!own) {
      const field = fieldOf(annotation);
      if (field && isSame(field, ofPod)) continue;
      if (field) {
        container.securityContext ??= {};
        container.securityContext.appArmorProfile = field;
      }
      warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
    }
  }
}

const hasProfile = ({ securityContext }: AnyContainer): boolean => securityContext?.appArmorProfile !== undefined;

function annotationOf(profile: AppArmorProfile | undefined): string | undefined {
  switch (profile?.type) {
    case 'Unconfined':
      return UNCONFINED;
    case 'RuntimeDefault':
      return RUNTIME_DEFAULT;
    case 'Localhost':
      return profile.localhostProfile === undefined ? undefined : `${LOCALHOST}${profile.localhostProfile}`;
    default:
      return undefined;
  }
}

function fieldOf(annotation: string): Draft<AppArmorProfile> | undefined {
  if (annotation === UNCONFINED) return { type: 'Unconfined' };
  if (annotation === RUNTIME_DEFAULT) return { type: 'RuntimeDefault' };
  if (!annotation.startsWith(LOCALHOST)) return undefined;
  const profile = { type: 'Localhost', localhostProfile: annotation.slice(LOCALHOST.length) };
  const problems: FieldError[] = [];
  validateAppArmor(problems, profile, '');
  return problems.length === 0 ? profile : undefined;
}

const isSame = (a: AppArmorProfile, b: AppArmorProfile | undefined): boolean =>
  a.type === b?.type && a.localhostProfile === b.localhostProfile;

/** On creation a container's field and annotation, if it has both, must say the same. */
export function validateAppArmorMatch(
  errors: FieldError[],
  annotations: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
  path: string,
): void {
  if (!annotations || spec.os?.name === 'windows') return;
  const ofPod = spec.securityContext?.appArmorProfile;
  for (const [container, at] of containersWithPath(spec, path)) {
    const profile = container.securityContext?.appArmorProfile ?? ofPod;
    const annotation = annotations[`${APPARMOR_ANNOTATION}${container.name}`];
    if (!profile || annotation === undefined) continue;
    const field = `${at}.securityContext.appArmorProfile`;
    const wrong = 'apparmor type in annotation and field must match';
    if (profile.type === 'Localhost') {
      if (!annotation.startsWith(LOCALHOST)) errors.push(forbidden(`${field}.type`, wrong));
      else if (annotation.slice(LOCALHOST.length) !== profile.localhostProfile) {
        errors.push(forbidden(`${field}.localhostProfile`, 'apparmor profile in annotation and field must match'));
      }
    } else if (
      (profile.type === 'Unconfined' && annotation !== UNCONFINED) ||
      (profile.type === 'RuntimeDefault' && annotation !== RUNTIME_DEFAULT)
    ) {
      errors.push(forbidden(`${field}.type`, wrong));
    }
  }
}
