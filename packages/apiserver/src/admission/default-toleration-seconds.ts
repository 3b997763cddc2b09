import type { Toleration } from '@tabernetes/api/types/core-v1';
import type { AdmissionPlugin } from '../admission.ts';
import { podDraft } from './pods.ts';

const SECONDS = 300;
const TAINTS: readonly string[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

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
    const own = pod.spec.tolerations ?? [];
    const missing = TAINTS.filter((taint) => !own.some((toleration) => covers(toleration, taint)));
    if (missing.length === 0) return;
    const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }));
    pod.spec = { ...pod.spec, tolerations: [...own, ...added] };
  },
});

const covers = ({ key, effect }: Toleration, taint: string): boolean =>
  (!key || key === taint) && (!effect || effect === 'NoExecute');
