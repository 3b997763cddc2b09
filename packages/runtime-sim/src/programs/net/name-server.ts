import type { DnsQuestion, DnsRecord, Process } from '@tabernetes/node-api';
import { attempt, isNetError } from '../support/command.ts';

export interface Found {
  readonly name: string;
  readonly records: readonly DnsRecord[];
}

/** Asks for a name as it stands and, when told to, in the search domains of resolv.conf. Undefined: there is no such name. */
export async function ask(
  process: Process,
  name: string,
  type: DnsQuestion,
  search: boolean,
): Promise<Found | undefined> {
  const { domains, ndots } = resolvConf(process);
  const dots = name.split('.').length - 1;
  const bare = name.replace(/\.$/, '');
  const inDomains = domains.map((domain) => `${bare}.${domain}`);
  const names = !search || name.endsWith('.') ? [bare] : dots >= ndots ? [bare, ...inDomains] : [...inDomains, bare];
  for (const candidate of names) {
    try {
      return { name: candidate, records: await process.net.query(candidate, type) };
    } catch (error) {
      if (!isNetError(error) || error.code !== 'ENOTFOUND') throw error;
    }
  }
  return undefined;
}

export function resolvConf(process: Process): {
  readonly domains: readonly string[];
  readonly ndots: number;
  readonly servers: readonly string[];
} {
  const read = attempt(() => process.fs.readText('/etc/resolv.conf'));
  const text = 'value' in read ? read.value : '';
  return {
    domains: (/^search\s+(.*)$/m.exec(text)?.[1] ?? '').split(/\s+/).filter((word) => word !== ''),
    ndots: Number(/ndots:(\d+)/.exec(text)?.[1] ?? 1),
    servers: [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1] ?? ''),
  };
}

export function nameServer(process: Process): string {
  return resolvConf(process).servers[0] ?? '127.0.0.1';
}

export function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

export function arpaName(address: string): string {
  return isAddress(address) ? `${address.split('.').reverse().join('.')}.in-addr.arpa` : address;
}

const QUESTIONS: readonly DnsQuestion[] = ['A', 'AAAA', 'ANY', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT'];

/** The type that a word means, however it is written. */
export function questionType(word: string | undefined): DnsQuestion | undefined {
  const upper = word?.toUpperCase();
  return QUESTIONS.find((question) => question === upper);
}

/** Whether a name is the cluster's, of which its name server knows by itself. */
export const isOfCluster = (name: string): boolean => /(?:^|\.)(?:cluster\.local|in-addr\.arpa)\.?$/i.test(name);
