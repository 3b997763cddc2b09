import {
  type Draft,
  duplicate,
  type FieldError,
  forbidden,
  GoText,
  goBytes,
  invalid,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
} from '../generated/certificates-v1.ts';
import { certificateProblem, certificateRequestProblem } from './rules/certificates.ts';
import { validateSignerName } from './rules/signer-name.ts';

/*
 * What a CertificateSigningRequest must be.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/certificates/validation/validation.go
 */

/** What a write may do beyond the main resource: decide (`approval`), or issue (`status`). */
export interface RequestPowers {
  readonly mayApprove?: boolean;
  readonly mayIssue?: boolean;
}

/** Rules of a request; what `old` has already may stay. */
export function validateRequest(object: CertificateSigningRequest, old?: CertificateSigningRequest): FieldError[] {
  const { spec, status } = object;
  const errors: FieldError[] = [];
  const problem = certificateRequestProblem(spec.request);
  if (problem !== undefined) errors.push(invalid('spec.request', new GoText(goBytes(spec.request)), problem));
  usageErrors(errors, spec.usages ?? [], old?.spec);
  if (spec.signerName === LEGACY_SIGNER && old?.spec.signerName !== LEGACY_SIGNER) {
    const detail = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', spec.signerName, detail));
  } else validateSignerName(errors, 'spec.signerName', spec.signerName ?? '');
  const { expirationSeconds: seconds } = spec;
  if (seconds !== undefined && seconds < MIN_SECONDS) {
    const detail = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, detail));
  }
  conditionErrors(errors, status?.conditions ?? [], old?.status?.conditions ?? []);
  if (old === undefined || !mayKeepCertificate(object, old)) {
    const bad = certificateProblem(status?.certificate);
    if (bad !== undefined) errors.push(invalid('status.certificate', '<certificate data>', bad));
  }
  return errors;
}

/** Rules of a change, given what the writer may do. */
export function validateRequestUpdate(
  object: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { mayApprove = false, mayIssue = false }: RequestPowers,
): FieldError[] {
  const errors = validateRequest(object, old);
  const at = 'status.conditions';
  for (const type of DECIDED) {
    if (count(object, type) < count(old, type)) {
      errors.push(forbidden(at, `updates may not remove a condition of type "${type}"`));
    }
  }
  for (const type of mayApprove ? [] : DECISIONS) {
    if (count(object, type) > count(old, type)) {
      errors.push(forbidden(at, `updates may not add a condition of type "${type}"`));
    }
  }
  const had = old.status?.certificate ?? '';
  if ((object.status?.certificate ?? '') === had) return errors;
  if (!mayIssue) errors.push(forbidden('status.certificate', 'updates may not set certificate content'));
  else if (had !== '')
    errors.push(forbidden('status.certificate', 'updates may not modify existing certificate content'));
  return errors;
}

/** Fills in the times of conditions that have none; one that says what it said keeps the time of its last change. */
export function stampConditions(
  conditions: Draft<CertificateSigningRequestCondition>[],
  old: CertificateSigningRequest,
  now: string,
): void {
  for (const condition of conditions) {
    condition.lastUpdateTime ||= now;
    if (condition.lastTransitionTime) continue;
    const same = (old.status?.conditions ?? []).find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && lastTransitionTime,
    );
    condition.lastTransitionTime = same?.lastTransitionTime ?? now;
  }
}

const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown';
const MIN_SECONDS = 600;
const DECISIONS = ['Approved', 'Denied'];
const DECIDED = ['Approved', 'Denied', 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const count = ({ status }: CertificateSigningRequest, wanted: string): number =>
  (status?.conditions ?? []).filter(({ type }) => type === wanted).length;

const hasTwins = (values: readonly string[]): boolean => new Set(values).size < values.length;

function mayKeepCertificate(
  { status }: CertificateSigningRequest,
  { status: before }: CertificateSigningRequest,
): boolean {
  const had = before?.certificate ?? '';
  return (status?.certificate ?? '') === had || certificateProblem(had) !== undefined;
}

function usageErrors(
  errors: FieldError[],
  usages: readonly string[],
  old: CertificateSigningRequestSpec | undefined,
): void {
  const at = 'spec.usages';
  const before = old?.usages ?? [];
  if (usages.length === 0) errors.push(required(at));
  if (before.every((usage) => USAGES.includes(usage))) {
    for (const [i, usage] of usages.entries()) {
      if (!USAGES.includes(usage)) errors.push(notSupported(`${at}[${i}]`, usage, USAGES));
    }
  }
  if (hasTwins(before)) return;
  for (const [i, usage] of usages.entries()) {
    if (usages.indexOf(usage) < i) errors.push(duplicate(`${at}[${i}]`, usage));
  }
}

function conditionErrors(
  errors: FieldError[],
  conditions: readonly CertificateSigningRequestCondition[],
  before: readonly CertificateSigningRequestCondition[],
): void {
  const types = before.map(({ type = '' }) => type);
  const decidedTwice = types.includes('Approved') && types.includes('Denied');
  const seen = new Set<string>();
  for (const [i, { type = '', status = '' }] of conditions.entries()) {
    const at = `status.conditions[${i}]`;
    if (type === '' && !types.includes('')) errors.push(required(`${at}.type`));
    const allowed = DECIDED.includes(type) ? ['True'] : STATUSES;
    if (status === '') errors.push(required(`${at}.status`));
    else if (!allowed.includes(status)) errors.push(notSupported(`${at}.status`, status, allowed));
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (!decidedTwice && opposite !== undefined && seen.has(opposite)) {
      errors.push(invalid(`${at}.type`, type, 'Approved and Denied conditions are mutually exclusive'));
    }
    if (!hasTwins(types) && seen.has(type)) errors.push(duplicate(`${at}.type`, type));
    seen.add(type);
  }
}
