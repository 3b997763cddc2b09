import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidCidr,
  isValidIp,
  isValidPortName,
  isValidPortNum,
  notSupported,
  parseIp,
  required,
  validateLabels,
} from '@tabernetes/apimachinery';
import type { LoadBalancerStatus, Service, ServiceSpec } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { validateNonSpecialIp } from './rules/addresses.ts';
import { sameList } from './rules/lists.ts';

/**
 * What a Service may say.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidateService
 */
export function validateService(service: Service): readonly FieldError[] {
  const spec = service.spec ?? {};
  const { type = '' } = spec;
  const errors: FieldError[] = [];
  const headless = isHeadless(spec);
  topologyAnnotations(service, errors);
  if (!spec.ports?.length && !headless && type !== 'ExternalName') errors.push(required('spec.ports'));
  if (headless && (type === 'LoadBalancer' || type === 'NodePort')) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  }
  if (type === 'ExternalName') externalName(spec, errors);
  validatePorts(spec, errors);
  if (spec.selector) errors.push(...validateLabels(spec.selector, 'spec.selector'));
  sessionAffinity(spec, errors);
  errors.push(...validateAddressFields(spec));
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) {
    const problems = isValidIp(`spec.externalIPs[${i}]`, ip);
    errors.push(...(problems.length > 0 ? problems : validateNonSpecialIp(`spec.externalIPs[${i}]`, ip)));
  }
  if (type === '') errors.push(required('spec.type'));
  else if (!TYPES.includes(type)) errors.push(notSupported('spec.type', type, TYPES));
  duplicatePorts(spec, errors);
  loadBalancerFields(service, spec, errors);
  trafficPolicies(spec, errors);
  return errors;
}

/** What an update may not do, {@link validateService} aside. */
export function validateServiceUpdate(service: Service, old: Service): readonly FieldError[] {
  const errors: FieldError[] = [];
  const spec = service.spec ?? {};
  const before = old.spec ?? {};
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    addressChange(spec, before, errors);
    familyChange(spec, before, errors);
  }
  if (spec.type === 'LoadBalancer' && before.type === 'LoadBalancer') {
    if (spec.loadBalancerClass !== before.loadBalancerClass) {
      errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'));
    }
  }
  loadBalancerClass(spec, errors);
  if (needsHealthCheck(before) && needsHealthCheck(spec)) {
    if ((spec.healthCheckNodePort ?? 0) !== (before.healthCheckNodePort ?? 0)) {
      errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
    }
  }
  return errors;
}

/** Rules among `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy`; allocation asks for them as well. */
export function validateAddressFields(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec;
  if (clusterIP === '') {
    if (clusterIPs.length > 0) errors.push(clusterIPsError(spec, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length === 0) errors.push(required('spec.clusterIPs'));
  else if (clusterIPs[0] !== clusterIP) errors.push(clusterIPsError(spec, 'first value must match `clusterIP`'));

  for (const [i, family] of ipFamilies.entries()) {
    const at = `spec.ipFamilies[${i}]`;
    if (!FAMILIES.includes(family)) errors.push(notSupported(at, family, FAMILIES));
    if (ipFamilies.indexOf(family) < i) errors.push(duplicate(at, family));
  }
  if (spec.ipFamilyPolicy !== undefined && !POLICIES.includes(spec.ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, POLICIES));
  }

  let malformed = false;
  for (const [i, address] of clusterIPs.entries()) {
    if (i === 0 && address === 'None') {
      if (clusterIPs.length === 1) continue;
      malformed = true;
      errors.push(clusterIPsError(spec, "'None' must be the first and only value"));
      continue;
    }
    const problems = isValidIp(`spec.clusterIPs[${i}]`, address);
    if (problems.length > 0) malformed = true;
    errors.push(...problems);
  }
  if (clusterIPs.length > 2) errors.push(clusterIPsError(spec, 'may only hold up to 2 values'));
  // With malformed addresses the rules below would only repeat what is wrong.
  if (malformed) return errors;
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(familyOf)).size < 2) {
    errors.push(clusterIPsError(spec, 'may specify no more than one IP for each IP family'));
  }
  if (isHeadless(spec)) return errors;
  for (const [i, address] of clusterIPs.entries()) {
    const family = ipFamilies[i];
    if ((family === 'IPv4' || family === 'IPv6') && familyOf(address) !== family) {
      const detail = `expected an ${family} value as indicated by \`ipFamilies[${i}]\``;
      errors.push(invalid(`spec.clusterIPs[${i}]`, address, detail));
    }
  }
  return errors;
}

