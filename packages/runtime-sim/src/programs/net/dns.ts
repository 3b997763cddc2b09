import type { DnsRecord, Process } from '@tabernetes/node-api';
import { attempt, command, isNetError, UsageError } from '../support/command.ts';
import { plainDate } from '../support/date-format.ts';
import { parseOptions } from '../support/options.ts';

/** Asks the cluster's name server. */
export const nslookup = command('[-type=QUERY_TYPE] HOST [DNS_SERVER]', async (process) => {
  const args = process.argv.slice(1);
  const typed = args.find((arg) => /^-(?:type|q|query|querytype)=/i.test(arg));
  const [name] = args.filter((arg) => !arg.startsWith('-'));
  if (name === undefined) throw new UsageError('');
  const server = nameServer(process);
  await process.stdout.write(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const type = (typed?.split('=')[1] ?? (isAddress(name) ? 'PTR' : 'A')).toUpperCase() as DnsRecord['type'];
  const asked = type === 'PTR' ? arpaName(name) : name;
  const found = await ask(process, asked, type, typed === undefined && type === 'A');
  if (found === undefined) {
    await process.stdout.write(`** server can't find ${asked}: NXDOMAIN\n\n`);
    return 1;
  }
  if (found.records.length === 0) await process.stdout.write(`*** Can't find ${found.name}: No answer\n`);
  let text = '';
  for (const record of found.records) {
    if (record.type === 'A') text += `Name:\t${record.name}\nAddress: ${record.address}\n`;
    else if (record.type === 'CNAME') text += `${record.name}\tcanonical name = ${record.target}\n`;
    else if (record.type === 'PTR') text += `${record.name}\tname = ${record.target}\n`;
    else text += `${record.name}\tservice = ${record.priority} ${record.weight} ${record.port} ${record.target}\n`;
  }
  await process.stdout.write(`${text}\n`);
  return 0;
});

/** BIND's tool to ask name servers. */
export const dig = command('[@server] [-x ADDRESS] NAME [TYPE] [+short]', async (process) => {
  const args = process.argv.slice(1);
  const flags = args.filter((arg) => arg.startsWith('+'));
  const reverse = args.indexOf('-x');
  const words = args.filter((arg, i) => !/^[+@-]/.test(arg) && i !== reverse + 1 - (reverse < 0 ? 1 : 0));
  const types = ['A', 'AAAA', 'CNAME', 'PTR', 'SRV', 'ANY', 'TXT', 'NS', 'MX', 'SOA'];
  let type = words.find((word) => types.includes(word.toUpperCase()))?.toUpperCase() ?? 'A';
  let name = words.find((word) => !types.includes(word.toUpperCase()) && word.toUpperCase() !== 'IN') ?? '.';
  if (reverse >= 0) {
    type = 'PTR';
    name = arpaName(args[reverse + 1] ?? '');
  }
  const found = await ask(process, name, type as DnsRecord['type'], flags.includes('+search'));
  const records = found?.records ?? [];
  if (flags.includes('+short')) {
    await process.stdout.write(records.map((record) => `${dataOf(record)}\n`).join(''));
    return 0;
  }
  const server = nameServer(process);
  const number = process.rng.int(65_536);
  const dotted = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
  const question = `${dotted(found?.name ?? name)}`;
  const answers = records
    .map((record) => `${dotted(record.name)}\t${record.ttlSeconds}\tIN\t${record.type}\t${dataOf(record)}\n`)
    .join('');
  if (flags.includes('+noall') && flags.includes('+answer')) {
    await process.stdout.write(answers);
    return 0;
  }
  await process.stdout.write(
    `\n; <<>> DiG 9.18.24 <<>> ${args.join(' ')}\n;; global options: +cmd\n;; Got answer:\n` +
      `;; ->>HEADER<<- opcode: QUERY, status: ${found === undefined ? 'NXDOMAIN' : 'NOERROR'}, id: ${number}\n` +
      `;; flags: qr aa rd; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n` +
      `;; QUESTION SECTION:\n;${question}\t\tIN\t${type}\n\n${answers === '' ? '' : `;; ANSWER SECTION:\n${answers}\n`}` +
      `;; Query time: 0 msec\n;; SERVER: ${server}#53(${server}) (UDP)\n;; WHEN: ${plainDate(process.now())}\n;; MSG SIZE  rcvd: ${60 + 30 * records.length}\n\n`,
  );
  return 0;
});

/** BIND's short tool. */
export const host = command('[-t TYPE] NAME', async (process) => {
  const options = parseOptions(process.argv.slice(1), 't:av');
  const [name] = options.operands;
  if (name === undefined) throw new UsageError('');
  const type = (options.value('t') ?? (isAddress(name) ? 'PTR' : 'A')).toUpperCase() as DnsRecord['type'];
  const found = await ask(process, type === 'PTR' ? arpaName(name) : name, type, true);
  if (found === undefined) {
    await process.stdout.write(`Host ${name} not found: 3(NXDOMAIN)\n`);
    return 1;
  }
  for (const record of found.records) {
    const text =
      record.type === 'A'
        ? `has address ${record.address}`
        : record.type === 'CNAME'
          ? `is an alias for ${record.target}`
          : record.type === 'PTR'
            ? `domain name pointer ${record.target}`
            : `has SRV record ${record.priority} ${record.weight} ${record.port} ${record.target}`;
    await process.stdout.write(`${record.name} ${text}\n`);
  }
  return 0;
});

/** What the C library finds for a name, as /etc/hosts would have it. */
export const getent = command('DATABASE KEY...', async (process) => {
  const [database, ...keys] = process.argv.slice(1);
  if (database === undefined) throw new UsageError('');
  for (const key of keys) {
    if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') {
      try {
        const addresses = await process.net.resolve(key);
        for (const address of addresses) await process.stdout.write(`${address.padEnd(15)} ${key}\n`);
      } catch (error) {
        if (!isNetError(error)) throw error;
        return 2;
      }
      continue;
    }
    const read = attempt(() => process.fs.readText(`/etc/${database}`));
    const line =
      'value' in read
        ? read.value.split('\n').find((one) => one.split(':')[0] === key || one.split(':')[2] === key)
        : undefined;
    if (line === undefined) return 2;
    await process.stdout.write(`${line}\n`);
  }
  return 0;
});

interface Found {
  readonly name: string;
  readonly records: readonly DnsRecord[];
}

/** Asks for a name as it stands and, when told to, in the search domains of resolv.conf. Undefined: there is no such name. */
async function ask(
  process: Process,
  name: string,
  type: DnsRecord['type'] | 'ANY',
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

function resolvConf(process: Process): {
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

function nameServer(process: Process): string {
  return resolvConf(process).servers[0] ?? '127.0.0.1';
}

function dataOf(record: DnsRecord): string {
  const dotted = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
  if (record.type === 'A') return record.address;
  return record.type === 'SRV'
    ? `${record.priority} ${record.weight} ${record.port} ${dotted(record.target)}`
    : dotted(record.target);
}

function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name);
}

function arpaName(address: string): string {
  return isAddress(address) ? `${address.split('.').reverse().join('.')}.in-addr.arpa` : address;
}
