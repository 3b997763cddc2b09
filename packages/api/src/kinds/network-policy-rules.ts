import {
  type Cidr,
  cidrContains,
  type FieldError,
  forbidden,
  type IpAddress,
  invalid,
  ipBits,
  ipFromBits,
  isValidCidr,
  isValidPortName,
  isValidPortNum,
  type LabelSelectorOptions,
  notSupported,
  parseCidr,
  required,
  validateLabelSelector,
} from '@tabernetes/apimachinery';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../generated/networking-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { reject } from '../pod/rules.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

/**
 * What a NetworkPolicy must be.
 * @param allowInvalidValues selectors may hold values that the old object already had
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/networking/validation/validation.go
 */
export function validateNetworkPolicy({ spec }: NetworkPolicy, allowInvalidValues: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const options = { allowInvalidValues };
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec ?? { podSelector: {} };
  errors.push(...validateLabelSelector(podSelector, 'spec.podSelector', options));
  for (const [i, { ports = [], from = [] }] of ingress.entries()) {
    const at = `spec.ingress[${i}]`;
    for (const [j, port] of ports.entries()) portErrors(errors, port, `${at}.ports[${j}]`);
    for (const [j, peer] of from.entries()) peerErrors(errors, peer, `${at}.from[${j}]`, options);
  }
  for (const [i, { ports = [], to = [] }] of egress.entries()) {
    const at = `spec.egress[${i}]`;
    for (const [j, port] of ports.entries()) portErrors(errors, port, `${at}.ports[${j}]`);
    for (const [j, peer] of to.entries()) peerErrors(errors, peer, `${at}.to[${j}]`, options);
  }
  if (policyTypes.length > POLICY_TYPES.length) {
    const shown = dumpGo('[]networking.PolicyType', policyTypes);
    errors.push(invalid('spec.policyTypes', shown, 'may not specify more than two policyTypes'));
    return errors;
  }
  for (const [i, type] of policyTypes.entries()) {
    if (!POLICY_TYPES.includes(type)) errors.push(notSupported(`spec.policyTypes[${i}]`, type, POLICY_TYPES));
  }
  return errors;
}

function portErrors(errors: FieldError[], { protocol, port, endPort }: NetworkPolicyPort, at: string): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  }
  if (typeof port === 'number') {
    reject(errors, `${at}.port`, port, isValidPortNum(port));
    if (endPort === undefined) return;
    if (endPort < port) errors.push(invalid(`${at}.endPort`, port, 'must be greater than or equal to `port`'));
    reject(errors, `${at}.endPort`, endPort, isValidPortNum(endPort));
    return;
  }
  if (endPort !== undefined) {
    const why = port === undefined ? 'not specified' : 'non-numeric';
    errors.push(invalid(`${at}.endPort`, endPort, `may not be specified when \`port\` is ${why}`));
  }
  if (port !== undefined) reject(errors, `${at}.port`, port, isValidPortName(port));
}

function peerErrors(errors: FieldError[], peer: NetworkPolicyPeer, at: string, options: LabelSelectorOptions): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  errors.push(...validateLabelSelector(podSelector, `${at}.podSelector`, options));
  errors.push(...validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`, options));
  if (ipBlock) ipBlockErrors(errors, ipBlock, `${at}.ipBlock`);
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(at, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(at, 'may not specify both ipBlock and another peer'));
  }
}

function ipBlockErrors(errors: FieldError[], { cidr = '', except = [] }: IPBlock, at: string): void {
  if (cidr === '') {
    errors.push(required(`${at}.cidr`));
    return;
  }
  errors.push(...isValidCidr(`${at}.cidr`, cidr));
  const block = parseCidr(cidr);
  if (block === undefined) return;
  for (const [i, text] of except.entries()) {
    errors.push(...isValidCidr(`${at}.except[${i}]`, text));
    const hole = parseCidr(text);
    if (hole === undefined) continue;
    if (!cidrContains(block, networkOf(hole)) || block.prefixLength >= hole.prefixLength) {
      errors.push(invalid(`${at}.except[${i}]`, text, 'must be a strict subset of `cidr`'));
    }
  }
}

/** The address with its host bits cleared. */
function networkOf({ address, family, prefixLength }: Cidr): IpAddress {
  const bits = family === 4 ? 32 : 128;
  const host = (1n << BigInt(bits - prefixLength)) - 1n;
  return ipFromBits(ipBits(address, bits) & ~host, family);
}