/** Rules of `status.loadBalancer`. */
export function validateLoadBalancerStatus(
  status: LoadBalancerStatus | undefined,
  type: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const ingress = status?.ingress ?? [];
  if (type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  for (const [i, { ip = '', ipMode, hostname = '' }] of ingress.entries()) {
    const at = `status.loadBalancer.ingress[${i}]`;
    if (ip !== '') errors.push(...isValidIp(`${at}.ip`, ip));
    if (ipMode === undefined) {
      if (ip !== '') errors.push(required(`${at}.ipMode`, 'must be specified when `ip` is set'));
    } else if (ip === '') errors.push(forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    else if (ipMode !== 'VIP' && ipMode !== 'Proxy')
      errors.push(notSupported(`${at}.ipMode`, ipMode, ['Proxy', 'VIP']));
    if (hostname === '') continue;
    for (const problem of isDns1123Subdomain(hostname)) errors.push(invalid(`${at}.hostname`, hostname, problem));
    if (parseIp(hostname)) errors.push(invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
  }
  return errors;
}

/** `IPv4` or `IPv6` by the look of an address. */
export const familyOf = (address: string): string => (address.includes(':') ? 'IPv6' : 'IPv4');

/** True: `clusterIP: None`. */
export const isHeadless = (spec: ServiceSpec): boolean =>
  spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';

/** Reachable from outside the cluster, so that `externalTrafficPolicy` means something. */
export const isExternallyAccessible = (spec: ServiceSpec): boolean =>
  needsNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);

export const needsNodePorts = (spec: ServiceSpec): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** Has a health check port, which tells load balancers which nodes have endpoints. */
export const needsHealthCheck = (spec: ServiceSpec): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
export const TRAFFIC_POLICIES: readonly string[] = ['Cluster', 'Local'];
const MAX_CLIENT_IP_SECONDS = 86_400;
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

const clusterIPsError = (spec: ServiceSpec, detail: string): FieldError =>
  invalid('spec.clusterIPs', dumpGo('[]string', spec.clusterIPs), detail);

function topologyAnnotations({ metadata }: Service, errors: FieldError[]): void {
  const hints = metadata.annotations?.['service.kubernetes.io/topology-aware-hints'];
  const mode = metadata.annotations?.['service.kubernetes.io/topology-mode'];
  if (hints === undefined || mode === undefined || hints === mode) return;
  const detail = 'must match annotations[service.kubernetes.io/topology-aware-hints] when both are specified';
  errors.push(invalid('metadata.annotations[service.kubernetes.io/topology-mode]', mode, detail));
}

function externalName(spec: ServiceSpec, errors: FieldError[]): void {
  const detail = 'may not be set for ExternalName services';
  if (spec.clusterIPs?.length) errors.push(forbidden('spec.clusterIPs', detail));
  if (spec.ipFamilies?.length) errors.push(forbidden('spec.ipFamilies', detail));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', detail));
  const name = spec.externalName ?? '';
  // A trailing dot marks the name as fully qualified.
  const host = name.endsWith('.') ? name.slice(0, -1) : name;
  if (host === '') errors.push(required('spec.externalName'));
  else for (const problem of isDns1123Subdomain(host)) errors.push(invalid('spec.externalName', host, problem));
}

function validatePorts(spec: ServiceSpec, errors: FieldError[]): void {
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    const { name = '', protocol = '', appProtocol } = port;
    if (name === '') {
      if (ports.length > 1) errors.push(required(`${at}.name`));
    } else {
      for (const problem of isDns1123Label(name)) errors.push(invalid(`${at}.name`, name, problem));
      if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    const number = port.port ?? 0;
    for (const problem of isValidPortNum(number)) errors.push(invalid(`${at}.port`, number, problem));
    if (protocol === '') errors.push(required(`${at}.protocol`));
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
    const target = port.targetPort ?? 0;
    const problems = typeof target === 'string' ? isValidPortName(target) : isValidPortNum(target);
    for (const problem of problems) errors.push(invalid(`${at}.targetPort`, target, problem));
    if (appProtocol === undefined) continue;
    for (const problem of isQualifiedName(appProtocol)) {
      errors.push(invalid(`${at}.appProtocol`, appProtocol, problem));
    }
  }
}

function sessionAffinity(spec: ServiceSpec, errors: FieldError[]): void {
  const { sessionAffinity: affinity = '', sessionAffinityConfig: config } = spec;
  const at = 'spec.sessionAffinityConfig';
  if (affinity === '') errors.push(required('spec.sessionAffinity'));
  else if (affinity === 'None') {
    if (config) errors.push(forbidden(at, 'must not be set when session affinity is None'));
  } else if (affinity !== 'ClientIP') {
    errors.push(notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None']));
  } else if (!config) errors.push(required(at, 'when session affinity type is ClientIP'));
  else if (!config.clientIP) errors.push(required(`${at}.clientIP`, 'when session affinity type is ClientIP'));
  else {
    const seconds = config.clientIP.timeoutSeconds;
    if (seconds === undefined) {
      errors.push(required(`${at}.clientIP.timeoutSeconds`, 'when session affinity type is ClientIP'));
    } else if (seconds <= 0 || seconds > MAX_CLIENT_IP_SECONDS) {
      const detail = `must be greater than 0 and less than ${MAX_CLIENT_IP_SECONDS}`;
      errors.push(invalid(`${at}.clientIP.timeoutSeconds`, seconds, detail));
    }
  }
}

/** Node ports and ports may repeat only under another protocol. */
function duplicatePorts(spec: ServiceSpec, errors: FieldError[]): void {
  const ports = spec.ports ?? [];
  const later: FieldError[] = [];
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    if (port.nodePort) {
      if (spec.type === 'ClusterIP') {
        errors.push(forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
      }
      const key = `${port.protocol} ${port.nodePort}`;
      if (nodePorts.has(key)) later.push(duplicate(`${at}.nodePort`, port.nodePort));
      nodePorts.add(key);
    }
  }
  errors.push(...later);
  for (const [i, port] of ports.entries()) {
    const key = `${port.protocol} ${port.port}`;
    if (numbers.has(key))
      errors.push(
        duplicate(`spec.ports[${i}]`, dumpGo('core.ServicePort', { protocol: port.protocol, port: port.port })),
      );
    numbers.add(key);
  }
}

function loadBalancerFields({ metadata }: Service, spec: ServiceSpec, errors: FieldError[]): void {
  const balanced = spec.type === 'LoadBalancer';
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
  const annotated = metadata.annotations?.[annotation];
  if (ranges.length > 0) {
    // Upstream's path has this capital letter.
    if (!balanced) errors.push(forbidden('spec.LoadBalancerSourceRanges', ONLY_LOAD_BALANCER));
    for (const [i, range] of ranges.entries()) {
      errors.push(...isValidCidr(`spec.LoadBalancerSourceRanges[${i}]`, range.trim()));
    }
  } else if (annotated !== undefined) {
    const at = `metadata.annotations[${annotation}]`;
    if (!balanced) errors.push(forbidden(at, ONLY_LOAD_BALANCER));
    const text = annotated.trim();
    if (text !== '') for (const range of text.split(',')) errors.push(...isValidCidr(at, range.trim()));
  }
  if (!balanced && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCER));
  }
  if (balanced && spec.allocateLoadBalancerNodePorts === undefined) {
    errors.push(required('allocateLoadBalancerNodePorts'));
  }
  loadBalancerClass(spec, errors);
}

function loadBalancerClass(spec: ServiceSpec, errors: FieldError[]): void {
  if (spec.loadBalancerClass === undefined) return;
  if (spec.type !== 'LoadBalancer') errors.push(forbidden('spec.loadBalancerClass', ONLY_LOAD_BALANCER));
  else {
    for (const problem of isQualifiedName(spec.loadBalancerClass)) {
      errors.push(invalid('spec.loadBalancerClass', spec.loadBalancerClass, problem));
    }
  }
}

function trafficPolicies(spec: ServiceSpec, errors: FieldError[]): void {
  const { externalTrafficPolicy: external = '', internalTrafficPolicy: internal, type = '' } = spec;
  if (!isExternallyAccessible(spec)) {
    if (external !== '') {
      const detail = 'may only be set for externally-accessible services';
      errors.push(invalid('spec.externalTrafficPolicy', external, detail));
    }
  } else if (external === '') errors.push(required('spec.externalTrafficPolicy'));
  else if (!TRAFFIC_POLICIES.includes(external)) {
    errors.push(notSupported('spec.externalTrafficPolicy', external, TRAFFIC_POLICIES));
  }

  const port = spec.healthCheckNodePort ?? 0;
  if (!needsHealthCheck(spec)) {
    if (port !== 0) {
      const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
      errors.push(invalid('spec.healthCheckNodePort', port, detail));
    }
  } else if (port === 0) errors.push(required('spec.healthCheckNodePort'));
  else for (const problem of isValidPortNum(port)) errors.push(invalid('spec.healthCheckNodePort', port, problem));

  if (internal === undefined) {
    if (TYPES.includes(type) && type !== 'ExternalName') errors.push(required('spec.internalTrafficPolicy'));
  } else if (!TRAFFIC_POLICIES.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, TRAFFIC_POLICIES));
  }
  if (spec.trafficDistribution !== undefined && spec.trafficDistribution !== 'PreferClose') {
    errors.push(notSupported('spec.trafficDistribution', spec.trafficDistribution, ['PreferClose']));
  }
}

