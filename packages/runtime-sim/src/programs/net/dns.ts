import type { DnsRecord } from '@tabernetes/node-api';
import { attempt, command, isNetError, UsageError } from '../support/command.ts';
import { plainDate } from '../support/date-format.ts';
import { parseOptions } from '../support/options.ts';
import { arpaName, ask, isAddress, nameServer, questionType } from './name-server.ts';

/** BIND's tool to ask name servers. */
export const dig = command('[@server] [-x ADDRESS] NAME [TYPE] [+short]', async (process) => {
  const args = process.argv.slice(1);
  const flags = args.filter((arg) => arg.startsWith('+'));
  const reverse = args.indexOf('-x');
  const words = args.filter((arg, i) => !/^[+@-]/.test(arg) && i !== reverse + 1 - (reverse < 0 ? 1 : 0));
  let type = questionType(words.find((word) => questionType(word) !== undefined)) ?? 'A';
  let name = words.find((word) => questionType(word) === undefined && word.toUpperCase() !== 'IN') ?? '.';
  if (reverse >= 0) {
    type = 'PTR';
    name = arpaName(args[reverse + 1] ?? '');
  }
  const found = await ask(process, name, type, flags.includes('+search'));
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
  const type = questionType(options.value('t')) ?? (isAddress(name) ? 'PTR' : 'A');
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

function dataOf(record: DnsRecord): string {
  const dotted = (text: string): string => (text.endsWith('.') ? text : `${text}.`);
  if (record.type === 'A') return record.address;
  return record.type === 'SRV'
    ? `${record.priority} ${record.weight} ${record.port} ${dotted(record.target)}`
    : dotted(record.target);
}
