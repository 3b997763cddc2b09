import type { DnsQuestion, DnsRecord, Process } from '@tabernetes/node-api';
import { command, complain, Failure, isNetError, UsageError } from '../support/command.ts';
import { arpaName, ask, isAddress, isOfCluster, nameServer, questionType, resolvConf } from './name-server.ts';

/**
 * busybox's, since 1.29: a name without a dot is asked for in every search domain, addresses of both families, and each
 * answer is told, so that it fails for most names of Services although it finds them.
 */
export const nslookup = command('[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]', async (process) => {
  const { options, name, server } = words(process);
  const types: DnsQuestion[] = [];
  for (const option of options) {
    if (option === '-debug' || /^-(?:port|retry|timeout)=\d+$/.test(option)) continue;
    const [, word] = /^-(?:type|q|query|querytype)=(.*)$/.exec(option) ?? [];
    if (word === undefined) throw new UsageError('');
    const type = questionType(word);
    if (type === undefined) throw new Failure(`invalid query type "${word}"`);
    types.push(type);
  }
  const [host = '', port = '53'] = (server ?? nameServer(process)).split(':');
  const address = await addressOf(process, host);
  const searches = server === undefined && !name.includes('.') ? resolvConf(process).domains : [];
  const questions: (readonly [string, DnsQuestion])[] =
    types.length === 0 && isAddress(name)
      ? [[arpaName(name), 'PTR']]
      : (types.length === 0 ? (['A', 'AAAA'] as const) : types).flatMap((type) =>
          type === 'PTR' || searches.length === 0
            ? [[name, type] as const]
            : searches.map((domain) => [`${name}.${domain}`, type] as const),
        );
  let failed = false;
  let answers = '';
  for (const [index, [asked, type]] of questions.entries()) {
    const records = await answered(process, asked, type, address);
    if (records === 'nobody') return nobodyAnswers(process);
    if (options.includes('-debug')) answers += `Query #${index} completed in 0ms:\n`;
    failed ||= records === undefined;
    if (records === undefined) answers += `** server can't find ${asked}: NXDOMAIN\n\n`;
    else answers += `${authority(asked, options.includes('-debug'))}${records.map((one) => line(one)).join('')}\n`;
  }
  await process.stdout.write(`Server:\t\t${server ?? host}\nAddress:\t${address}:${port}\n\n${answers}`);
  return failed ? 1 : 0;
});

/** busybox's up to 1.28: what the C library finds, with the names that addresses have. */
export const nslookupOfOld = command('[HOST] [SERVER]', async (process) => {
  const { name, server } = words(process);
  const host = server ?? nameServer(process);
  await process.stdout.write(`Server:    ${host}\n${await numbered(process, [await addressOf(process, host)])}\n`);
  try {
    const addresses = await process.net.resolve(name);
    await process.stdout.write(`Name:      ${name}\n${await numbered(process, addresses)}`);
    return 0;
  } catch (error) {
    if (!isNetError(error)) throw error;
    await complain(process, `can't resolve '${name}'`);
    return 1;
  }
});

/** BIND's. */
export const nslookupOfBind = command('[-type=QUERY_TYPE] HOST [DNS_SERVER]', async (process) => {
  const { options, name, server } = words(process);
  const typed = options.find((option) => /^-(?:type|q|query|querytype)=/i.test(option))?.split('=')[1];
  const host = server ?? nameServer(process);
  const address = await addressOf(process, host);
  const type = typed === undefined ? (isAddress(name) ? 'PTR' : 'A') : questionType(typed);
  if (type === undefined) throw new Failure(`unknown query type: ${typed}`);
  const asked = type === 'PTR' ? arpaName(name) : name;
  let text = `Server:\t\t${host}\nAddress:\t${address}#53\n\n`;
  try {
    if (!isServer(process, address)) {
      await process.sleep(PATIENCE_MS);
      return nobodyAnswers(process);
    }
    const ofWorld = WORLD.has(address);
    const found =
      ofWorld && isOfCluster(asked) ? undefined : await ask(process, asked, type, type !== 'PTR' && !ofWorld);
    if (found === undefined) {
      await process.stdout.write(`${text}** server can't find ${asked}: NXDOMAIN\n\n`);
      return 1;
    }
    text += authority(found.name, false);
    if (found.records.length === 0) text += `*** Can't find ${asked}: No answer\n`;
    await process.stdout.write(`${text}${found.records.map((one) => line(one, '.')).join('')}\n`);
    return 0;
  } catch (error) {
    if (!isNetError(error)) throw error;
    return nobodyAnswers(process);
  }
});

function words({ argv }: Process): {
  readonly options: readonly string[];
  readonly name: string;
  readonly server: string | undefined;
} {
  const options = argv.slice(1).filter((word) => word.startsWith('-'));
  const [name, server, ...more] = argv.slice(1).filter((word) => !word.startsWith('-'));
  if (name === undefined || more.length > 0) throw new UsageError('');
  return { options, name, server };
}

async function addressOf({ net }: Process, host: string): Promise<string> {
  if (isAddress(host)) return host;
  try {
    const [address = host] = await net.resolve(host);
    return address;
  } catch (error) {
    if (isNetError(error)) throw new Failure(`bad address '${host}'`);
    throw error;
  }
}

/** Name servers of the world, which do not know the cluster. */
const WORLD: ReadonlySet<string> = new Set(['1.1.1.1', '8.8.8.8', '8.8.4.4']);
const PATIENCE_MS = 5_000;

const isServer = (process: Process, address: string): boolean =>
  WORLD.has(address) || resolvConf(process).servers.includes(address);

/** Undefined: there is no such name. */
async function answered(
  process: Process,
  name: string,
  type: DnsQuestion,
  server: string,
): Promise<readonly DnsRecord[] | 'nobody' | undefined> {
  if (!isServer(process, server)) {
    await process.sleep(PATIENCE_MS);
    return 'nobody';
  }
  if (WORLD.has(server) && isOfCluster(name)) return undefined;
  try {
    return await process.net.query(name.replace(/\.$/, ''), type);
  } catch (error) {
    if (!isNetError(error)) throw error;
    return error.code === 'ENOTFOUND' ? undefined : 'nobody';
  }
}

async function nobodyAnswers({ stdout }: Process): Promise<number> {
  await stdout.write(';; connection timed out; no servers could be reached\n\n');
  return 1;
}

function authority(name: string, tells: boolean): string {
  if (!isOfCluster(name)) return 'Non-authoritative answer:\n';
  return tells ? 'authoritative answer:\n' : '';
}

/** @param end what stands after names that are answers */
function line(record: DnsRecord, end = ''): string {
  if (record.type === 'A') return `Name:\t${record.name}\nAddress: ${record.address}\n`;
  if (record.type === 'CNAME') return `${record.name}\tcanonical name = ${record.target}${end}\n`;
  if (record.type === 'PTR') return `${record.name}\tname = ${record.target}${end}\n`;
  return `${record.name}\tservice = ${record.priority} ${record.weight} ${record.port} ${record.target}${end}\n`;
}

/** `Address 1: 10.0.0.1 name` of each. */
async function numbered(process: Process, addresses: readonly string[]): Promise<string> {
  let text = '';
  for (const [index, address] of addresses.entries()) {
    const found = await ask(process, arpaName(address), 'PTR', false).catch(() => undefined);
    const [record] = found?.records ?? [];
    text += `Address ${index + 1}: ${address}${record?.type === 'PTR' ? ` ${record.target}` : ''}\n`;
  }
  return text;
}