function addressChange(spec: ServiceSpec, before: ServiceSpec, errors: FieldError[]): void {
  if (isHeadless(spec) && isHeadless(before)) return;
  const now = spec.clusterIPs ?? [];
  const had = before.clusterIPs ?? [];
  const value = dumpGo('[]string', spec.clusterIPs);
  if (now.length === had.length) {
    for (const [i, address] of had.entries()) {
      if (now[i] !== address) errors.push(invalid(`spec.clusterIPs[${i}]`, value, 'may not change once set'));
    }
    return;
  }
  if (now.length === 0) errors.push(invalid('spec.clusterIPs[0]', value, 'primary clusterIP can not be unset'));
  else if (had.length > 0 && now[0] !== had[0]) {
    errors.push(invalid('spec.clusterIPs[0]', value, 'may not change once set'));
  }
  if (now.length < had.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(released(spec, 'clusterIP'));
  }
}

function familyChange(spec: ServiceSpec, before: ServiceSpec, errors: FieldError[]): void {
  if (isHeadless(spec) || isHeadless(before)) return;
  const now = spec.ipFamilies ?? [];
  const had = before.ipFamilies ?? [];
  const at = 'spec.ipFamilies[0]';
  if (now.length === had.length) {
    if (sameList(now, had)) return;
    const value = dumpGo('[]core.IPFamily', now);
    for (const [i, family] of had.entries()) {
      if (now[i] !== family) errors.push(invalid(at, value, 'may not change once set'));
    }
    return;
  }
  if (now.length < had.length && !spec.clusterIPs?.length) {
    errors.push(invalid(at, dumpGo('[]core.IPFamily', spec.ipFamilies), 'primary ipFamily can not be unset'));
  }
  if (now.length > 0 && had.length > 0 && now[0] !== had[0]) {
    errors.push(invalid(at, dumpGo('[]string', spec.clusterIPs), 'may not change once set'));
  }
  if (now.length < had.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    errors.push(released(spec, 'ipFamily'));
  }
}

const released = (spec: ServiceSpec, what: string): FieldError =>
  invalid(
    'spec.ipFamilyPolicy',
    spec.ipFamilyPolicy,
    `must be set to 'SingleStack' when releasing the secondary ${what}`,
  );
