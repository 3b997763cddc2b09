import type { DnsQuestion, DnsRecord, DnsZone } from '@tabernetes/node-api';
import { netError } from '../net-error.ts';

/** What resolv.conf says. */
export interface ResolverConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface Answer {
  /** Chains of CNAME first, then what they lead to. */
  readonly records: readonly DnsRecord[];
  /** NXDOMAIN: there is no such name, of whatever type. */
  readonly exists: boolean;
}

/** The names to ask for, in order: those of search domains first, unless the name has dots enough. @see resolv.conf(5) */
function candidateNames(name: string, { searches, options }: ResolverConfig): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const found = options.find((option) => option.startsWith('ndots:'));
  const ndots = found === undefined ? 1 : Math.min(Number(found.slice(6)), 15);
  const dots = name.split('.').length - 1;
  const searched = searches.map((domain) => `${name}.${domain.replace(/\.$/, '')}`);
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

/** One question, names compared without regard to case; follows CNAMEs. */
export function ask(zone: DnsZone, name: string, type: DnsQuestion): Answer {
  const records: DnsRecord[] = [];
  let asked = name.toLowerCase().replace(/\.$/, '');
  for (let hops = 0; hops < MAX_CHAIN; hops++) {
    const found = zone.lookup(asked);
    if (found === undefined) return { records, exists: hops > 0 };
    const alias = found.find((record) => record.type === 'CNAME');
    if (alias?.type === 'CNAME' && type !== 'CNAME' && type !== 'ANY') {
      records.push(alias);
      asked = alias.target.toLowerCase().replace(/\.$/, '');
      continue;
    }
    for (const record of found) if (type === 'ANY' || record.type === type) records.push(record);
    return { records, exists: true };
  }
  throw netError('EAI_AGAIN', name);
}

const MAX_CHAIN = 8;

/** Addresses as getaddrinfo finds them: the first name of the search list that has any. @throws {NetError} ENOTFOUND */
export function addressesOf(zone: DnsZone, name: string, config: ResolverConfig): readonly string[] {
  for (const candidate of candidateNames(name, config)) {
    const { records } = ask(zone, candidate, 'A');
    const addresses = records.flatMap((record) => (record.type === 'A' ? [record.address] : []));
    if (addresses.length > 0) return addresses;
  }
  throw netError('ENOTFOUND', name);
}
