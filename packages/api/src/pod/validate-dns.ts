import { invalid, isDns1123Subdomain, isValidIp, required } from '@tabernetes/apimachinery';
import type { HostAlias, PodDNSConfig } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { type Errors, oneOf, reject } from './rules.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
/** Limits of libc's resolver. */
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

export function validateDnsPolicy(errors: Errors, policy: string | undefined, path: string): void {
  oneOf(errors, path, policy, POLICIES);
}

/** The resolver's settings; a Pod whose policy is None must bring a name server. */
export function validateDnsConfig(
  errors: Errors,
  config: PodDNSConfig | undefined,
  policy: string | undefined,
  path: string,
): void {
  if (policy === 'None') {
    if (!config) {
      errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if (!config.nameservers?.length) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      errors.push(required(`${path}.nameservers`, detail));
      return;
    }
  }
  if (!config) return;
  const { nameservers = [], searches = [], options = [] } = config;
  if (nameservers.length > MAX_NAMESERVERS) {
    const detail = `must not have more than ${MAX_NAMESERVERS} nameservers`;
    errors.push(invalid(`${path}.nameservers`, dumpGo('[]string', nameservers), detail));
  }
  for (const [i, server] of nameservers.entries()) {
    errors.push(...isValidIp(`${path}.nameservers[${i}]`, server));
  }
  if (searches.length > MAX_SEARCHES) {
    const detail = `must not have more than ${MAX_SEARCHES} search paths`;
    errors.push(invalid(`${path}.searches`, dumpGo('[]string', searches), detail));
  }
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) {
    const detail = `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, dumpGo('[]string', searches), detail));
  }
  for (const [i, search] of searches.entries()) {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    reject(errors, `${path}.searches[${i}]`, name, isDns1123Subdomain(name));
  }
  for (const [i, { name }] of options.entries()) {
    if (!name) errors.push(required(`${path}.options[${i}]`, 'must not be empty'));
  }
}

/** Lines for the Pod's hosts file. */
export function validateHostAliases(errors: Errors, aliases: readonly HostAlias[], path: string): void {
  for (const [i, { ip = '', hostnames = [] }] of aliases.entries()) {
    errors.push(...isValidIp(`${path}[${i}].ip`, ip));
    for (const [j, name] of hostnames.entries()) {
      reject(errors, `${path}[${i}].hostnames[${j}]`, name, isDns1123Subdomain(name));
    }
  }
}
