import type { MutatingWebhook, ValidatingWebhook } from '@tabernetes/api/types/admissionregistration-v1';
import { badRequest, forbiddenStatus, goQuote, internal, type KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Rng } from '@tabernetes/base';
import type { ServerReader } from '../server-reader.ts';
import type { ServiceDialer } from '../service-dialer.ts';
import { CallFailure } from './call-failure.ts';
import { callWebhook } from './call-webhook.ts';
import { conditionsHold } from './match-conditions.ts';
import { type MatchAttributes, type Matched, matchedBy, namespaceMatches, objectMatches } from './matching.ts';
import { admissionReview, type Decision, decisionOf } from './review.ts';

export type Webhook = ValidatingWebhook | MutatingWebhook;

export interface WebhookDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  /** What reaches Services; absent: nothing does. */
  readonly dialer?: ServiceDialer | undefined;
}

/**
 * As what a webhook is to see a request; undefined: it need not be asked.
 * @throws {StatusError} a condition cannot be evaluated, and failures are not ignored
 */
export async function wanted(
  hook: Webhook,
  attributes: MatchAttributes,
  reader: ServerReader,
): Promise<Matched | undefined> {
  const { rules = [], matchPolicy = 'Equivalent', failurePolicy = 'Fail', matchConditions = [] } = hook;
  const matched = matchedBy(rules, matchPolicy, attributes, reader);
  if (matched === undefined || !objectMatches(hook.objectSelector, attributes)) return undefined;
  if (!(await namespaceMatches(hook.namespaceSelector, attributes, reader))) return undefined;
  if (matchConditions.length === 0) return matched;
  const result = await conditionsHold(matchConditions, { attributes, matched, reader }, failurePolicy);
  if ('error' in result) {
    const { definition, name } = attributes;
    throw forbiddenStatus({ group: definition.group, resource: definition.plural }, name, result.error);
  }
  return result.matches ? matched : undefined;
}

/**
 * Asks a webhook.
 * @param object as it is now; undefined on deletions
 * @returns undefined: it could not be asked, which does not matter
 * @throws {StatusError} it could not be asked, and that matters
 */
export async function ask(
  deps: WebhookDeps,
  hook: Webhook,
  attributes: MatchAttributes,
  matched: Matched,
  object: KubeObject | undefined,
  reader: ServerReader,
  mutating: boolean,
): Promise<Decision | undefined> {
  const { name, sideEffects, timeoutSeconds, clientConfig, admissionReviewVersions } = hook;
  if (attributes.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook ${goQuote(name)} does not support dry run`);
  }
  try {
    const uid = deps.rng.uuid();
    const question = await admissionReview(admissionReviewVersions, uid, attributes, matched, object);
    const timeoutMs = timeoutSeconds === undefined ? undefined : timeoutSeconds * 1000;
    const answer = await callWebhook(
      { reader, dialer: deps.dialer, clock: deps.clock },
      clientConfig,
      question,
      timeoutMs,
    );
    const decision = decisionOf(answer, question.apiVersion, uid, mutating);
    for (const [key, value] of Object.entries(decision.auditAnnotations)) attributes.annotate(`${name}/${key}`, value);
    for (const warning of decision.warnings) attributes.warn(warning);
    return decision;
  } catch (error) {
    return ignored(hook, error);
  }
}

/** Nothing, where failures of the webhook are ignored. @throws {StatusError} where they matter */
export function ignored({ name, failurePolicy }: Webhook, error: unknown): undefined {
  if (!(error instanceof CallFailure)) throw error;
  if (failurePolicy === 'Ignore') return undefined;
  throw internal(`failed calling webhook ${goQuote(name)}: ${error.message}`);
}
