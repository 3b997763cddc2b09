import type { NodeInfo } from './node-info.ts';
import type { PodQuestion } from './pod-counter.ts';
import type { PodInfo } from './pod-info.ts';

/** A Pod, and the node that it is on. */
export interface PlacedPod {
  /** Its newest state; of equal labels as long as it is placed. */
  pod: PodInfo;
  readonly node: NodeInfo;
}

/**
 * Pods that are on nodes, by key and by namespace; and by the value of labels that a question required, from the first such question on,
 * so that a question about one application does not look at all the others.
 *
 *   #byKey        demo/web-1 ─► { pod, node }
 *   #byNamespace  demo ─► { … }
 *   #byLabel      app ─► web ─► { … }
 */
export class PlacedPods {
  readonly #byKey = new Map<string, PlacedPod>();
  readonly #byNamespace: Groups = new Map();
  readonly #byLabel = new Map<string, Groups>();

  get(key: string): PlacedPod | undefined {
    return this.#byKey.get(key);
  }

  /** @param placed of a key that is not there */
  add(placed: PlacedPod): void {
    const { key, namespace } = placed.pod;
    this.#byKey.set(key, placed);
    addTo(this.#byNamespace, namespace, placed);
    for (const [label, groups] of this.#byLabel) addTo(groups, placed.pod.labels?.[label], placed);
  }

  delete(placed: PlacedPod): void {
    const { key, namespace } = placed.pod;
    this.#byKey.delete(key);
    deleteFrom(this.#byNamespace, namespace, placed);
    for (const [label, groups] of this.#byLabel) deleteFrom(groups, placed.pod.labels?.[label], placed);
  }

  /** Those that match, looked for among as few as possible. */
  forEachMatch(question: PodQuestion, call: (placed: PlacedPod) => void): void {
    const { label, namespaces } = question;
    const matching = (placed: PlacedPod): void => {
      if (question.matches(placed.pod)) call(placed);
    };
    const groups = label && this.#groupsOf(label.key);
    if (label !== undefined && groups !== undefined) {
      for (const placed of groups.get(label.value) ?? [])
        if (namespaces === undefined || namespaces.has(placed.pod.namespace)) matching(placed);
    } else if (namespaces === undefined) this.#byKey.forEach(matching);
    else for (const namespace of namespaces) this.#byNamespace.get(namespace)?.forEach(matching);
  }

  /** Undefined: there are groups of so many labels that no more are made. */
  #groupsOf(label: string): Groups | undefined {
    const known = this.#byLabel.get(label);
    if (known !== undefined || this.#byLabel.size >= MAX_LABELS) return known;
    const groups: Groups = new Map();
    for (const placed of this.#byKey.values()) addTo(groups, placed.pod.labels?.[label], placed);
    this.#byLabel.set(label, groups);
    return groups;
  }
}

type Groups = Map<string, Set<PlacedPod>>;

/** Each costs a look at every Pod that comes or goes. Charts and books select by `app`, `app.kubernetes.io/name` and a few more. */
const MAX_LABELS = 16;

function addTo(groups: Groups, value: string | undefined, placed: PlacedPod): void {
  if (value === undefined) return;
  const group = groups.get(value);
  if (group === undefined) groups.set(value, new Set([placed]));
  else group.add(placed);
}

function deleteFrom(groups: Groups, value: string | undefined, placed: PlacedPod): void {
  if (value === undefined) return;
  const group = groups.get(value);
  if (group?.delete(placed) && group.size === 0) groups.delete(value);
}
