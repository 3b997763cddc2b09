import type { Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import type { Draft } from '@tabernetes/apimachinery';
import type { MutatingAttributes } from '../admission.ts';

/** The Pod's spec, to be written to: on updates it may be the stored one, which is copied. */
export function ownSpec(pod: Draft<Pod>, spec: Draft<PodSpec>): Draft<PodSpec> {
  if (!Object.isFrozen(spec)) return spec;
  pod.spec = { ...spec };
  return pod.spec;
}

/** The Pod that a request writes (not one of its sub-resources); undefined: the request is about something else. */
export function podDraft({ definition, subresource, draft }: MutatingAttributes): Draft<Pod> | undefined {
  const isPod = definition.group === '' && definition.plural === 'pods' && subresource === '';
  // The kind says that the object has a Pod's type; decoding has checked it.
  return isPod ? (draft as Draft<Pod> | undefined) : undefined;
}
