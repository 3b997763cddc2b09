import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  isQualifiedName,
  parseQuantity,
  required,
} from '@tabernetes/apimachinery';
import type { LimitRange, LimitRangeItem } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { compareQuantities, quantityText, roundResources } from '../pod/quantities.ts';
import { isOvercommitAllowed } from '../pod/resource-names.ts';
import { reject } from '../pod/rules.ts';
import { validateContainerResourceName, validateResourceName } from '../pod/validate-resources.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { limitRange as names } from './names/policies.ts';

/**
 * Limits what single Pods, containers and claims may ask for, and what they get when they ask for nothing.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/limit-range-v1/
 */
export const limitRange = defineKind<LimitRange>({
  ...names,
  allowCreateOnUpdate: true,

  defaults: ({ spec }) => {
    for (const item of spec?.limits ?? []) {
      if (item.type === 'Container') {
        item.default = { ...item.max, ...item.default };
        item.defaultRequest = { ...item.min, ...item.default, ...item.defaultRequest };
      }
      for (const list of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio]) {
        if (list) roundResources(list);
      }
    }
  },
  // One of a kind per namespace is the rule, so a name may be left out.
  prepareForCreate: ({ metadata }, { rng }) => {
    metadata.name ||= rng.uuid();
  },
  validate: ({ spec }) => {
    const errors: FieldError[] = [];
    const types = new Set<string>();
    for (const [i, item] of (spec?.limits ?? []).entries()) {
      const at = `spec.limits[${i}]`;
      const { type = '' } = item;
      typeErrors(errors, type, `${at}.type`);
      if (types.has(type)) errors.push(duplicate(`${at}.type`, type));
      types.add(type);
      itemErrors(errors, item, at);
    }
    return errors;
  },
  metadataOnUpdate: ['whole'],

  columns: [nameColumn, createdAtColumn],
});

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
/** Above this, ratios are taken of whole units: thousandths would not fit an int64. */
const MAX_MILLI = Math.trunc(Number.MAX_SAFE_INTEGER / 1000);

function typeErrors(errors: FieldError[], type: string, at: string): void {
  const problems = isQualifiedName(type);
  reject(errors, at, type, problems);
  if (problems.length === 0 && !type.includes('/') && !TYPES.includes(type)) {
    errors.push(invalid(at, type, 'must be a standard limit type or fully qualified'));
  }
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidateLimitRange */
function itemErrors(errors: FieldError[], item: LimitRangeItem, at: string): void {
  const { type = '', max = {}, min = {}, maxLimitRequestRatio = {} } = item;
  const names = new Set<string>();
  const look = (list: Readonly<Record<string, string>>, field: string): void => {
    for (const name of Object.keys(list)) {
      const path = `${at}.${field}[${name}]`;
      if (type === 'Pod' || type === 'Container') validateContainerResourceName(errors, name, path);
      else validateResourceName(errors, name, path);
      names.add(name);
    }
  };
  look(max, 'max');
  look(min, 'min');
  const ofPod = type === 'Pod';
  const detail = "may not be specified when `type` is 'Pod'";
  for (const field of ['default', 'defaultRequest'] as const) {
    const list = item[field] ?? {};
    if (!ofPod) look(list, field);
    else if (Object.keys(list).length > 0) errors.push(forbidden(`${at}.${field}`, detail));
  }
  if (type === 'PersistentVolumeClaim' && min['storage'] === undefined && max['storage'] === undefined) {
    const text = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${at}.limits`, text));
  }
  look(maxLimitRequestRatio, 'maxLimitRequestRatio');
  for (const name of names) amountErrors(errors, item, name, ofPod, at);
}

/** Names come from the user: `constructor` is one too. */
const amountOf = (list: Readonly<Record<string, string>> | undefined, name: string): string | undefined =>
  list !== undefined && Object.hasOwn(list, name) ? list[name] : undefined;

/** Minimum, requests, limits and maximum of one resource must be in this order. */
function amountErrors(errors: FieldError[], item: LimitRangeItem, name: string, ofPod: boolean, at: string): void {
  const min = amountOf(item.min, name);
  const max = amountOf(item.max, name);
  const limit = ofPod ? undefined : amountOf(item.default, name);
  const request = ofPod ? undefined : amountOf(item.defaultRequest, name);
  const ratio = amountOf(item.maxLimitRequestRatio, name);
  const ordered = (
    low: string | undefined,
    lowText: string,
    high: string | undefined,
    highText: string,
    field: string,
    shown: string | undefined,
  ): void => {
    if (low === undefined || high === undefined || compareQuantities(low, high) <= 0) return;
    const text = `${lowText} value ${quantityText(low)} is greater than ${highText} value ${quantityText(high)}`;
    errors.push(invalid(`${at}.${field}[${name}]`, dumpGo('resource.Quantity', shown ?? low), text));
  };
  ordered(min, 'min', max, 'max', 'min', min);
  ordered(min, 'min', request, 'default request', 'defaultRequest', request);
  ordered(request, 'default request', max, 'max', 'defaultRequest', request);
  ordered(request, 'default request', limit, 'default limit', 'defaultRequest', request);
  ordered(min, 'min', limit, 'default', 'default', min);
  ordered(limit, 'default', max, 'max', 'default', max);
  if (ratio !== undefined) ratioErrors(errors, ratio, min, max, `${at}.maxLimitRequestRatio[${name}]`);
  if (isOvercommitAllowed(name) || limit === undefined || request === undefined) return;
  if (compareQuantities(limit, request) !== 0) {
    const text = `default value ${quantityText(limit)} must equal to defaultRequest value ${quantityText(request)} in ${name}`;
    errors.push(invalid(`${at}.defaultRequest[${name}]`, dumpGo('resource.Quantity', request), text));
  }
}

function ratioErrors(
  errors: FieldError[],
  ratio: string,
  min: string | undefined,
  max: string | undefined,
  at: string,
): void {
  const amount = parseQuantity(ratio);
  const text = amount.toString();
  if (compareQuantities(ratio, '1') < 0)
    errors.push(invalid(at, dumpGo('resource.Quantity', ratio), `ratio ${text} is less than 1`));
  if (min === undefined || max === undefined) return;
  const [low, high] = [parseQuantity(min), parseQuantity(max)];
  const fine = [amount, low, high].every((quantity) => quantity.value() < MAX_MILLI);
  const value = fine ? amount.milliValue() / 1000 : amount.value();
  const bound = fine ? high.milliValue() / low.milliValue() : high.value() / low.value();
  if (value > bound) {
    errors.push(
      invalid(at, dumpGo('resource.Quantity', ratio), `ratio ${text} is greater than max/min = ${bound.toFixed(6)}`),
    );
  }
}
