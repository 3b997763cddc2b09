import { type Draft, type FieldError, forbidden, invalid, notSupported, required } from '@tabernetes/apimachinery';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '../generated/flowcontrol-v1.ts';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/flowcontrol/v1/defaults.go */
export function defaultPriorityLevel({ limited, exempt }: Draft<PriorityLevelConfigurationSpec>): void {
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (limited === undefined) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const queuing = limited.limitResponse?.queuing;
  if (queuing === undefined) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
}

const TYPES = ['Exempt', 'Limited'];
const RESPONSES = ['Queue', 'Reject'];

/**
 * Appends what is wrong with a priority level.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/flowcontrol/validation/validation.go
 */
export function validatePriorityLevelSpec(
  errors: FieldError[],
  { type = '', limited, exempt }: PriorityLevelConfigurationSpec,
  name: string,
): void {
  if ((name === 'exempt') !== (type === 'Exempt')) {
    errors.push(invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'"));
  }
  if (type === 'Exempt') {
    if (limited) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'));
    if (exempt) sharesErrors(errors, exempt, 'spec.exempt');
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'));
    if (limited) limitedErrors(errors, limited, 'spec.limited');
    else errors.push(required('spec.limited', 'must not be empty when type is Limited'));
  } else errors.push(notSupported('spec.type', type, TYPES));
}

function sharesErrors(
  errors: FieldError[],
  { nominalConcurrencyShares: shares, lendablePercent: percent }: ExemptPriorityLevelConfiguration,
  at: string,
): void {
  if (shares !== undefined && shares < 0) {
    errors.push(invalid(`${at}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'));
  }
  if (percent !== undefined && (percent < 0 || percent > 100)) {
    errors.push(invalid(`${at}.lendablePercent`, percent, 'must be between 0 and 100, inclusive'));
  }
}

function limitedErrors(errors: FieldError[], limited: LimitedPriorityLevelConfiguration, at: string): void {
  const { nominalConcurrencyShares, lendablePercent, borrowingLimitPercent: borrowed, limitResponse } = limited;
  if (nominalConcurrencyShares !== undefined) sharesErrors(errors, { nominalConcurrencyShares }, at);
  responseErrors(errors, limitResponse ?? { type: '' }, `${at}.limitResponse`);
  if (lendablePercent !== undefined) sharesErrors(errors, { lendablePercent }, at);
  if (borrowed !== undefined && borrowed < 0) {
    errors.push(invalid(`${at}.borrowingLimitPercent`, borrowed, 'if specified, must be a non-negative integer'));
  }
}

// Upstream names the wrong type and field in these two.
function responseErrors(errors: FieldError[], { type = '', queuing }: LimitResponse, at: string): void {
  if (type === 'Reject') {
    const detail = 'must be nil if limited.limitResponse.type is not Limited';
    if (queuing) errors.push(forbidden(`${at}.queuing`, detail));
  } else if (type === 'Queue') {
    const detail = 'must not be empty if limited.limitResponse.type is Limited';
    if (queuing) queuingErrors(errors, queuing, `${at}.queuing`);
    else errors.push(required(`${at}.queuing`, detail));
  } else errors.push(notSupported(`${at}.type`, type, RESPONSES));
}

const MAX_QUEUES = 10_000_000;
/** Bits of the hash that deals the queues to flows. */
const MAX_HASH_BITS = 60;

function queuingErrors(errors: FieldError[], queuing: QueuingConfiguration, at: string): void {
  const { queueLengthLimit: length = 0, queues = 0, handSize: hand = 0 } = queuing;
  const refuse = (field: string, value: number, detail: string): void => {
    errors.push(invalid(`${at}.${field}`, value, detail));
  };
  if (length <= 0) refuse('queueLengthLimit', length, 'must be positive');
  if (queues <= 0) refuse('queues', queues, 'must be positive');
  else if (queues > MAX_QUEUES) refuse('queues', queues, `must not be greater than ${MAX_QUEUES}`);
  if (hand <= 0) refuse('handSize', hand, 'must be positive');
  else if (hand > queues) refuse('handSize', hand, `should not be greater than queues (${queues})`);
  else if (Math.ceil(Math.log2(queues) * hand) > MAX_HASH_BITS) {
    const bits = `required entropy bits of deckSize ${queues} and handSize ${hand}`;
    refuse('handSize', hand, `${bits} should not be greater than ${MAX_HASH_BITS}`);
  }
}
