import type { MutatingWebhook, MutatingWebhookConfiguration } from '@tabernetes/api/types/admissionregistration-v1';
import {
  applyJsonPatch,
  DecodeProblem,
  type Draft,
  decodeObject,
  internal,
  type KubeObject,
  PatchProblem,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin, Admitted, MutatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { ask, type WebhookDeps, wanted } from './invoke.ts';
import { converted, isAdmissionConfiguration, type MatchAttributes, type Matched } from './matching.ts';
import { denied } from './review.ts';
import { storedObjects } from './stored-objects.ts';

/** What the first round has left for the second, which comes when a webhook has changed the object. */
interface Rounds {
  /** Webhooks that want to see later changes, and have been asked. */
  readonly asked: Set<MutatingWebhook>;
  /** Those of them after which the object changed. */
  readonly again: Set<MutatingWebhook>;
  output: KubeObject | undefined;
}

/**
 * Asks mutating webhooks, one after another, in the order of the names of their configurations. When one has changed the
 * object, all plugins see it once more, and webhooks that wish to.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#reinvocation-policy
 */
export async function mutatingWebhooks(
  store: Store<KubeObject>,
  deps: WebhookDeps,
): Promise<AdmissionPlugin & Disposable> {
  const configurations = await storedObjects<MutatingWebhookConfiguration>(store, {
    group: 'admissionregistration.k8s.io',
    plural: 'mutatingwebhookconfigurations',
  });
  const rounds = new WeakMap<MutatingAttributes, Rounds>();
  return {
    name: 'MutatingAdmissionWebhook',
    replacesParts: true,
    isIdle: () => configurations.list().length === 0,
    admit(attributes, reader) {
      if (configurations.list().length === 0) return;
      const hooks = configurations.list().flatMap(({ webhooks = [] }) => webhooks);
      const before = rounds.get(attributes);
      const state: Rounds = before ?? { asked: new Set(), again: new Set(), output: undefined };
      rounds.set(attributes, state);
      return dispatch(deps, hooks, attributes, reader, state, before !== undefined);
    },
    dispose: () => configurations.dispose(),
  };
}

async function dispatch(
  deps: WebhookDeps,
  hooks: readonly MutatingWebhook[],
  attributes: MutatingAttributes,
  reader: ServerReader,
  state: Rounds,
  isSecond: boolean,
): Promise<Admitted> {
  const { draft } = attributes;
  const seen: MatchAttributes = draft === undefined ? attributes : { ...attributes, object: draft as KubeObject };
  if (isAdmissionConfiguration(seen)) return;
  const requireAgain = (): void => {
    for (const hook of state.asked) state.again.add(hook);
    state.asked.clear();
  };
  if (isSecond && !semanticEqual(state.output, draft)) requireAgain();
  let changed = false;
  for (const hook of hooks) {
    const matched = await wanted(hook, seen, reader);
    if (matched === undefined || (isSecond && !state.again.has(hook))) continue;
    const decision = await ask(deps, hook, seen, matched, draft && (draft as KubeObject), reader, true);
    if (decision?.allowed === false) throw denied(hook.name, decision.status);
    if (decision?.patch !== undefined && (await patch(hook, attributes, matched, decision.patch))) {
      changed = true;
      requireAgain();
    }
    if (hook.reinvocationPolicy === 'IfNeeded') state.asked.add(hook);
  }
  state.output = draft && (structuredClone(draft) as KubeObject);
  return changed ? 'reinvoke' : undefined;
}

/** Whether the object is another now. */
async function patch(
  hook: MutatingWebhook,
  { draft, definition, subresource }: MutatingAttributes,
  matched: Matched,
  operations: unknown,
): Promise<boolean> {
  if (Array.isArray(operations) && operations.length === 0) return false;
  if (draft === undefined) {
    throw internal(
      `admission webhook "${hook.name}" attempted to modify the object, which is not supported for this operation`,
    );
  }
  try {
    const current = draft as KubeObject;
    const version = await converted(current, definition, matched.definition);
    const patched = applyJsonPatch(version, operations) as KubeObject;
    if (patched === version) return false;
    // Sub-resources with objects of their own have other types, which they check themselves.
    const isOwn = subresource === '' || draft.kind === definition.kind;
    const decoded = isOwn
      ? (decodeObject(matched.definition.schema, patched).draft as KubeObject)
      : structuredClone(patched);
    const next = await converted(decoded, matched.definition, definition);
    if (semanticEqual(next, current)) return false;
    replace(draft, structuredClone(next));
    if (isOwn) definition.defaults?.(draft);
    return true;
  } catch (error) {
    if (error instanceof PatchProblem || error instanceof DecodeProblem) throw internal(error.message);
    throw error;
  }
}

function replace(draft: Draft<KubeObject>, next: KubeObject): void {
  for (const name of Object.keys(draft)) Reflect.deleteProperty(draft, name);
  Object.assign(draft, next);
}
