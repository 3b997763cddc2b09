import type { Toleration } from '@tabernetes/api/types/core-v1';
import { settle } from '@tabernetes/apimachinery';
import type { AdmissionPlugin } from '../admission.ts';
import { ownSpec, podDraft } from './pods.ts';

const SECONDS = 300;

/** One object in all Pods; fields in Go's order. */
const TOLERATIONS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map((key) =>
  settle({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }),
);

/**
 * Pods stay for five minutes on a node that is not ready or not reachable, unless they say otherwise.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/defaulttolerationseconds/admission.go
 */
export const defaultTolerationSeconds = (): AdmissionPlugin => ({
  name: 'DefaultTolerationSeconds',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  replacesParts: true,
  admit(attributes) {
    const pod = podDraft(attributes);
    if (pod?.spec === undefined) return;
    const own = pod.spec.tolerations ?? NONE;
    const missing = missingFrom(own);
    if (missing.length > 0) ownSpec(pod, pod.spec).tolerations = [...own, ...missing];
  },
});

const NONE: readonly Toleration[] = [];

/** Most Pods lack both or, seen again, none. */
function missingFrom(own: readonly Toleration[]): readonly Toleration[] {
  if (own.length === 0) return TOLERATIONS;
  let missing = NONE;
  for (const one of TOLERATIONS) if (!isCovered(own, one.key)) missing = [...missing, one];
  return missing;
}

function isCovered(own: readonly Toleration[], taint: string): boolean {
  for (const one of own) if (covers(one, taint)) return true;
  return false;
}

const covers = ({ key, effect }: Toleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === 'NoExecute');
