import {
  type FieldError,
  invalid,
  isDns1123Subdomain,
  isValidIp,
  isValidPortName,
  isValidPortNum,
  isWildcardDns1123Subdomain,
  nameIsDns1035Label,
  notSupported,
  parseIp,
  required,
} from '@tabernetes/apimachinery';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressTLS,
} from '../generated/networking-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { reject } from '../pod/rules.ts';
import { validateTypedReference } from './rules/references.ts';

/*
 * What an Ingress must be.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/networking/validation/validation.go
 */

/** How the class of an Ingress was named before `spec.ingressClassName`. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Rules of a new Ingress. */
export function validateIngress(ingress: Ingress): readonly FieldError[] {
  const errors = specErrors(ingress, STRICT);
  const { annotations } = ingress.metadata;
  const named = annotations?.[CLASS_ANNOTATION];
  const { ingressClassName } = ingress.spec ?? {};
  if (named !== undefined && ingressClassName !== undefined && named !== ingressClassName) {
    const detail = 'must match `ingressClassName` when both are specified';
    errors.push(invalid(`annotations.${CLASS_ANNOTATION}`, named, detail));
  }
  return errors;
}

/** Rules of a changed Ingress: what was stored before it was checked may stay. */
export const validateIngressUpdate = (ingress: Ingress, old: Ingress): readonly FieldError[] =>
  specErrors(ingress, {
    anySecretName: (old.spec?.tls ?? []).some((tls) => secretNameProblems(tls).length > 0),
    anyWildcardRule: (old.spec?.rules ?? []).some((rule) => rule.host?.includes('*') && hasBadPaths(rule)),
  });

/** Rules of the addresses in the status. */
export function validateIngressStatus({ status }: Ingress): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { ip, hostname }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const at = `status.loadBalancer.ingress[${i}]`;
    if (ip) errors.push(...isValidIp(`${at}.ip`, ip));
    if (!hostname) continue;
    reject(errors, `${at}.hostname`, hostname, isDns1123Subdomain(hostname));
    if (parseIp(hostname)) errors.push(invalid(`${at}.hostname`, hostname, NOT_AN_IP));
  }
  return errors;
}

/** What an update tolerates because the old object has it. */
interface Tolerated {
  readonly anySecretName: boolean;
  readonly anyWildcardRule: boolean;
}

const STRICT: Tolerated = { anySecretName: false, anyWildcardRule: false };
const NOT_AN_IP = 'must be a DNS name, not an IP address';

function specErrors({ spec = {} }: Ingress, tolerated: Tolerated): FieldError[] {
  const errors: FieldError[] = [];
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  if (rules.length === 0 && defaultBackend === undefined) {
    const shown = dumpGo('[]networking.IngressRule', spec.rules);
    errors.push(invalid('spec', shown, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) backendErrors(errors, defaultBackend, 'spec.defaultBackend');
  for (const [i, rule] of rules.entries()) ruleErrors(errors, rule, `spec.rules[${i}]`, tolerated);
  for (const [i, entry] of tls.entries()) tlsErrors(errors, entry, `spec.tls[${i}]`, tolerated);
  if (ingressClassName !== undefined) {
    reject(errors, 'spec.ingressClassName', ingressClassName, isDns1123Subdomain(ingressClassName));
  }
  return errors;
}

function ruleErrors(errors: FieldError[], rule: IngressRule, at: string, tolerated: Tolerated): void {
  const { host = '' } = rule;
  if (host !== '') {
    if (parseIp(host)) errors.push(invalid(`${at}.host`, host, NOT_AN_IP));
    reject(errors, `${at}.host`, host, hostProblems(host));
  }
  if (!host.includes('*') || !tolerated.anyWildcardRule) pathsErrors(errors, rule, at);
}

const hostProblems = (host: string): readonly string[] =>
  host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host);

function hasBadPaths(rule: IngressRule): boolean {
  const errors: FieldError[] = [];
  pathsErrors(errors, rule, '');
  return errors.length > 0;
}

function pathsErrors(errors: FieldError[], { http }: IngressRule, at: string): void {
  if (http === undefined) return;
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${at}.http.paths`));
  for (const [i, path] of paths.entries()) pathErrors(errors, path, `${at}.http.paths[${i}]`);
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const BAD_ENDS = ['/..', '/.'];

function pathErrors(errors: FieldError[], { path = '', pathType, backend = {} }: HTTPIngressPath, at: string): void {
  if (pathType === undefined) {
    errors.push(required(`${at}.pathType`, 'pathType must be specified'));
    return;
  }
  const refuse = (detail: string): void => {
    errors.push(invalid(`${at}.path`, path, detail));
  };
  if (!PATH_TYPES.includes(pathType)) errors.push(notSupported(`${at}.pathType`, pathType, PATH_TYPES));
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) refuse('must be an absolute path');
  } else {
    if (!path.startsWith('/')) refuse('must be an absolute path');
    for (const part of BAD_PARTS) if (path.includes(part)) refuse(`must not contain '${part}'`);
    for (const end of BAD_ENDS) if (path.endsWith(end)) refuse(`cannot end with '${end}'`);
  }
  backendErrors(errors, backend, `${at}.backend`);
}

function backendErrors(errors: FieldError[], { resource, service }: IngressBackend, at: string): void {
  if (resource && service) errors.push(invalid(at, '', 'cannot set both resource and service backends'));
  else if (resource) validateTypedReference(errors, resource, `${at}.resource`);
  else if (service) serviceErrors(errors, service, at);
  else errors.push(invalid(at, '', 'resource or service backend is required'));
}

function serviceErrors(errors: FieldError[], { name, port = {} }: IngressServiceBackend, at: string): void {
  if (!name) errors.push(required(`${at}.service.name`));
  else reject(errors, `${at}.service.name`, name, nameIsDns1035Label(name, false));
  const { name: portName, number } = port;
  if (portName && number) errors.push(invalid(at, '', 'cannot set both port name & port number'));
  else if (portName) reject(errors, `${at}.service.port.name`, portName, isValidPortName(portName));
  else if (number) reject(errors, `${at}.service.port.number`, number, isValidPortNum(number));
  else errors.push(required(at, 'port name or number is required'));
}

function tlsErrors(errors: FieldError[], tls: IngressTLS, at: string, tolerated: Tolerated): void {
  for (const [i, host] of (tls.hosts ?? []).entries()) reject(errors, `${at}.hosts[${i}]`, host, hostProblems(host));
  if (!tolerated.anySecretName) reject(errors, `${at}.secretName`, tls.secretName, secretNameProblems(tls));
}

const secretNameProblems = ({ secretName }: IngressTLS): readonly string[] =>
  secretName ? isDns1123Subdomain(secretName) : [];
