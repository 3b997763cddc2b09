import type { MutatingWebhook, MutatingWebhookConfiguration } from '@tabernetes/api/types/admissionregistration-v1';
import {
  applyJsonPatch,
  canonical,
  DecodeProblem,
  type Draft,
  decodeJson,
  decodeObject,
  failure,
  goQuote,
  internal,
  isRegisteredKind,
  type KubeObject,
  kindWithDefaults,
  PatchProblem,
  SyntaxProblem,
  semanticEqual,
  statedKind,
  unreadableKind,
} from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { AdmissionPlugin, Admitted, MutatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { CallFailure } from './call-failure.ts';
import { ask, ignored, type WebhookDeps, wanted } from './invoke.ts';
import { converted, isAdmissionConfiguration, type MatchAttributes, type Matched } from './matching.ts';
import { type Decision, denied } from './review.ts';
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
    const object = draft === undefined ? seen.object : printed(attributes, draft);
    const decision = await ask(deps, hook, seen, matched, object, reader, true);
    if (decision?.allowed === false) throw denied(hook.name, decision.status);
    if (decision?.patch !== undefined && (await patch(hook, attributes, matched, decision))) {
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
  attributes: MutatingAttributes,
  matched: Matched,
  { patch: text = '', patchType }: Decision,
): Promise<boolean> {
  const { draft, definition, schema } = attributes;
  const operations = operationsOf(text);
  if (Array.isArray(operations) && operations.length === 0) return false;
  if (draft === undefined) {
    throw internal(
      `admission webhook "${hook.name}" attempted to modify the object, which is not supported for this operation`,
    );
  }
  if (patchType !== 'JSONPatch') {
    ignored(hook, new CallFailure(`unsupported patch type ${goQuote(patchType)}`));
    return false;
  }
  try {
    const current = printed(attributes, draft);
    const version = await converted(current, definition, matched.definition);
    const patched = applyJsonPatch(version, operations) as KubeObject;
    if (patched === version) return false;
    if (!schema.untyped) mustBeKnown(patched, version);
    // Sub-resources with objects of their own have other types, the same in every version.
    const isOwn = schema === definition.schema;
    const { draft: decoded } = decodeObject(isOwn ? matched.definition.schema : schema, patched);
    // Go's types know what they are.
    decoded.apiVersion = version.apiVersion;
    decoded.kind = version.kind;
    decoded.metadata ??= {};
    const next = await converted(decoded as KubeObject, matched.definition, definition);
    const changed = structuredClone(next) as Draft<KubeObject>;
    if (semanticEqual(printed(attributes, changed), current)) return false;
    replace(draft, changed);
    if (isOwn) definition.defaults?.(draft);
    return true;
  } catch (error) {
    if (error instanceof PatchProblem || error instanceof DecodeProblem) throw internal(error.message);
    throw error;
  }
}

function operationsOf(text: string): unknown {
  try {
    return decodeJson(text).value;
  } catch (error) {
    if (error instanceof SyntaxProblem) throw internal(error.message);
    throw error;
  }
}

/** What is patched may call itself another version. @throws {StatusError} 500, as upstream */
function mustBeKnown(patched: KubeObject, before: KubeObject): void {
  const own = statedKind(before);
  const stated = statedKind(patched);
  if (typeof own === 'string') return;
  if (typeof stated === 'string') throw internal(stated);
  const given = kindWithDefaults(stated, own);
  const problem = unreadableKind(given, own);
  if (problem === undefined) return;
  throw isRegisteredKind(given, own) ? failure(500, '', problem) : internal(problem);
}

/** An object as Kubernetes prints its type, also before it is stored: with what is never left out. */
function printed({ schema }: MutatingAttributes, draft: Draft<KubeObject>): KubeObject {
  return schema.untyped ? (draft as KubeObject) : canonical(schema, draft as KubeObject);
}

function replace(draft: Draft<KubeObject>, next: Draft<KubeObject>): void {
  for (const name of Object.keys(draft)) Reflect.deleteProperty(draft, name);
  Object.assign(draft, next);
}
